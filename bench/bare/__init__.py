"""The bare arm: what somebody would write by hand for these calls, without our engine and without its guarantees."""
