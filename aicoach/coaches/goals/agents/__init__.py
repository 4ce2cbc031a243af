"""The goals coach's agents: pure functions from a snapshot to findings."""
