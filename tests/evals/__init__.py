"""Recorded and live model answers through the real pipeline: how many may be shown, and why the others may not."""
