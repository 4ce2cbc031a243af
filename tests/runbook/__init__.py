"""The runbook, followed: what its page tells an operator to type is typed here."""
