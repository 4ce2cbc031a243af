"""The facts a text is held to, arranged by what a figure may count."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property
from typing import Final

from aicoach.core import units
from aicoach.core.formatting import format_fact, plain_text
from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figures import Figure, Kind, tables
from aicoach.core.guardrails.text import Text, fold
from aicoach.core.model import Fact

#: A correctly rounded figure that is further off than this says too little to be a fact.
COARSE: Final = Decimal("0.1")
MONTHS: Final = {"year": Decimal(12), "month": Decimal(1), "quarter": Decimal(3), "decade": Decimal(120)}
DAYS: Final = {"day": Decimal(1), "week": Decimal(7)}
_PLAIN_UNITS: Final = frozenset({"number", "units", "nav", "count", "rank"})
_SPLIT: Final = re.compile(r"[\s_\-:/().,]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A numeric fact: its value as figures count it, and the words of its key and label."""

    value: Decimal
    unit: str
    words: frozenset[str]

    @property
    def is_downward(self) -> bool:
        """True when a positive value means less: a shortfall, a loss."""
        gap = units.is_money(self.unit) and not self.words.isdisjoint(lexicon.words("direction", "gap"))
        return gap or not self.words.isdisjoint(lexicon.words("direction", "downward"))

    @property
    def is_difference(self) -> bool:
        """True when the fact is a difference of two percentages, so that points may count it."""
        return not self.words.isdisjoint(lexicon.words("direction", "difference"))


def rounds_to(exact: Decimal, figure: Figure) -> bool:
    """True when ``exact``, rounded half up at the figure's last digit, is the figure, and not too coarsely."""
    printed = figure.value
    exact = abs(exact)
    if exact == printed:
        return True
    with localcontext() as context:
        context.prec = 60
        steps = (exact / figure.quantum).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return steps * figure.quantum == printed and abs(exact - printed) <= COARSE * exact


def is_cut_off(exact: Decimal, figure: Figure) -> bool:
    """True when the figure is ``exact`` with digits dropped, or misses it by its last digit."""
    exact = abs(exact)
    with localcontext() as context:
        context.prec = 60
        steps = (exact / figure.quantum).quantize(Decimal(1), rounding=ROUND_DOWN)
        return abs(steps * figure.quantum - figure.value) <= figure.quantum and figure.value != 0


class Ledger:
    """Facts by kind. A fact without a value, or with one that does not fit its unit, justifies nothing."""

    def __init__(self, facts: Mapping[str, Fact], locale: str) -> None:
        self.facts, self.locale = facts, locale
        self.numbers = list(self._numbers())
        self.dates = frozenset(self._dates())
        self.names = {fold(plain_text(value)) for value in self._names()}

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
                words = frozenset(_SPLIT.split(fold(f"{key} {fact.label}")))
                yield Known(exact * 100 if fact.unit == "fraction" else exact, fact.unit, words)

    @cached_property
    def label_numbers(self) -> frozenset[tuple[str, str]]:
        """Numbers that belong to a label ("Nifty 50", "3-year return"), each with the word beside it."""
        found = set()
        for fact in self.facts.values():
            if not any(char.isdigit() for char in fact.label):
                continue
            tokens = [token for token in Text(fact.label).tokens if token.kind in "nw"]
            for left, right in zip(tokens, tokens[1:], strict=False):
                found |= {(left.text, right.text)} if "n" in (left.kind, right.kind) else set()
        return frozenset(found)

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every fact as it is printed, folded; what equals one needs no further reading."""
        return frozenset(fold(format_fact(fact, self.locale)) for fact in self.facts.values() if fact.value is not None)

    def candidates(self, figure: Figure) -> list[Known]:
        """The facts of the kind that the figure counts, on the figure's own scale."""
        return [known for known in (self._as(figure, known) for known in self.numbers) if known is not None]

    def _as(self, figure: Figure, known: Known) -> Known | None:
        kind, unit = figure.kind, known.unit
        percent = unit in ("percent", "fraction")
        fits = {
            Kind.MONEY: unit == figure.unit or (unit == "nav" and figure.unit == "INR"),
            Kind.PERCENT: percent,
            Kind.SHARE: percent,
            Kind.POINTS: percent,
            Kind.BASIS: percent,
            Kind.TIMES: unit == "number" or units.is_count(unit),
            Kind.UNITS: unit in ("units", "count:unit", "count"),
            Kind.RANK: unit == "rank",
            Kind.PLAIN: unit in _PLAIN_UNITS or unit.startswith("count:") or (figure.large and unit == "INR"),
        }
        if kind == Kind.DURATION:
            return _duration(figure, known)
        if not fits.get(kind, False):
            return None
        return Known(known.value * 100, unit, known.words) if kind == Kind.BASIS else known


def _duration(figure: Figure, known: Known) -> Known | None:
    """A fact of time on the figure's scale: 36 months are 3 years."""
    name = {"years": "year", "months": "month"}.get(known.unit, known.unit.removeprefix("count:").rstrip("s"))
    for scale in (MONTHS, DAYS):
        if name in scale and figure.unit in scale:
            with localcontext() as context:
                context.prec = 40
                return Known(known.value * scale[name] / scale[figure.unit], known.unit, known.words)
    return None


def nouns_of(known: Known) -> frozenset[str]:
    """What a counted fact counts, as far as its unit, key and label say."""
    if known.unit.startswith("count:"):
        return _noun_groups(known.unit.removeprefix("count:").split())
    return _noun_groups(known.words) if known.unit in ("count", "number") else frozenset()


def _noun_groups(words: Iterator[str] | frozenset[str] | list[str]) -> frozenset[str]:
    groups = set()
    for word in words:
        tokens = Text(word).tokens
        found = tables().nouns.match(tokens, 0) if tokens else None
        if found is not None:
            groups.add(found[1])
    return frozenset(groups)
