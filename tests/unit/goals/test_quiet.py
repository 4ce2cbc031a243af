"""A year of daily looks: topics speak when something moved beyond a threshold or their window ended, and not daily."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from aicoach.coaches.goals import COACH, plan
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.model import Finding
from tests.unit.goals.build import Rows, goal, scheme, snapshot
from tests.unit.goals.cards import would_speak_again

FIRST = date(2025, 1, 1)
DAYS = 250
SIP: Rows = [
    ("A", f"{month // 12}-{month % 12 + 1:02}-05", "purchase_sip", "1000", "50")
    for month in range(2023 * 12, 2025 * 12 + 9)
]
DEBT = ("B", "B Fund", "Other AMC", "Liquid", "debt", "regular", "growth", "Index")
TARGETS: Rows = [("asset_class", "equity", "0.6"), ("asset_class", "debt", "0.4")]


def on(day: date, nav: Decimal) -> Snapshot:
    """What is known of the portfolio on that day."""
    rows = [row for row in [*SIP, ("B", "2023-01-02", "purchase", "20000", "1000")] if str(row[1]) <= day.isoformat()]
    navs = [("A", day.isoformat(), str(nav)), ("B", day.isoformat(), "20")]
    return snapshot(
        rows, today=day, schemes=[scheme("A"), DEBT], latest_navs=navs, targets=TARGETS,
        goals=[goal(target="500000", monthly=None)], goal_schemes=[("g", "A", "1")],
    )  # fmt: skip


def walk() -> list[tuple[date, Decimal]]:
    """Daily NAVs, from a fixed seed: a deviation of one percent a day."""
    draw, nav, found = random.Random(5), 20.0, []
    for day in range(DAYS):
        nav *= 1 + draw.gauss(0.0004, 0.01)
        found.append((FIRST + timedelta(days=day), round(Decimal(nav), 4)))
    return found


def test_a_year_of_daily_runs_speaks_once_per_crossing_or_ended_window() -> None:
    """Issue 4, done when: and not otherwise. Goals, mix and SIPs of one person."""
    spoken: dict[str, list[tuple[date, Finding]]] = {}
    for day, nav in walk():
        seen = on(day, nav)
        for task in plan(("goals", "allocation", "discipline"), seen).tasks:
            for found in COACH.agents[task.agent](seen):
                told = spoken.setdefault(found.topic.key, [])
                over = told and (day - told[-1][0]).days >= found.topic.window_days
                if not told or over or would_speak_again(told[-1][1], found):
                    told.append((day, found))
    counts = Counter({key: len(told) for key, told in spoken.items()})
    assert set(counts) >= {"goals:g", "allocation:asset_class", "allocation:category", "discipline:sips"}
    # Windows alone make nine; every topic stays far from daily.
    assert all(9 <= count <= 30 for key, count in counts.items() if key != "allocation:concentration"), counts
    assert counts["discipline:sips"] == 9
    for told in spoken.values():
        for (before, _), (after, _) in pairwise(told):
            assert before < after
