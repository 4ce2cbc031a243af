"""The fault table: rows of cells, written into docs/faults.md, read back, and printed after a run of the tests."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from aicoach.local.paths import ROOT
from tests.faults.matrix import WHOLE_RUN
from tests.faults.steps import STEPS

PAGE: Final = ROOT / "docs" / "faults.md"
#: The row's test, as the page needs it: its name, then how each step's run came to its end.
PROPERTY: Final = "fault row"
NOT_PLAYED: Final = "·"

Row = Mapping[str, str]
Table = Mapping[str, Row]

_MARK: Final = "<!-- the table: written by UPDATE_FAULT_TABLE=1 pytest tests/faults -->\n"
_HEAD: Final = ("fault", *(step.name for step in STEPS), WHOLE_RUN)
_SEPARATOR: Final = re.compile(r"^\|( --- \|)+$")


def cells(row: Row) -> list[str]:
    """A row's cells in the order of the columns."""
    return [row.get(name, NOT_PLAYED) for name in _HEAD[1:]]


def render(table: Table) -> str:
    """The table in Markdown."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD))]
    return "\n".join([*lines, *(_line([name, *cells(row)]) for name, row in table.items())]) + "\n"


def committed() -> dict[str, Row]:
    """The table that docs/faults.md holds."""
    text = PAGE.read_text().partition(_MARK)[2]
    lines = [line for line in text.splitlines() if line.startswith("|") and not _SEPARATOR.match(line)]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if not rows:
        return {}
    head, *body = rows
    return {row[0]: _played(dict(zip(head[1:], row[1:], strict=True))) for row in body}


def write(played: Table, order: Sequence[str]) -> None:
    """Put these rows into the page; rows that were not played now stay as they are."""
    known = {**committed(), **played}
    rows = {name: known[name] for name in order if name in known}
    PAGE.write_text(PAGE.read_text().partition(_MARK)[0] + _MARK + "\n" + render(rows))


def _played(row: Row) -> Row:
    return {name: cell for name, cell in row.items() if cell != NOT_PLAYED}


def _line(parts: Sequence[str]) -> str:
    return f"| {' | '.join(parts)} |"
