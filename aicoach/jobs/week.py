"""ISO weeks by their name, and the seven days that a weekly digest tells of."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_NAME: Final = re.compile(r"([0-9]{4})-W([0-9]{2})")
_SEVEN_DAYS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO 8601 week, and the moments its digest tells of: from ``since``, before ``until``."""

    name: str
    since: datetime
    until: datetime


def week_of(now: datetime, zone: tzinfo, name: str | None = None) -> Week:
    """The week of ``now`` where the clocks show ``zone``, or the one called ``name`` (``2026-W47``).

    Its digest tells of the seven days that end now, or when the week ended: a job that runs once a week, on any day,
    leaves nothing out. Raises ValueError for a name that is no week, and for a week that has not begun.
    """
    today = now.astimezone(zone).date()
    monday = _monday(name) if name else today - timedelta(days=today.weekday())
    begins = datetime.combine(monday, time(), zone)
    if begins > now:
        raise ValueError(f"{name} has not begun")
    until = min(now, begins + _SEVEN_DAYS)
    year, number, _ = monday.isocalendar()
    return Week(f"{year}-W{number:02}", until - _SEVEN_DAYS, until)


def _monday(name: str) -> date:
    written = _NAME.fullmatch(name)
    if written is None:
        raise ValueError(f"{name} is no ISO week; 2026-W47 is one")
    return date.fromisocalendar(int(written[1]), int(written[2]), 1)
