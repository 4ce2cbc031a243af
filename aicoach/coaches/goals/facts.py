"""Makes facts whose unit, label and origin are told by ``phrases/en/facts.toml``: no words in code."""

import re
import tomllib
from collections.abc import Iterable
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
    words = _words()["facts"][key]
    unit, label, how = words["unit"], words["label"], words["how"]
    if value is None or isinstance(value, str | date):
        return Fact(value, unit, label, how, as_of)
    return number(value, unit, label, how, as_of)


def member(family: str, name: str, value: FactValue, as_of: date | None = None) -> tuple[str, Fact]:
    """Key and fact of one member of a family, for names that people or markets choose: ``actual_flexi_cap``.

    Words come from ``[families.<family>]``, where ``{name}`` stands for the name.
    """
    words = _words()["families"][family]
    label, unit = words["label"].replace("{name}", name), words["unit"]
    said = number(value, unit, label, words["how"], as_of) if isinstance(value, Decimal) else None
    return f"{family}_{slug(name)}", said or Fact(value, unit, label, words["how"], as_of)


def slug(name: str) -> str:
    """A name as part of a key: names with one slug are one name."""
    return _BETWEEN.sub("_", name.strip().casefold())


def series(key: str, points: Iterable[tuple[date, Decimal]]) -> Series:
    """A line of a chart, at the precision of its unit. Raises KeyError for a key without words."""
    words = _words()["series"][key]
    unit = words["unit"]
    return Series(key, words["label"], unit, tuple((day, units.quantize(value, unit)) for day, value in points))
