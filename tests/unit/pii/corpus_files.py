"""Reads the corpus: plain lines in which ``{KIND:identifier}`` marks what must be found."""

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("corpus")
_ESCAPE = re.compile(r"(?:\\u[0-9a-f]{4})+")
_MARK = re.compile(r"\{([A-Z]+):([^{}]+)\}")


class Marked(NamedTuple):
    """A text and the (kind, slice) pairs it holds, in order."""

    text: str
    found: list[tuple[str, str]]


def negatives() -> list[str]:
    """Texts without identifiers."""
    return _lines("negatives.txt")


def positives() -> list[Marked]:
    """Texts with identifiers."""
    return [
        Marked(_MARK.sub(lambda mark: mark[2], line), [(m[1], m[2]) for m in _MARK.finditer(line)])
        for line in _lines("positives.txt")
    ]


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text("utf-8").split("\n")
    return [_ESCAPE.sub(_unescape, line) for line in lines if line and not line.startswith("# ")]


def _unescape(match: re.Match[str]) -> str:
    units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in match[0].split("\\u")[1:])
    return units.decode("utf-16-be")
