"""Coaches that exist only to show that the engine knows nothing about money."""
