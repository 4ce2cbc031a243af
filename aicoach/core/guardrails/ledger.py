"""The facts a text is held to, arranged by what a figure may count."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from aicoach.core import units
from aicoach.core.formatting import plain_text
from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.figure_words import tables
from aicoach.core.guardrails.measures import NOTHING, Tags, tags_of
from aicoach.core.guardrails.text import Text, fold
from aicoach.core.model import Fact

#: A correctly rounded figure that is further off than this says too little to be a fact.
COARSE: Final = Decimal("0.05")
#: The precision the formatter prints by itself; a rounding to it is never too coarse.
FINE: Final = {Kind.MONEY: Decimal(1), Kind.PERCENT: Decimal("0.01"), Kind.POINTS: Decimal("0.01")}
MONTHS: Final = {"year": Decimal(12), "month": Decimal(1), "quarter": Decimal(3), "decade": Decimal(120)}
DAYS: Final = {"day": Decimal(1), "week": Decimal(7)}
#: Figures whose facts are remembered: a bound on what texts can make us keep.
REMEMBERED: Final = 1024
_PLAIN_UNITS: Final = frozenset({"number", "units", "nav", "count", "rank"})
_PERCENT: Final = frozenset({"percent", "fraction"})
#: Points may be told of any of them; what is itself points is never told with a percent sign.
PERCENTS: Final = _PERCENT | {units.POINTS}
_FITTING: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.PERCENT: _PERCENT,
    Kind.SHARE: _PERCENT,
    Kind.POINTS: PERCENTS,
    Kind.BASIS: PERCENTS,
    Kind.TIMES: frozenset({"number", "count", "count:time"}),
    Kind.UNITS: frozenset({"units", "count:unit", "count"}),
    Kind.RANK: frozenset({"rank"}),
}
_WIDE: Final = Context(prec=60)
_SPLIT: Final = re.compile(r"[\s_\-:/().,]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A numeric fact: its value as figures count it, the words of its key and label, and what they make it."""

    value: Decimal
    unit: str
    words: frozenset[str]
    key: str = ""
    tags: Tags = NOTHING
    #: The words without the s of a plural: "SIP" and "SIPs" name the same.
    stems: frozenset[str] = frozenset()

    @property
    def is_downward(self) -> bool:
        """True when a positive value means less: a shortfall, a loss. "Gain or loss" is told by its sign alone."""
        if not self.words.isdisjoint(lexicon.words("direction", "either")):
            return False
        gap = units.is_money(self.unit) and not self.words.isdisjoint(lexicon.words("direction", "gap"))
        return gap or not self.words.isdisjoint(lexicon.words("direction", "downward"))

    @property
    def is_difference(self) -> bool:
        """True when the fact is a difference of two percentages, so that points may count it."""
        return self.unit == units.POINTS or not self.words.isdisjoint(lexicon.words("direction", "difference"))


def rounds_to(exact: Decimal, figure: Figure) -> bool:
    """True when ``exact``, rounded half up at the figure's last digit, is the figure, and not too coarsely."""
    printed, exact = figure.value, abs(exact)
    if exact == printed or (printed == 0 and figure.quantum <= 1 and 2 * exact < FINE.get(figure.kind, 0)):
        return True
    off = abs(exact - printed)
    coarse = figure.quantum > FINE.get(figure.kind, 0) and off > COARSE * exact
    if off > figure.quantum or coarse:
        return False
    steps = _WIDE.divide(exact, figure.quantum).quantize(Decimal(1), rounding=ROUND_HALF_UP, context=_WIDE)
    return _WIDE.multiply(steps, figure.quantum) == printed


def is_cut_off(exact: Decimal, figure: Figure) -> bool:
    """True when the figure misses ``exact`` by less than its own last digit: digits dropped, not rounded."""
    return abs(abs(exact) - figure.value) < figure.quantum and figure.value != 0


@lru_cache(maxsize=1024)
def _numbers_in(label: str) -> frozenset[tuple[str, str]]:
    if not any(char.isdigit() for char in label):
        return frozenset()
    tokens = [token for token in Text(label).tokens if token.kind in "nw"]
    pairs = pairwise(tokens)
    return frozenset((left.text, right.text) for left, right in pairs if "n" in (left.kind, right.kind))


@lru_cache(maxsize=1024)
def _words_of(key: str, label: str) -> frozenset[str]:
    return frozenset(_SPLIT.split(fold(f"{key} {label}")))


@lru_cache(maxsize=1024)
def singular(words: frozenset[str]) -> frozenset[str]:
    """Words without the s of a plural."""
    return frozenset(word.removesuffix("s") for word in words)


