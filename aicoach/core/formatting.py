"""A fact as its reader sees it: one text per unit and locale, at the precision the guard holds others to."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from aicoach.core import units
from aicoach.core.model import Fact
from aicoach.tools import money

#: Most decimals that are printed, by unit; trailing zeros are not printed, except of money and NAVs.
#: A fraction is printed as a percent. Money prints whole rupees, any other currency its own decimals.
PRINTED: Final[dict[str, int]] = {
    "percent": 2,
    units.POINTS: 2,
    "fraction": 2,
    "number": 4,
    "units": 3,
    "nav": 4,
    "years": 2,
    "months": 0,
    "rank": 0,
}

#: Longest name that is shown whole.
NAME_CHARS: Final = 120

_TAME: Final = str.maketrans("<>[]{}`_|", "‹›()()'  ", "*~\\#!")
_LINK: Final = re.compile(r"(:|\bwww)((?://)|\.)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("aicoach.core").joinpath("formatting.toml").read_text("utf-8"))


def _table(locale: str) -> dict[str, Any]:
    return _tables().get(money.language(locale), _tables()["en"])


def format_date(day: date, locale: str = "en-IN") -> str:
    """``20 Nov 2026``, ``20 नवंबर 2026``, ``২০ নভেম্বর, ২০২৬``."""
    from babel.dates import format_date as cldr_date

    text: str = cldr_date(day, _table(locale)["date"], locale=money.cldr_locale(locale))
    return money.local_digits(text, locale)


def _counted(value: Decimal, noun: str, places: int, locale: str) -> str:
    figure = money.format_number(value, locale, places)
    nouns = _table(locale)["nouns"]
    english = _table(locale) is _tables()["en"]
    one, many = nouns.get(noun, (noun, f"{noun}s") if english else ("", ""))
    said = one if abs(value) == 1 else many
    # A classifier stands right behind its figure: ৩টি ফান্ড.
    joint = "" if said.startswith(_table(locale).get("classifier", "\0")) else " "
    return f"{figure}{joint}{said}".rstrip()


def _percent(value: Decimal, locale: str, unit: str) -> str:
    return money.format_number(value, locale, PRINTED[unit]) + "%"


_NUMERIC: Final[dict[str, Callable[[Decimal, str], str]]] = {
    "percent": lambda value, locale: _percent(value, locale, "percent"),
    "fraction": lambda value, locale: _percent(value * 100, locale, "fraction"),
    units.POINTS: lambda value, locale: _counted(value, "percentage point", PRINTED[units.POINTS], locale),
    "nav": lambda value, locale: money.format_number(value, locale, PRINTED["nav"], keep_zeros=True),
    "years": lambda value, locale: _counted(value, "year", PRINTED["years"], locale),
    "months": lambda value, locale: _counted(value, "month", PRINTED["months"], locale),
}


def _number(value: Decimal, unit: str, locale: str) -> str:
    if unit in _NUMERIC:
        return _NUMERIC[unit](value, locale)
    if units.is_money(unit):
        return money.format_money(value, unit, locale)
    if unit.startswith("count:"):
        return _counted(value, unit.removeprefix("count:"), 0, locale)
    return money.format_number(value, locale, PRINTED.get(unit, 0))


def format_fact(fact: Fact, locale: str = "en-IN") -> str:
    """The fact in words and digits; a fact without a value says so (``not available``).

    ``₹ 12,34,567`` (INR, whole rupees), ``12.35%`` (percent, fraction), ``1.45 percentage points``
    (``percent:points``), ``3 funds`` (``count:fund``, the noun in the singular), ``3.5 years``, ``18 months``,
    ``20 Nov 2026``, ``45.6700`` (nav), ``1,234.567`` (units), a name as it is. Raises ValueError when value and
    unit do not fit.
    """
    value, unit = fact.value, fact.unit
    if value is None:
        return str(_table(locale)["not_available"])
    if isinstance(value, date) and unit == "date":
        return format_date(value, locale)
    if isinstance(value, str) and unit == "name":
        return value
    if isinstance(value, Decimal | int) and unit not in ("date", "name"):
        return _number(Decimal(value), unit, locale)
    raise ValueError(f"a {type(value).__name__} is no {unit}")


def format_as(fact: Fact, locale: str, variants: tuple[str, ...] = ()) -> str:
    """:func:`format_fact` in a variant: ``abs`` drops the sign, ``words`` says rupees in lakh and crore.

    Raises ValueError for an unknown variant and for one that does not fit the fact.
    """
    value = fact.value
    for variant in variants:
        if variant not in ("abs", "words"):
            raise ValueError(f"unknown variant: {variant}")
        if isinstance(value, str | date) or (variant == "words" and fact.unit != "INR"):
            raise ValueError(f"{variant} does not fit {fact.unit}")
    if not isinstance(value, Decimal | int):
        return format_fact(fact, locale)
    number = Decimal(value)
    shown = abs(number) if "abs" in variants else number
    return money.format_inr_words(shown, locale) if "words" in variants else _number(shown, fact.unit, locale)


def plain_text(text: str) -> str:
    """A name that someone chose, made harmless in Markdown and HTML: it reads the same and marks up nothing.

    One line without control, format and bidi characters; brackets become round, marks vanish, a link no
    longer links; at most 120 characters.
    """
    visible = "".join(char for char in text if unicodedata.category(char)[0] != "C" or char.isspace())
    tame = _LINK.sub(r"\1 \2", visible.translate(_TAME))
    line = " ".join(tame.split()).lstrip("-+=. ")
    return line if len(line) <= NAME_CHARS else line[: NAME_CHARS - 1].rstrip() + "…"
