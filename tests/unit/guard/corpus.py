"""The guard's own corpus: facts, narrations that may be shown, and narrations that must not."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final

from aicoach.core.model import Fact, FactValue

FOLDER: Final = Path(__file__).parent / "corpus"
LANGUAGES: Final = ("en", "hi", "bn")
_ESCAPE: Final = re.compile(r"\\n|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def _value(text: str, unit: str) -> FactValue:
    if text == "?":
        return None
    if unit == "date":
        return date.fromisoformat(text)
    return text if unit == "name" else Decimal(text)


@lru_cache(maxsize=1)
def facts() -> dict[str, Fact]:
    """The facts that the whole corpus is held to."""
    rows = tomllib.loads((FOLDER / "facts.toml").read_text("utf-8"))["portfolio"]
    return {key: Fact(_value(value, unit), unit, label) for key, (value, unit, label) in rows.items()}


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[0] == r"\n" else chr(int(match[1] or match[2], 16)), text)


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("# ")]


def locale_of(text: str) -> str:
    """The locale a text was written for, by its letters."""
    if re.search("[\u0980-\u09ff]", text):
        return "bn-IN"
    return "hi-IN" if re.search("[\u0900-\u0963]", text) else "en-IN"


def good() -> list[tuple[str, str]]:
    """(locale, text) of every narration that may be shown."""
    return [(f"{language}-IN", _unescape(line)) for language in LANGUAGES for line in _lines(f"good_{language}.txt")]


def bad() -> list[tuple[str, str]]:
    """(code, text) of every narration that must be refused with that code."""
    rows = (line.split(" | ", 1) for line in _lines("bad.txt"))
    return [(code, _unescape(text)) for code, text in rows]
