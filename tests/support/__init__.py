"""Real parts, started for tests: a service over HTTP, people with tokens, a reader of streams."""
