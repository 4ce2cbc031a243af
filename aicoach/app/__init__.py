"""The HTTP edge and the wiring."""
