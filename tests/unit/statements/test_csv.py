"""CSV: every row is taken or refused with a reason; none is lost."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.coaches.goals.statements import Line, NotAStatement, Rejected, read_csv
from aicoach.coaches.goals.statements.judge import KINDS
from aicoach.coaches.goals.statements.words import reason
from tests.unit.statements.build import GOOD, HEADER, ISIN, TODAY, rows_of


def reason_of(line: str) -> str:
    """Why this one row is refused."""
    (row,) = rows_of(line)
    assert isinstance(row, Rejected), row
    assert row.row == 2
    assert reason(row.reason)
    return row.reason


def test_a_good_row_is_a_line() -> None:
    assert rows_of(GOOD) == [
        Line(2, "Meghdoot Mutual Fund", "12124203/63", ISIN, date(2024, 4, 5), "purchase", Decimal("123456.78"),
             Decimal(1000), Decimal("123.4568"), "Meghdoot Flexi Cap")
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiter_line_end_and_byte_order_mark_do_not_matter(delimiter: str, end: str, mark: str) -> None:
    names = ["Transaction Date", "TYPE", "Fund House", "Folio No.", "ISIN", "Amount (INR)", "Units", "PAN"]
    cells = ["05-Apr-2024", "SIP", "Meghdoot MF", "12124203", ISIN, '"1,23,456.78"', "10", "ABCPD1234E"]
    text = mark + end.join((delimiter.join(names), delimiter.join(cells), ""))
    (line,) = read_csv(io.BytesIO(text.encode()), TODAY)
    assert isinstance(line, Line)
    assert (line.kind, line.amount, line.row) == ("purchase_sip", Decimal("123456.78"), 2)
    assert "ABCPD1234E" not in repr(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (GOOD.replace("05-04-2024", "2024"), "date"),
        (GOOD.replace("05-04-2024", "21-11-2026"), "date_in_future"),
        (GOOD.replace("purchase", "gamble"), "kind"),
        (GOOD.replace("Meghdoot Mutual Fund", "Asha Rao"), "amc"),
        (GOOD.replace("12124203 / 63", "?"), "folio"),
        (GOOD.replace(ISIN, "INF9A1K01AA4"), "isin"),
        (GOOD.replace('"₹1,23,456.78"', "abc"), "amount"),
        (GOOD.replace('"₹1,23,456.78"', ""), "amount"),
        (GOOD.replace('"₹1,23,456.78"', "₹1,23,456.78"), "columns"),
        (GOOD.replace(",1000,", ",0,"), "units"),
        (GOOD.replace(",1000,", ",(1000),"), "sign"),
        (GOOD.replace(",123.4568,", ",x,"), "nav"),
        (GOOD + ",more", "columns"),
        ("05-04-2024", "columns"),
        (GOOD.replace('78"', "78"), "unreadable_row"),
        (GOOD.replace("purchase", "stamp_duty_tax").replace(",1000,", ",,").replace('"₹', '"-₹'), "refund"),
        (GOOD.replace("purchase", "misc"), "not_counted"),
        ("x" * 20_000, "line_too_long"),
    ],
)
def test_a_bad_row_says_why(line: str, expected: str) -> None:
    assert reason_of(line) == expected


def test_an_unclosed_quote_swallows_no_other_row() -> None:
    rows = rows_of(GOOD, GOOD.replace("purchase", '"purchase'), GOOD, GOOD)
    assert [type(row) for row in rows] == [Line, Rejected, Line, Line]
    assert [row.row for row in rows] == [2, 3, 4, 5]


def test_blank_lines_are_no_rows_but_count_as_lines() -> None:
    assert [row.row for row in rows_of("", GOOD, ",,,,,,,,", "   ", GOOD)] == [3, 6]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_can_be_written_in_every_case(kind: str) -> None:
    """A kind is written in our words, in casparser's capitals, or with spaces."""
    for name in (kind, kind.upper(), kind.replace("_", " ").title()):
        assert reason_of_kind(name) != "kind"


def reason_of_kind(name: str) -> str | None:
    (row,) = rows_of(GOOD.replace("purchase", name, 1))
    return row.reason if isinstance(row, Rejected) else None


def test_what_leaves_may_be_written_with_a_minus() -> None:
    sold = GOOD.replace("purchase", "redemption")
    for line in (sold, sold.replace(",1000,", ",-1000,"), sold.replace('"₹1,23,456.78"', '"(1,23,456.78)"')):
        (row,) = rows_of(line)
        assert isinstance(row, Line)
        assert (row.amount, row.units) == (Decimal("123456.78"), Decimal(1000))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"hello", "no_header"),
        (b"%!PS-Adobe", "no_header"),
        (b"\x00" * 5000, "no_header"),
        (HEADER.replace("isin,", "").encode(), "no_header"),
        (HEADER.replace("nav", "Date").encode(), "repeated_column"),
        (HEADER.encode("utf-16"), "encoding"),
    ],
)
def test_a_file_with_another_header_is_no_statement(data: bytes, expected: str) -> None:
    with pytest.raises(NotAStatement) as refusal:
        list(read_csv(io.BytesIO(data), TODAY))
    assert refusal.value.reason == expected


CELL = st.one_of(st.text(max_size=12), st.sampled_from([*GOOD.split(","), '"', "(5)", "1e9", "\u2028", "\x00", "\x0b"]))


@given(st.lists(st.lists(CELL, max_size=11).map(",".join), max_size=8))
def test_no_row_is_lost_whatever_it_holds(lines: list[str]) -> None:
    """Every physical line that is not blank is a line or rejected, once, in order."""
    text = "\n".join((HEADER, *lines))
    physical = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "replace")), "utf-8", newline=None).read().split("\n")
    expected = [at for at, line in enumerate(physical, 1) if line.strip(" ,;\t\r\n\f\v")][1:]
    assert [row.row for row in read_csv(io.BytesIO(text.encode("utf-8", "replace")), TODAY)] == expected


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for file in (data, HEADER.encode() + b"\n" + data):
        try:
            list(read_csv(io.BytesIO(file), TODAY))
        except NotAStatement:
            continue


def test_a_long_statement_streams() -> None:
    """Rows come while the file is read: the first is there before the second half exists."""
    lines = iter([HEADER.encode() + b"\n", *[GOOD.encode() + b"\n"] * 2000])

    class Slow(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0, /) -> int:
            return 0

        def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
            line = next(lines, b"")
            buffer[: len(line)] = line
            self.taken += 1
            return len(line)

    slow = Slow()
    rows = read_csv(_Peeked(slow), TODAY)
    assert isinstance(next(rows), Line)
    assert slow.taken < 200


class _Peeked(io.BufferedReader):
    """Reads ahead nothing when it is asked for the byte order mark."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw, buffer_size=1024)

    def read(self, size: int | None = -1, /) -> bytes:
        return b"" if size == 2 else super().read(size)

    def seek(self, target: int, whence: int = 0, /) -> int:
        return 0
