"""Recorded model answers, good and bad, in three languages, from the folder ``answers``."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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


def _read(kind: str, locale: str) -> list[Recorded]:
    rows = tomllib.loads((_FOLDER / f"{kind}.{locale[:2]}.toml").read_text("utf-8"))
    return [Recorded(row["finding"], locale, row["body"], kind == "good", row.get("why", "")) for row in rows["answer"]]
