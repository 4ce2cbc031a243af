"""AI Coach: every number computed, every word checked, every event delivered."""
