"""The words that figures are told with, of all languages, as one table."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import ONE, TENTH, ZERO, Kind
from aicoach.core.guardrails.lexicon import Phrases


@dataclass(frozen=True, slots=True)
class _Tables:
    units: Phrases[tuple[Kind, str]]
    told: Phrases[tuple[Kind, Decimal, Decimal]]
    ordinals: dict[str, int]
    firsts: frozenset[str]
    rank_cues: frozenset[str]
    rank_words: frozenset[str]
    suffixes: frozenset[str]
    weak: frozenset[str]
    nouns: Phrases[str]
    currencies: Phrases[str]
    minus: frozenset[str]
    plus: frozenset[str]
    ranges: frozenset[str]
    classifiers: frozenset[str]


def _unit_entries() -> Iterator[tuple[str, tuple[Kind, str]]]:
    for table in lexicon.tables():
        for name, row in table["units"].items():
            yield from ((phrase, (Kind(name), "")) for phrase in row)
        for name, row in table["durations"].items():
            yield from ((phrase, (Kind.DURATION, name)) for phrase in row)
        for name, row in table["currency"].items():
            yield from ((phrase, (Kind.MONEY, name)) for phrase in row)


def _told_entries() -> Iterator[tuple[str, tuple[Kind, Decimal, Decimal]]]:
    for table in lexicon.tables():
        yield from ((word, (Kind.SHARE, Decimal(value), ONE)) for word, value in table["shares"].items())
        yield from ((word, (Kind.TIMES, Decimal(value), TENTH)) for word, value in table["multiples"].items())
        yield from ((word, (Kind.BROKEN, ZERO, ONE)) for word in table["grammar"]["vague"])


@lru_cache(maxsize=1)
def tables() -> _Tables:
    """Everything a figure may be told by, of all languages."""
    ordinals = {word: int(value) for word, value in lexicon.decimals("ordinals").items()}
    return _Tables(
        Phrases(_unit_entries()),
        Phrases(_told_entries()),
        ordinals,
        lexicon.words("ordinal_grammar", "first"),
        lexicon.words("ordinal_grammar", "rank_cues"),
        lexicon.words("ordinal_grammar", "rank_words"),
        lexicon.words("grammar", "ordinal_suffix"),
        lexicon.words("grammar", "weak"),
        lexicon.groups("nouns"),
        lexicon.groups("currency"),
        lexicon.words("grammar", "minus"),
        lexicon.words("grammar", "plus"),
        lexicon.words("grammar", "range"),
        lexicon.words("grammar", "classifier"),
    )
