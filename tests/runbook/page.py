"""Reads a page: its procedures, the commands of each that run here, and what the page says is seen after them."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

#: A fenced block marked so is run; GitHub shows it as any other shell block.
RUN = "sh run"
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """Commands, and the text that follows them: None when the page shows none."""

    commands: str
    expected: str | None


@dataclass(frozen=True)
class Procedure:
    """One section of the page."""

    title: str
    steps: tuple[Step, ...]


def read_page(path: Path) -> list[Procedure]:
    """The sections with something to run, in order."""
    _, *rest = _HEADING.split(path.read_text("utf-8"))
    sections = zip(rest[::2], rest[1::2], strict=True)
    procedures = [Procedure(title, _steps(text)) for title, text in sections]
    return [procedure for procedure in procedures if procedure.steps]


def _steps(section: str) -> tuple[Step, ...]:
    blocks = [(fence["info"].strip(), fence["body"]) for fence in _FENCE.finditer(section)]
    return tuple(
        Step(body, shown if info == "text" else None)
        for (kind, body), (info, shown) in pairwise([*blocks, ("", "")])
        if kind == RUN
    )


def shows(expected: str, seen: str) -> bool:
    """Whether ``seen`` is what the page promises: line by line, with … for anything, and … alone for any lines."""
    lines = [_line(line) for line in expected.strip().splitlines()]
    return re.fullmatch("".join(lines), seen.strip() + "\n") is not None


def _line(line: str) -> str:
    if line.strip() == "…":
        return r"(?:[^\n]*\n)*?"
    words = [r"[ \t]+".join(map(re.escape, part.split())) for part in line.split("…")]
    return r"[ \t]*" + r"[^\n]*".join(words) + r"[ \t]*\n"
