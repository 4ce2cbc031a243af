"""Refuses swapped labels: "the benchmark returned 12.35%" when that is the portfolio's figure."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.ledger import Known, Ledger, rounds_to
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation

REACH: Final = 7
_CHECKED: Final = frozenset({Kind.MONEY, Kind.PERCENT})
_BREAKS: Final = frozenset(".;,!?()।॥\n–—")


@lru_cache(maxsize=1)
def _comparing() -> frozenset[str]:
    """Words after which a figure may be someone else's: "beat the benchmark by", "against the target of"."""
    lists = (lexicon.words("direction", key) for key in ("above", "below", "by", "levels", "difference"))
    return frozenset(word.removesuffix("*") for words in lists for word in words)


def check_labels(text: Text, figures: Sequence[Figure], ledger: Ledger) -> Iterator[Violation]:
    """Refuse a figure right behind the name of another fact of its kind.

    Only the plain case is judged: a clause that names one fact, no comparison, no figure in between. What it
    does not judge passes, so it can only add to the other rules.
    """
    for index, figure in enumerate(figures):
        if figure.kind not in _CHECKED:
            continue
        said = _said_before(text, figures, index)
        candidates = ledger.candidates(figure) if said else []
        own = [known for known in candidates if rounds_to(known.value, figure)]
        if own and any(_is_named_instead(said, known, own) for known in candidates if known not in own):
            yield text.at(Code.LABEL, text.tokens[figure.first], text.tokens[figure.end - 1])


def _said_before(text: Text, figures: Sequence[Figure], index: int) -> frozenset[str]:
    """The words of the figure's clause before it; none when the clause compares or holds another figure."""
    figure, floor = figures[index], figures[index - 1].end if index else 0
    said: set[str] = set()
    for at in range(figure.first - 1, max(-1, figure.first - 1 - REACH), -1):
        token = text.tokens[at]
        if (
            token.text in _BREAKS
            or token.text in _conjunctions()
            or token.sentence != text.tokens[figure.first].sentence
        ):
            break
        if at < floor or token.text in _comparing():
            return frozenset()
        said.add(token.text.removesuffix("'s"))
    return frozenset(said) - lexicon.words("labels", "generic")


def _conjunctions() -> frozenset[str]:
    return lexicon.words("labels", "conjunctions")


def _is_named_instead(said: frozenset[str], other: Known, own: Sequence[Known]) -> bool:
    """Whether the words name ``other`` and not the fact whose figure they give.

    Of two facts of one measure (their labels share a word) any word of its own names one; otherwise only its
    whole label does, for "the portfolio lost 2%" need not speak of the portfolio's XIRR.
    """
    own_words = frozenset(word for known in own for word in known.words)
    if not said.isdisjoint(own_words):
        return False
    naming = other.words - own_words - lexicon.words("labels", "generic")
    if not other.words.isdisjoint(own_words):
        return not said.isdisjoint(naming)
    naming -= lexicon.words("labels", "subjects")
    return bool(naming) and naming <= said