class Ledger:
    """Facts by kind. A fact without a value, or with one that does not fit its unit, justifies nothing."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts
        self._asked: dict[tuple[Kind, str, bool], list[Known]] = {}
        self._measured: dict[tuple[Kind, str, bool], frozenset[str]] = {}
        self._found: dict[tuple[Kind, str, bool, Decimal, Decimal], list[Known]] = {}
        self.numbers = list(self._numbers())
        self.dates = frozenset(self._dates())
        #: Names as they are shown, and as they are compared.
        self.shown_names = frozenset(plain_text(value) for value in self._names())
        self.names = frozenset(fold(name) for name in self.shown_names)

    def _names(self) -> Iterator[str]:
        for fact in self.facts.values():
            if isinstance(fact.value, str) and fact.unit == "name" and fact.value.strip():
                yield fact.value

    def _dates(self) -> Iterator[date]:
        for fact in self.facts.values():
            for day in (fact.value, fact.as_of) if fact.value is not None else ():
                if isinstance(day, date):
                    yield day.date() if isinstance(day, datetime) else day

    def _numbers(self) -> Iterator[Known]:
        for key, fact in self.facts.items():
            value = fact.value
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or fact.unit in ("name", "date"):
                continue
            exact = value if isinstance(value, Decimal) else Decimal(str(value))
            if exact.is_finite():
                percent = exact * 100 if fact.unit == "fraction" else exact
                words, tags = _words_of(key, fact.label), tags_of(key, fact.label, fact.unit)
                yield Known(percent, fact.unit, words, key, tags, singular(words))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Every word of a key or label, without the s of a plural."""
        return frozenset[str]().union(*(known.stems for known in self.numbers))

    @cached_property
    def _owners(self) -> list[tuple[str, str]]:
        return [
            (fold(plain_text(fact.value)), key.removesuffix("_name") + "_")
            for key, fact in self.facts.items()
            if fact.unit == "name" and isinstance(fact.value, str)
        ]

    def owners(self, name: str) -> frozenset[str]:
        """With what the keys of the facts begin that belong to a (folded) name: ``scheme_`` for ``scheme_name``."""
        return frozenset(stem for known, stem in self._owners if name and known.startswith(name))

    @cached_property
    def label_numbers(self) -> frozenset[tuple[str, str]]:
        """Numbers that belong to a label ("Nifty 50", "3-year return"), each with the word beside it."""
        return frozenset(pair for fact in self.facts.values() for pair in _numbers_in(fact.label))

    def candidates(self, figure: Figure) -> list[Known]:
        """The facts of the kind that the figure counts, on the figure's own scale."""
        asked = (figure.kind, figure.unit, figure.large)
        if asked not in self._asked:
            found = (_as(figure, known) for known in self.numbers)
            self._asked[asked] = [known for known in found if known is not None]
        return self._asked[asked]

    def measures(self, figure: Figure) -> frozenset[str]:
        """Every measure that a fact has which the figure could be."""
        asked = (figure.kind, figure.unit, figure.large)
        if asked not in self._measured:
            names = (known.tags.measures for known in self.candidates(figure))
            self._measured[asked] = frozenset[str]().union(*names)
        return self._measured[asked]

    def equal(self, figure: Figure) -> list[Known]:
        """The candidates that the figure may be, at the precision it is printed with."""
        asked = (figure.kind, figure.unit, figure.large, figure.value, figure.quantum)
        if asked not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[asked] = [known for known in self.candidates(figure) if rounds_to(known.value, figure)]
        return self._found[asked]


def _as(figure: Figure, known: Known) -> Known | None:
    """``known`` as ``figure`` would count it, or None when it counts something else."""
    kind, unit = figure.kind, known.unit
    if kind == Kind.DURATION:
        return _duration(figure, known)
    if kind == Kind.MONEY:
        fits = unit == figure.unit or (unit == "nav" and figure.unit == "INR")
    elif kind == Kind.PLAIN:
        fits = unit in _PLAIN_UNITS or unit.startswith("count:") or (figure.large and unit == "INR")
    else:
        fits = unit in _FITTING.get(kind, ())
    if not fits:
        return None
    return replace(known, value=known.value * 100) if kind == Kind.BASIS else known


def _duration(figure: Figure, known: Known) -> Known | None:
    """A fact of time on the figure's scale: 36 months are 3 years."""
    name = {"years": "year", "months": "month"}.get(known.unit, known.unit.removeprefix("count:").rstrip("s"))
    for scale in (MONTHS, DAYS):
        if name in scale and figure.unit in scale:
            value = _WIDE.divide(known.value * scale[name], scale[figure.unit])
            return replace(known, value=value)
    return None


def nouns_of(known: Known) -> frozenset[str]:
    """What a counted fact counts, as far as its unit, key and label say."""
    if known.unit.startswith("count:"):
        return _noun_groups(frozenset(known.unit.removeprefix("count:").split()))
    return _noun_groups(known.words) if known.unit in ("count", "number") else frozenset()


@lru_cache(maxsize=1024)
def _noun_groups(words: frozenset[str]) -> frozenset[str]:
    found = (tables().nouns.match(tokens, 0) for word in words if (tokens := Text(word).tokens))
    return frozenset(group for match in found if match is not None for group in [match[1]])
