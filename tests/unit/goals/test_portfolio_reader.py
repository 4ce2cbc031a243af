"""The reader: rows of text become typed values, and what cannot count becomes a note."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.portfolio_reader import parse_snapshot
from aicoach.coaches.goals.snapshot import Note, Price, Snapshot, Transaction, Why
from tests.unit.goals.build import COLUMNS, TODAY, answer, scheme


def test_an_unknown_user_has_an_empty_portfolio() -> None:
    """S0-4.1a"""
    assert parse_snapshot(answer()) == Snapshot(TODAY)


def test_rows_become_typed_values() -> None:
    """S0-4.1a: holdings, goals and mappings."""
    read = parse_snapshot(
        answer(
            schemes=[scheme("A")],
            transactions=[("A", "2024-01-01", "redemption", "1500.50", "10.250")],
            latest_navs=[("A", "2024-12-31", "21.5000")],
            month_navs=[("A", "2024-01-31", "2024-01-30", "20.1")],
            benchmark_values=[("Index", "2024-01-01", "2023-12-29", "100.5")],
            goals=[("g", "Home", "100", "2030-01-01", None, "0.1", None, "2", "0.2")],
            goal_schemes=[("g", "A", "0.5")],
            targets=[("asset_class", "equity", "0.7")],
        )
    )
    assert read.schemes["A"].name == "A Fund"
    assert read.transactions == (
        Transaction("A", date(2024, 1, 1), "redemption", Decimal("1500.50"), Decimal("-10.250")),
    )
    assert read.latest_navs == {"A": Price(date(2024, 12, 31), Decimal("21.5000"))}
    assert read.month_navs["A"][date(2024, 1, 31)].day == date(2024, 1, 30)
    assert read.benchmark[("Index", date(2024, 1, 1))].value == Decimal("100.5")
    assert (read.goals[0].annual_rate, read.goals[0].annual_step_up) == (None, Decimal("0.1"))
    assert (read.goals[0].priority, read.goals[0].annual_volatility) == (2, Decimal("0.2"))
    assert (read.goal_schemes[0].share, read.targets[0].share) == (Decimal("0.5"), Decimal("0.7"))
    assert read.notes == ()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("A", "2025-01-02", "purchase", "100", "10"), Why.FUTURE_DATE),
        (("A", "2024-01-01", "purchase", "0", "10"), Why.ODD_AMOUNT),
        (("A", "2024-01-01", "purchase", "100", "0"), Why.ODD_AMOUNT),
        (("A", "2024-01-01", "purchase", "-100", "10"), Why.ODD_AMOUNT),
        (("A", "2024-01-01", "redemption", "100", "-10"), Why.ODD_AMOUNT),
        (("A", "2024-01-01", "dividend_payout", "-1", None), Why.ODD_AMOUNT),
        (("A", "2024-01-01", "misc", "100", "10"), Why.UNKNOWN_KIND),
        (("A", "2024-01-01", "barter", "100", "10"), Why.UNKNOWN_KIND),
        (("A", "infinity", "purchase", "100", "10"), Why.UNREADABLE),
        (("A", "2024-01-01", "purchase", "NaN", "10"), Why.UNREADABLE),
        (("A", "2024-01-01", "purchase", "Infinity", "10"), Why.UNREADABLE),
        (("A", "2024-01-01", "purchase", None, "10"), Why.UNREADABLE),
        (("A", "2024-01-01", "purchase", "1e30", "10"), Why.UNREADABLE),
    ],
)
def test_a_row_that_cannot_count_becomes_a_note(row: tuple[str | None, ...], why: Why) -> None:
    """Issue 2, bad input: future dates, zero and negative amounts are met with words, never with a crash."""
    read = parse_snapshot(answer(transactions=[row]))
    assert read.transactions == ()
    assert read.notes == (Note(why, "transactions", "A"),)


@pytest.mark.parametrize(
    "row",
    [
        ("A", "2025-01-01", "purchase", "100", "10"),
        ("A", "2024-01-01", "stamp_duty_tax", "0.00", None),
        ("A", "2024-01-01", "dividend_reinvest", None, "3"),
        ("A", "2024-01-01", "segregation", "0", "3"),
    ],
)
def test_a_row_that_moves_only_money_or_only_units_counts(row: tuple[str | None, ...]) -> None:
    """S0-4.1a"""
    assert parse_snapshot(answer(transactions=[row])).notes == ()


def test_a_price_that_is_no_price_is_left_out() -> None:
    """Issue 2, bad input: NAV missing."""
    read = parse_snapshot(answer(latest_navs=[("A", "2024-12-31", "0"), ("B", "2024-12-31", "NaN")]))
    assert read.latest_navs == {}
    assert Counter(note.source for note in read.notes) == {"latest_navs": 2}


texts = st.one_of(st.none(), st.sampled_from(["", "x", "-1", "0", "1e999", "2024-01-01", "purchase", "9" * 400]))


@settings(deadline=None)
@given(st.data())
def test_no_row_at_all_can_crash_the_reader(data: st.DataObject) -> None:
    """Issue 2, bad input: never a crash. Security row 40."""
    tables: dict[str, Any] = {
        name: data.draw(st.lists(st.tuples(*(texts for _ in columns)), max_size=3)) for name, columns in COLUMNS.items()
    }
    assert isinstance(parse_snapshot(answer(**tables)), Snapshot)
