"""Transactions from CSV, line by line: a row is one physical line, so none can swallow another."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Final, TypeVar

from aicoach.coaches.goals.statements.fields import read_amc, read_date, read_folio, read_isin, read_number
from aicoach.coaches.goals.statements.judge import KINDS, magnitude, refusal
from aicoach.coaches.goals.statements.model import Line, NotAStatement, Rejected
from aicoach.coaches.goals.statements.words import column_names, kind_names, required_columns, same_name

T = TypeVar("T")

MAX_ROWS: Final = 1_000_000
_MAX_LINE: Final = 16 * 1024
_DELIMITERS: Final = (",", ";", "\t")
#: What a spreadsheet leaves of an empty row.
_BLANK: Final = " ,;\t\r\n\f\v"
_KINDS: Final = {same_name(kind): kind for kind in KINDS}


class _Bad(Exception):
    """A row that cannot be imported; the message is its reason's key."""


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    width: int
    places: Mapping[str, int]


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
            if line.endswith("\n") or len(line) < _MAX_LINE:
                if line.strip(_BLANK):
                    yield row, line
                continue
            yield row, None
            while line and not line.endswith("\n"):
                line = text.readline(_MAX_LINE)
    finally:
        # The file stays its opener's; without this the wrapper would close it.
        if not file.closed:
            text.detach()


def _layout(header: str) -> _Layout:
    """Which column is where; the delimiter is the one that makes most of the header known."""
    layouts = [_columns(header, delimiter) for delimiter in _DELIMITERS]
    best = max(layouts, key=lambda layout: len(layout.places))
    missing = [name for name in required_columns() if name not in best.places]
    if missing:
        raise NotAStatement("no_header", missing)
    return best


def _columns(header: str, delimiter: str) -> _Layout:
    try:
        names = [column_names().get(same_name(name)) for name in _split(header, delimiter)]
    except csv.Error:
        names = []
    known = [name for name in names if name]
    repeated = sorted({name for name in known if known.count(name) > 1})
    if repeated:
        raise NotAStatement("repeated_column", repeated)
    return _Layout(delimiter, len(names), {name: at for at, name in enumerate(names) if name})


def _split(line: str, delimiter: str) -> Sequence[str]:
    return next(csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True))


def _cells(text: str | None, layout: _Layout) -> Mapping[str, str]:
    if text is None:
        raise _Bad("line_too_long")
    try:
        cells = _split(text, layout.delimiter)
    except csv.Error:
        raise _Bad("unreadable_row") from None
    if len(cells) != layout.width:
        raise _Bad("columns")
    return {name: cells[at] for name, at in layout.places.items()}


def _line(row: int, cells: Mapping[str, str], today: date) -> Line:
    day = _needed(read_date(cells["date"]), "date")
    if day > today:
        raise _Bad("date_in_future")
    kind = _needed(_kind(cells["kind"]), "kind")
    amc = _needed(read_amc(cells["amc"]), "amc")
    folio = _needed(read_folio(cells["folio"]), "folio")
    isin = _needed(read_isin(cells["isin"]), "isin")
    amount, units, nav = (_number(cells.get(name, ""), name) for name in ("amount", "units", "nav"))
    if reason := refusal(kind, amount, units):
        raise _Bad(reason)
    return Line(row, amc, folio, isin, day, kind, magnitude(amount), magnitude(units), nav, cells.get("scheme", ""))


def _needed(value: T | None, reason: str) -> T:
    if value is None:
        raise _Bad(reason)
    return value


def _kind(text: str) -> str | None:
    name = same_name(text)
    return _KINDS.get(name) or kind_names().get(name)


def _number(text: str, name: str) -> Decimal | None:
    try:
        return read_number(text)
    except ValueError:
        raise _Bad(name) from None
