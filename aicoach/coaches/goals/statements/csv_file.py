"""Transactions from CSV, line by line: a row is one physical line, so none can swallow another."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final

from aicoach.coaches.goals.statements.fields import read_amc, read_date, read_folio, read_isin, read_number
from aicoach.coaches.goals.statements.judge import KINDS, refusal
from aicoach.coaches.goals.statements.model import Line, NotAStatement, Rejected
from aicoach.coaches.goals.statements.words import column_names, kind_names, required_columns, same_name

MAX_ROWS: Final = 1_000_000
_MAX_LINE: Final = 16 * 1024
_DELIMITERS: Final = (",", ";", "\t")
_KINDS: Final = {same_name(kind): kind for kind in KINDS}


class _Bad(Exception):
    """A row that cannot be imported; the message is its reason's key."""


def read_csv(file: BinaryIO, today: date) -> Iterator[Line | Rejected]:
    """Each row as a line or with the reason why it is none, in the order of the file; blank lines are no rows.

    Reads as it goes: memory does not depend on the size of the file. Raises NotAStatement for a header that is not
    ours and beyond MAX_ROWS rows.
    """
    lines = _physical_lines(file)
    first = next(lines, None)
    if first is None:
        raise NotAStatement("empty")
    layout = _layout(first[1] or "")
    for count, (row, text) in enumerate(lines):
        if count >= MAX_ROWS:
            raise NotAStatement("too_many_rows")
        try:
            yield _line(row, _cells(text, layout), today)
        except _Bad as bad:
            yield Rejected(row, str(bad))


def _physical_lines(file: BinaryIO) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line that is not blank; None for the text of one that is too long to be a row."""
    if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
        raise NotAStatement("encoding")
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline=None)
    try:
        row = 0
        while line := text.readline(_MAX_LINE):
            row += 1
            fits = line.endswith("\n") or len(line) < _MAX_LINE
            while line and not line.endswith("\n"):
                line = text.readline(_MAX_LINE)  # the rest of a long one
            if not fits:
                yield row, None
            elif (kept := text_of(line)) or fits:
                yield row, kept
    finally:
        text.detach()


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    width: int
    places: Mapping[str, int]
