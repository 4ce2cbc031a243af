"""The discipline agent: which instalments came, late or never; the streak; what a step-up would have raised."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.agents.discipline import discipline, raised_by
from aicoach.coaches.goals.sips import sips
from aicoach.core.model import Finding, Severity
from tests.unit.goals.build import Rows, goal, snapshot
from tests.unit.goals.cards import check, facts, would_speak_again


def instalments(*days: str, isin: str = "A", amount: str = "1000") -> list[tuple[str | None, ...]]:
    return [(isin, day, "purchase_sip", amount, "50") for day in days]


YEAR = [f"2024-{month:02}-05" for month in range(1, 13)]


def card(rows: Rows, **tables: Any) -> tuple[Finding, dict[str, Any]]:
    (found,) = discipline(snapshot(rows, **tables))
    check(found)
    return found, facts(found)


def test_a_year_of_instalments_is_told_without_a_gap() -> None:
    """Issue 4 item 3"""
    found, told = card(instalments(*YEAR))
    assert (told["instalments_expected"], told["instalments_made"], told["streak_months"]) == (12, 12, 12)
    assert (told["instalments_missed"], told["instalments_late"]) == (0, 0)
    assert (found.phrase, found.severity) == ("discipline", Severity.GOOD)


def test_a_missed_instalment_is_told_with_its_date_and_ends_the_streak() -> None:
    """Issue 4 item 3"""
    found, told = card(instalments(*[day for day in YEAR if "-10-" not in day]))
    assert (told["instalments_expected"], told["instalments_missed"], told["streak_months"]) == (12, 1, 2)
    assert (told["last_missed_on"], told["last_missed_fund"]) == (date(2024, 10, 5), "A Fund")
    assert (found.phrase, found.severity) == ("discipline_missed", Severity.NOTICE)


def test_a_late_instalment_is_made_and_late() -> None:
    """Issue 4 item 3: more than five days after its usual day."""
    for day, late in (("2024-10-10", 0), ("2024-10-11", 1)):
        rows = instalments(*[day if "-10-" in usual else usual for usual in YEAR])
        assert (card(rows)[1]["instalments_late"], card(rows)[1]["instalments_made"]) == (late, 12)


def test_an_instalment_that_slips_into_the_next_month_belongs_to_its_own() -> None:
    """A holiday on the thirtieth: the purchase is dated the second."""
    days = [f"2024-{month:02}-{28 if month == 2 else 30:02}" for month in range(1, 12)]
    days[7] = "2024-09-02"
    _, told = card(instalments(*days))
    assert (told["instalments_expected"], told["instalments_missed"], told["instalments_late"]) == (11, 0, 0)


def test_a_person_who_chose_another_day_is_not_late_ever_after() -> None:
    """No wrong reproach."""
    days = [*YEAR[:6], *(f"2024-{month:02}-20" for month in range(7, 13))]
    _, told = card(instalments(*days))
    assert (told["instalments_missed"], told["instalments_made"]) == (0, 12)
    assert told["instalments_late"] <= 3


def test_a_reversal_takes_its_instalment_back() -> None:
    """Issue 4 item 3, bad input: a failed SIP was never made; one that was tried again was."""
    failed = ("A", "2024-10-07", "reversal", "1000", "50")
    assert card([*instalments(*YEAR), failed])[1]["instalments_missed"] == 1
    again = instalments("2024-10-15")
    _, told = card([*instalments(*YEAR), failed, *again])
    assert (told["instalments_missed"], told["instalments_late"]) == (0, 1)
    other = ("A", "2024-10-07", "reversal", "400", "20")
    assert card([*instalments(*YEAR), other])[1]["instalments_missed"] == 0


def test_a_sip_that_ended_misses_nothing_after_its_last_instalment() -> None:
    """Issue 4 item 3: stopping is no lapse."""
    _, told = card([*instalments(*YEAR), *instalments("2023-01-05", "2023-02-05", isin="B")])
    assert (told["sip_count"], told["sips_ended"], told["instalments_expected"], told["instalments_missed"]) == (
        2,
        1,
        14,
        0,
    )


def test_an_instalment_that_may_still_come_is_not_missed() -> None:
    """Due on the twenty-eighth, today is the first."""
    days = [f"2024-{month:02}-28" for month in range(1, 12)]
    assert card(instalments(*days))[1]["instalments_missed"] == 0
    assert card(instalments(*days), today=date(2025, 1, 3))[1]["instalments_missed"] == 1


def test_stamp_duty_belongs_to_the_instalment() -> None:
    """notes/goals.md 3"""
    rows = [("A", "2024-12-05", "purchase_sip", "999.95", "50"), ("A", "2024-12-05", "stamp_duty_tax", "0.05", None)]
    (sip,) = sips(snapshot(rows))
    assert sip.amount == 1000


def test_instalments_below_the_persons_own_step_up_are_counted() -> None:
    """Issue 4 item 3: what a step-up would have raised."""
    rows = instalments(*(day.replace("2024", "2023") for day in YEAR), *YEAR)
    mapped: dict[str, Any] = {"goals": [goal(step_up="0.1")], "goal_schemes": [("g", "A", "1")]}
    _, told = card(rows, **mapped)
    assert (told["step_up_instalments"], told["step_up_amount"]) == (12, 1200)
    raised = [*rows[:12], *instalments(*YEAR, amount="1100")]
    assert card(raised, **mapped)[1]["step_up_instalments"] == 0
    assert "step_up_instalments" not in card(rows)[1]
    (sip,) = sips(snapshot(rows))
    assert raised_by(sip, Decimal(0)) == []


def test_without_sips_nothing_is_said() -> None:
    """Issue 4 item 3: a lump sum is no instalment, and neither is one that was reversed."""
    assert discipline(snapshot([("A", "2024-01-01", "purchase", "1000", "50")])) == []
    failed = ("A", "2024-01-06", "reversal", "1000", "50")
    assert discipline(snapshot([*instalments("2024-01-05"), failed])) == []


def test_another_month_on_time_is_quiet_and_a_missed_one_is_not() -> None:
    """DESIGN 3.7: the streak grows every month and triggers nothing."""
    before, _ = card(instalments(*YEAR[:10]), today=date(2024, 11, 1))
    after, _ = card(instalments(*YEAR[:11]), today=date(2024, 12, 1))
    assert not would_speak_again(before, after)
    missed, _ = card(instalments(*YEAR[:10]), today=date(2024, 12, 1))
    assert would_speak_again(before, missed)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.dates(date(2021, 1, 1), date(2024, 12, 31)), min_size=1, max_size=60), st.integers(0, 5))
def test_every_instalment_counts_once_and_no_row_can_crash_the_agent(days: list[date], reversed_rows: int) -> None:
    """Issue 4, bad input: duplicates, several a month, any day."""
    rows = [*instalments(*(day.isoformat() for day in days))]
    rows += [("A", day.isoformat(), "reversal", "1000", "50") for day in days[:reversed_rows]]
    for found in discipline(snapshot(rows)):
        check(found)
        told = facts(found)
        assert told["instalments_expected"] == told["instalments_made"] + told["instalments_missed"]
        assert told["streak_months"] <= told["instalments_expected"]
    for sip in sips(snapshot(rows)):
        paid = [one.paid for one in sip.instalments if one.paid]
        assert len(paid) == len(set(paid))
        assert sum(one.amount for one in sip.instalments) == 1000 * (len(days) - reversed_rows)


@pytest.mark.parametrize("years", [30])
def test_thirty_years_of_instalments_are_judged_quickly(years: int) -> None:
    """Issue 4, bad input: a 30-year statement."""
    rows = instalments(*(f"{1995 + at // 12}-{at % 12 + 1:02}-05" for at in range(12 * years)))
    assert card(rows)[1]["streak_months"] == 360
