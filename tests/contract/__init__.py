"""What every transport of the store must keep; run on each of them."""
