"""The engine: it thinks, and meets the world only through its ports."""
