"""NAVAll is read by the names in its header: both layouts, odd lines named, an unknown header refused."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.nav_feed import Rejected, UnknownLayout, parse_navall
from tests.fakes.nav_files import EIGHT, SIX, text


def test_the_layout_of_six_columns() -> None:
    """S0-9, issue 4 item 8: plan and option are in the name."""
    line = "119551;INF9A1K01AA3;-;Meghdoot Flexi Cap Fund - Direct Plan - Growth;1,041.2031;20-Nov-2026"
    (row,) = parse_navall(text(line)).rows
    assert (row.isin, row.amfi_code, row.amc) == ("INF9A1K01AA3", "119551", "Meghdoot Mutual Fund")
    assert (row.plan, row.option) == ("direct", "growth")
    assert (row.nav, row.date) == (Decimal("1041.2031"), date(2026, 11, 20))
    assert (row.asset_class, row.category) == ("equity", "Flexi Cap Fund")


@pytest.mark.parametrize(
    ("plan", "option", "expected"),
    [
        ("Direct Plan", "Growth Option", ("direct", "growth")),
        ("Regular", "IDCW-Re-investment", ("regular", "idcw_reinvestment")),
        ("DIRECT", "IDCW Payout", ("direct", "idcw_payout")),
        ("Retail", "Bonus", (None, None)),
    ],
)
def test_the_layout_of_eight_columns(plan: str, option: str, expected: tuple[str | None, str | None]) -> None:
    """S0-9, issue 4 item 8: in force since August 2026; spellings vary."""
    line = f"119551;INF9A1K01AA3;;Meghdoot Flexi Cap Fund;{plan};{option};41.2;20-Nov-2026"
    (row,) = parse_navall(text(line, header=EIGHT)).rows
    assert (row.plan, row.option) == expected
    assert (row.name, row.nav) == ("Meghdoot Flexi Cap Fund", Decimal("41.2"))


def test_columns_may_come_in_any_order() -> None:
    """Issue 4 item 8: by header name."""
    header = ";".join(reversed(EIGHT.split(";")))
    line = "20-Nov-2026;41.2;Growth;Direct;Meghdoot Flexi Cap Fund;-;INF9A1K01AA3;119551"
    (row,) = parse_navall(text(line, header=header)).rows
    assert (row.amfi_code, row.isin, row.nav) == ("119551", "INF9A1K01AA3", Decimal("41.2"))


def test_two_isins_are_two_rows() -> None:
    """Issue 4 item 8: payout and reinvestment of one scheme have one NAV."""
    line = "1;INF9A1K01AA3;INF9A1K01AB1;Meghdoot Flexi Cap Fund - Regular Plan - IDCW;12.5;20-Nov-2026"
    rows = parse_navall(text(line)).rows
    assert [(row.isin, row.option) for row in rows] == [
        ("INF9A1K01AA3", "idcw_payout"),
        ("INF9A1K01AB1", "idcw_reinvestment"),
    ]
    assert {(row.plan, row.nav) for row in rows} == {("regular", Decimal("12.5"))}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1;-;-;A Fund;1.5;20-Nov-2026", "no_isin"),
        ("1;;;A Fund;1.5;20-Nov-2026", "no_isin"),
        ("1;INE9A1K01AA3;-;A Fund;1.5;20-Nov-2026", "isin"),
        ("x;INF9A1K01AA3;-;A Fund;1.5;20-Nov-2026", "scheme_code"),
        ("1;INF9A1K01AA3;-; ;1.5;20-Nov-2026", "name"),
        ("1;INF9A1K01AA3;-;A Fund;N.A.;20-Nov-2026", "no_nav"),
        ("1;INF9A1K01AA3;-;A Fund;NA;20-Nov-2026", "no_nav"),
        ("1;INF9A1K01AA3;-;A Fund;0.0000;20-Nov-2026", "no_nav"),
        ("1;INF9A1K01AA3;-;A Fund;-1.5;20-Nov-2026", "nav"),
        ("1;INF9A1K01AA3;-;A Fund;1e9;20-Nov-2026", "nav"),
        ("1;INF9A1K01AA3;-;A Fund;NaN;20-Nov-2026", "nav"),
        ("1;INF9A1K01AA3;-;A Fund;१२;20-Nov-2026", "nav"),
        ("1;INF9A1K01AA3;-;A Fund;1,0,0;20-Nov-2026", "nav"),
        ("1;INF9A1K01AA3;-;A Fund;1.5;20-11-2026", "date"),
        ("1;INF9A1K01AA3;-;A Fund;1.5;31-Feb-2026", "date"),
        ("1;INF9A1K01AA3;-;A Fund;1.5;20-Foo-2026", "date"),
        ("1;INF9A1K01AA3;-;A Fund;1.5", "columns"),
        ("1;INF9A1K01AA3;-;A;Fund;1.5;20-Nov-2026", "columns"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_count(line: str, reason: str) -> None:
    """S0-9: rejected lines with number and reason."""
    good = "2;INF9B2K01AC6;-;B Fund;2.5;20-Nov-2026"
    file = parse_navall(text(line, good))
    assert [row.isin for row in file.rows] == ["INF9B2K01AC6"]
    assert file.rejected == (Rejected(7, reason),)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "<html><body>Service unavailable; try later</body></html>",
        SIX.replace("Scheme Name", "NAV Name"),
        SIX + ";Repurchase Price",
        SIX.replace(";Date", ""),
        SIX + ";Date",
        SIX.replace(";", "|"),
    ],
)
def test_an_unknown_header_is_refused(header: str) -> None:
    """Issue 4 item 8: fails loudly."""
    with pytest.raises(UnknownLayout):
        parse_navall(text("1;INF9A1K01AA3;-;A Fund;1.5;20-Nov-2026", header=header))


def test_of_two_lines_with_one_isin_the_later_day_counts() -> None:
    """Reading a file twice gives the same rows: a repeat would be written again and again."""
    old, new = (f"1;INF9A1K01AA3;-;A Fund;{nav};{day}-Nov-2026" for nav, day in (("1", 19), ("2", 20)))
    for lines, left_out in (((old, new), 7), ((new, old), 8), ((new, new), 8)):
        file = parse_navall(text(*lines))
        assert [row.nav for row in file.rows] == [Decimal(2)]
        assert file.rejected == (Rejected(left_out, "duplicate"),)


def test_each_scheme_has_its_own_day() -> None:
    """Issue 4 item 8: staleness is per scheme."""
    lines = [f"{n};INF9A1K{n}AA3;-;Fund {n};10;{day}" for n, day in ((10, "20-Nov-2026"), (11, "02-Jan-2019"))]
    assert [row.date.year for row in parse_navall(text(*lines)).rows] == [2026, 2019]


def test_a_new_section_forgets_the_house_of_the_last_one() -> None:
    """Heads are hints: a row without a house still counts."""
    lines = ["Close Ended Schemes(Income)", "1;INF9A1K01AA3;-;A Fund;1.5;20-Nov-2026"]
    (row,) = parse_navall(text(*lines)).rows
    assert (row.amc, row.asset_class, row.category) == ("", None, None)


def test_a_byte_order_mark_and_a_last_separator_do_no_harm() -> None:
    (row,) = parse_navall("\ufeff" + text("1;INF9A1K01AA3;-;A Fund;1.5;20-Nov-2026;", header=SIX + ";")).rows
    assert row.nav == Decimal("1.5")


def test_fifteen_thousand_rows_take_less_than_a_second() -> None:
    """Issue 4 item 8, in processor time: other work on this machine does not count."""
    names = (f"{n};INF{n:08}1;-;Scheme {n} - Direct Plan - Growth;{n}.25;20-Nov-2026" for n in range(15_000))
    whole = text(*names)
    began = time.process_time()
    file = parse_navall(whole)
    assert time.process_time() - began < 1
    assert (len(file.rows), file.rejected) == (15_000, ())


isins = st.from_regex(r"INF[0-9A-Z]{8}[0-9]", fullmatch=True)
names = st.text(st.characters(exclude_characters=";\r\n", exclude_categories=["Cs"]), min_size=1, max_size=40)
navs = st.decimals("0.0001", "9999999", places=4)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@settings(deadline=None)
@given(st.lists(st.tuples(isins, names, navs, days), unique_by=lambda row: row[0], max_size=20), st.booleans())
def test_what_is_written_is_read(schemes: list[tuple[str, str, Decimal, date]], grouped: bool) -> None:
    """Any scheme, in both layouts, comes back as it is, or its line is named."""
    for header, plan in ((SIX, ""), (EIGHT, "Direct;Growth;")):
        lines = [
            f"{n};{isin};-;{name};{plan}{nav:,}" if grouped else f"{n};{isin};-;{name};{plan}{nav}"
            for n, (isin, name, nav, _) in enumerate(schemes, 1)
        ]
        dated = [
            f"{line};{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"
            for line, (*_, day) in zip(lines, schemes, strict=True)
        ]
        file = parse_navall(text(*dated, header=header))
        said = [(row.isin, row.name, row.nav, row.date) for row in file.rows]
        assert said == [(i, " ".join(n.split()), nav, day) for i, n, nav, day in schemes if n.split()]
        assert len(file.rows) + len(file.rejected) == len(schemes)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(noise: str) -> None:
    """No text makes the reader fail in another way; what is read has a price and an ISIN. Security row 40."""
    try:
        assert parse_navall(noise).rows == ()
    except UnknownLayout:
        assert ";" not in noise or not noise.startswith(SIX)
    for row in parse_navall(text(noise)).rows:
        assert row.nav > 0
        assert row.isin.startswith("INF")
