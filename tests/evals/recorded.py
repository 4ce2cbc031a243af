"""Recorded model answers, good and bad, in three languages, from the folder ``answers``."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.evals.findings import LOCALES

_FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a model once answered when it was asked for ``finding``; ``why`` says what is wrong with a bad one."""

    finding: str
    locale: str
    body: str
    good: bool
    why: str = ""


@lru_cache(maxsize=1)
def recorded() -> Sequence[Recorded]:
    """All of them."""
    return [answer for locale in LOCALES for answer in (*_read("good", locale), *_read("bad", locale))]


@dataclass(frozen=True, slots=True)
class Bound:
    """A sentence with several figures; ``swapped``: the same with two of them exchanged, where its words tell them."""

    finding: str
    locale: str
    body: str
    swapped: str | None


@lru_cache(maxsize=1)
def bound() -> Sequence[Bound]:
    """All of them, from the files ``bound.<language>.toml``."""
    return [_bound(locale, **row) for locale in LOCALES for row in _rows("bound", locale)]


def _bound(locale: str, finding: str, body: str, swap: Sequence[str] = ()) -> Bound:
    if not swap:
        return Bound(finding, locale, body, None)
    left, right = ("{{" + key + "}}" for key in swap)
    swapped = right.join(part.replace(right, left) for part in body.split(left))
    return Bound(finding, locale, body, swapped)


def _rows(kind: str, locale: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((_FOLDER / f"{kind}.{locale[:2]}.toml").read_text("utf-8"))["answer"]
    return rows


def _read(kind: str, locale: str) -> list[Recorded]:
    rows = _rows(kind, locale)
    return [Recorded(row["finding"], locale, row["body"], kind == "good", row.get("why", "")) for row in rows]
