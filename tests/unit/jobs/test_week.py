"""ISO weeks, where the coach lives, and the seven days that a digest tells of."""

from datetime import UTC, datetime, timedelta

import pytest

from aicoach.coaches.goals.digest import DIGEST
from aicoach.jobs.week import week_of

INDIA = DIGEST.zone
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_running_week_tells_of_the_last_seven_days() -> None:
    week = week_of(SATURDAY, INDIA)
    assert (week.name, week.until, week.until - week.since) == ("2026-W47", SATURDAY, timedelta(days=7))


def test_a_week_begins_on_monday_in_india() -> None:
    """18:30 UTC on Sunday is Monday there."""
    sunday = datetime(2026, 11, 22, 18, 29, tzinfo=UTC)
    assert week_of(sunday, INDIA).name == "2026-W47"
    assert week_of(sunday + timedelta(minutes=1), INDIA).name == "2026-W48"


def test_a_week_that_is_over_ends_with_its_sunday() -> None:
    week = week_of(SATURDAY, INDIA, "2026-W46")
    assert week.until == datetime(2026, 11, 16, tzinfo=INDIA)
    assert week.since == datetime(2026, 11, 9, tzinfo=INDIA)


def test_calls_a_week_apart_leave_no_moment_out() -> None:
    """Whatever the day on which cron calls."""
    for day in range(7):
        first = week_of(SATURDAY + timedelta(days=day), INDIA)
        second = week_of(SATURDAY + timedelta(days=day + 7), INDIA)
        assert first.until == second.since
        assert first.name != second.name


@pytest.mark.parametrize(
    "name", ["2026-W48", "2026-W60", "2026-W00", "2025-W53", "2026W47", "last", "2026-W4", "0000-W01"]
)
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        week_of(SATURDAY, INDIA, name)


def test_a_year_may_have_53_weeks() -> None:
    assert week_of(datetime(2027, 1, 2, tzinfo=UTC), INDIA).name == "2026-W53"
