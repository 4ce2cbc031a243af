"""The guard: words may be shown only when every number, name and promise in them is a fact."""

from aicoach.core.guardrails.guard import check_narration, check_sentence
from aicoach.core.guardrails.policy import STRICT, Policy
from aicoach.core.guardrails.sentences import split_sentences
from aicoach.core.guardrails.violations import Code, Violation

__all__ = ["STRICT", "Code", "Policy", "Violation", "check_narration", "check_sentence", "split_sentences"]
