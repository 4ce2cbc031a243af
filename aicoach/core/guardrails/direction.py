"""Which way a text says a figure points: "down 5%", "a 5% loss", "ahead by 5%", "5% की गिरावट"."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure
from aicoach.core.guardrails.lexicon import Phrases
from aicoach.core.guardrails.text import Text, Token

UP: Final = 1
DOWN: Final = -1
REACH_BEFORE: Final = 7
REACH_AFTER: Final = 3
_STOPS: Final = frozenset(".;,!?()।॥\n–—")
_PASS: Final = frozenset(":*'\"")


@dataclass(frozen=True, slots=True)
class _Tables:
    changes: Phrases[int]
    comparisons: Phrases[int]
    by: frozenset[str]
    between: frozenset[str]
    levels: frozenset[str]
    after: frozenset[str]
    negators: frozenset[str]
    alternatives: frozenset[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    def both(up: str, down: str) -> Phrases[int]:
        entries = [(word, UP) for table in lexicon.tables() for word in table["direction"][up]]
        return Phrases(entries + [(word, DOWN) for table in lexicon.tables() for word in table["direction"][down]])

    return _Tables(
        both("up", "down"),
        both("above", "below"),
        lexicon.words("direction", "by"),
        lexicon.words("direction", "between"),
        lexicon.words("direction", "levels"),
        lexicon.words("direction", "after"),
        lexicon.words("negation", "before"),
        lexicon.words("direction", "alternatives"),
    )


def _meaning(phrases: Phrases[int], tokens: Sequence[Token], at: int) -> int:
    found = phrases.match(tokens, at)
    return found[1] if found is not None else 0


def direction_of(text: Text, figures: Sequence[Figure], index: int, comparisons_only: bool = False) -> int:
    """1 (up), -1 (down) or 0: what the words beside the figure say about it; levels ("fell to 5%") say nothing."""
    figure = figures[index]
    floor = figures[index - 1].end if index else 0
    ceiling = figures[index + 1].first if index + 1 < len(figures) else len(text.tokens)
    return _behind(text, figure, ceiling, comparisons_only) or _before(text, figure, floor, comparisons_only)


def _before(text: Text, figure: Figure, floor: int, comparisons_only: bool) -> int:
    table, tokens = _tables(), text.tokens
    at, by = figure.first - 1, False
    if at >= floor and tokens[at].text in table.levels:
        return 0
    for back in range(at, max(floor, at - REACH_BEFORE) - 1, -1):
        token = tokens[back]
        if token.text in _STOPS or token.sentence != tokens[figure.first].sentence:
            return 0
        found = _told(tokens, back, by, comparisons_only)
        if found:
            return 0 if _is_negated(tokens, back) or _is_either(tokens, back, found) else found
        by = by or token.text in table.by
        if not by and token.text not in table.between and token.text not in _PASS:
            return 0
    return 0


def _told(tokens: Sequence[Token], at: int, by: bool, comparisons_only: bool) -> int:
    """A word of comparison speaks of a figure before which it stands only with "by": "above 5%" is a level."""
    table = _tables()
    if by or comparisons_only:
        compared = _meaning(table.comparisons, tokens, at) if by else 0
        if compared or comparisons_only:
            return compared
    return _meaning(table.changes, tokens, at)


def _behind(text: Text, figure: Figure, ceiling: int, comparisons_only: bool) -> int:
    table, tokens = _tables(), text.tokens
    for at in range(figure.end, min(figure.end + REACH_AFTER, ceiling)):
        token = tokens[at]
        if token.text in _STOPS or token.sentence != tokens[figure.first].sentence:
            return 0
        found = _meaning(table.comparisons, tokens, at)
        if not found and not comparisons_only:
            found = 0 if _serves_the_next(tokens, at, ceiling) else _meaning(table.changes, tokens, at)
        if found:
            return found
        if token.text not in table.after and token.text not in _PASS:
            return 0
    return 0


def _serves_the_next(tokens: Sequence[Token], at: int, ceiling: int) -> bool:
    """In "₹ 5 lakh lost 3%" the word belongs to the figure behind it."""
    between = tokens[at + 1 : ceiling]
    return ceiling < len(tokens) and len(between) <= 3 and all(token.text in _tables().between for token in between)


def _is_negated(tokens: Sequence[Token], at: int) -> bool:
    return any(token.text in _tables().negators for token in tokens[max(0, at - 2) : at])


def _is_either(tokens: Sequence[Token], at: int, found: int) -> bool:
    """In "gain or loss: -5" neither word tells the direction: the sign does."""
    table = _tables()
    return at >= 2 and tokens[at - 1].text in table.alternatives and _meaning(table.changes, tokens, at - 2) == -found


def leans(text: Text, sentence: int) -> int:
    """Which way a whole sentence points when its words of change all point one way."""
    if sentence not in text.leanings:
        # Ways that contradict each other add up to none.
        text.leanings[sentence] = sum({way for at in text.sentences[sentence] for way in _ways(text.tokens, at)})
    return text.leanings[sentence]


def _ways(tokens: Sequence[Token], at: int) -> tuple[int, ...]:
    if tokens[at].kind != "w" or _is_negated(tokens, at):
        return ()
    return _meaning(_tables().changes, tokens, at), _meaning(_tables().comparisons, tokens, at)
