"""Checks of a running deployment, from outside, as its users and its scheduler see it."""
