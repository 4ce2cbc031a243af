"""Refuses what no one may promise or order: guarantees, orders, superlatives, and a coach's own forbidden words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.lexicon import Phrases
from aicoach.core.guardrails.policy import Policy
from aicoach.core.guardrails.text import Text, Token, fold
from aicoach.core.guardrails.violations import Code, Violation

NEGATION_BEFORE: Final = 4
NEGATION_AFTER: Final = 4
_CLAUSE: Final = frozenset(",;:.!?()।॥–—…")
_SECTIONS: Final = (
    ("guarantee", "words", Code.GUARANTEE),
    ("guarantee", "hard", Code.GUARANTEE),
    ("guarantee", "future", Code.GUARANTEE),
    ("superlative", "words", Code.SUPERLATIVE),
    ("contact", "words", Code.CONTACT),
    ("role", "words", Code.ROLE),
)
_SOFTENED: Final = frozenset({("guarantee", "words"), ("superlative", "words")})


@dataclass(frozen=True, slots=True)
class _Tables:
    claims: Phrases[tuple[str, str, Code]]
    negators: frozenset[str]
    negators_after: frozenset[str]
    undo: frozenset[str]
    clause: frozenset[str]
    assumption: Phrases[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    entries = [
        (phrase, (section, key, code))
        for table in lexicon.tables()
        for section, key, code in _SECTIONS
        for phrase in table.get(section, {}).get(key, [])
    ]
    return _Tables(
        Phrases(entries),
        lexicon.words("negation", "before"),
        lexicon.words("negation", "after"),
        lexicon.words("negation", "undo"),
        lexicon.words("negation", "clause"),
        lexicon.phrases("guarantee", "assumption"),
    )


@lru_cache(maxsize=32)
def _forbidden(policy: Policy) -> tuple[Phrases[str], frozenset[str]]:
    return Phrases((phrase, phrase) for phrase in sorted(policy.forbid)), frozenset(fold(word) for word in policy.allow)


def check_claims(text: Text, figures: Sequence[Figure], policy: Policy) -> Iterator[Violation]:
    """Refuse promises, superlatives, contacts, words meant for machines, and the policy's own words."""
    forbidden, allowed = _forbidden(policy)
    tokens = text.tokens
    for at in forbidden.starts(text) if policy.forbid else ():
        own = forbidden.match(tokens, at)
        if own is not None:
            yield text.at(Code.FORBIDDEN, tokens[at], tokens[own[0] - 1])
    assumed: set[int] | None = None
    for at in _tables().claims.starts(text):
        found = _tables().claims.match(tokens, at)
        if found is None:
            continue
        end, (section, key, code) = found
        if text.norm[tokens[at].start : tokens[end - 1].end] in allowed:
            continue
        if (section, key) in _SOFTENED and is_negated(tokens, at, end):
            continue
        if key == "future":
            assumed = _assumed(text, figures) if assumed is None else assumed
            if tokens[at].sentence in assumed:
                continue
        yield text.at(code, tokens[at], tokens[end - 1])


def is_negated(tokens: Sequence[Token], first: int, end: int) -> bool:
    """True when the words are denied in their own clause: "not guaranteed", "no guarantee", "गारंटी नहीं"."""
    table = _tables()
    before = _clause_back(tokens, first, NEGATION_BEFORE)
    for back, token in enumerate(before):
        if token.text in table.negators:
            between = {other.text for other in before[:back]}
            return between.isdisjoint(table.undo)
    if any(token.text in table.undo and not token.text.isascii() for token in before):
        return False
    for token in tokens[end : end + NEGATION_AFTER]:
        if token.text in _CLAUSE or token.text in table.clause:
            return False
        if token.text in table.negators_after:
            return True
    return False


def _clause_back(tokens: Sequence[Token], first: int, reach: int) -> list[Token]:
    found: list[Token] = []
    for token in reversed(tokens[max(0, first - reach) : first]):
        if token.text in _CLAUSE or token.text in _tables().clause or token.sentence != tokens[first].sentence:
            break
        found.append(token)
    return found


def _assumed(text: Text, figures: Sequence[Figure]) -> set[int]:
    """The sentences that name their assumption, in which a future is a calculation and no promise: "at 10%, … will"."""
    tokens, assumption = text.tokens, _tables().assumption
    found = {tokens[at].sentence for at in assumption.starts(text) if assumption.match(tokens, at)}
    rates = (figure.first for figure in figures if figure.kind == Kind.PERCENT)
    return found | {
        tokens[at].sentence for at in rates if "at" in {token.text for token in tokens[max(0, at - 4) : at]}
    }
