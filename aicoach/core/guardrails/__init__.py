"""The guard: words may be shown only when every number, name and promise in them is a fact."""

from aicoach.core.guardrails.policy import STRICT, Policy

__all__ = ["STRICT", "Policy"]
