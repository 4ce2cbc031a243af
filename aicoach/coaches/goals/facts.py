"""Makes facts whose unit, label and origin are told by ``phrases/en/facts.toml``: no words in code."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from aicoach.core import units
from aicoach.core.model import Fact, FactValue, Series, number

_BETWEEN: Final = re.compile(r"[\s\-&/.,]+")
PHRASES: Final = Path(__file__).parent / "phrases"


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((PHRASES / "en" / "facts.toml").read_text("utf-8"))


def fact(key: str, value: FactValue, as_of: date | None = None) -> Fact:
    """The fact called ``key`` at the precision of its unit. Raises KeyError for a key without words."""
    return _made(_words()["facts"][key], value, as_of)


def _made(words: Mapping[str, str], value: FactValue, as_of: date | None) -> Fact:
    unit, label, how = words["unit"], words["label"], words["how"]
    if value is None or isinstance(value, str | date):
        return Fact(value, unit, label, how, as_of)
    return number(value, unit, label, how, as_of)


def member(family: str, name: str, value: FactValue, as_of: date | None = None) -> tuple[str, Fact]:
    """Key and fact of one member of a family, for names that people or markets choose: ``actual_flexi_cap``.

    A member with words of its own has those; others those of ``[families.<family>]``, ``{name}`` being the name.
    """
    key = f"{family}_{slug(name)}"
    if key in _words()["facts"]:
        return key, fact(key, value, as_of)
    words = _words()["families"][family]
    return key, _made(words | {"label": words["label"].replace("{name}", name)}, value, as_of)


def slug(name: str) -> str:
    """A name as part of a key: names with one slug are one name."""
    return _BETWEEN.sub("_", name.strip().casefold())


def series(key: str, points: Iterable[tuple[date, Decimal]]) -> Series:
    """A line of a chart, at the precision of its unit. Raises KeyError for a key without words."""
    words = _words()["series"][key]
    unit = words["unit"]
    return Series(key, words["label"], unit, tuple((day, units.quantize(value, unit)) for day, value in points))
