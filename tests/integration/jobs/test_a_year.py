"""250 market days of a random walk: the coach speaks when something moved or a month is over, and not otherwise."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import asyncpg

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import daily
from tests.integration.jobs.crowd import UNITS, gather, make_fund, price, user_id
from tests.support.runs import request

DAYS = 250
CALM = range(100, 160)
BOUGHT = date(2023, 1, 2)
FIRST = date(2025, 6, 2)
PUT_IN = 50_000


def walk() -> Iterator[tuple[date, Decimal]]:
    """A NAV a day, from 100 rupees, about 1.2 % up or down each day, and for two calm months hardly at all."""
    chance = random.Random(20251018)
    nav = 100.0
    for n in range(DAYS):
        yield FIRST + timedelta(days=n), Decimal(str(round(nav, 4)))
        nav *= 1 + (chance.gauss(0.0003, 0.0005) if n in CALM else chance.gauss(0.0003, 0.012))


def morning_after(day: date) -> datetime:
    """When cron calls, as vercel.json has it: 02:00 UTC."""
    return datetime.combine(day + timedelta(days=1), time(2), UTC)


def yearly_percent(nav: Decimal, day: date) -> Decimal:
    """One purchase: the money-weighted return is compound growth over actual days / 365."""
    growth = float(UNITS * nav) / PUT_IN
    return Decimal(str(round(100 * (growth ** (365 / (day - BOUGHT).days) - 1), 2)))


def expected() -> list[date]:
    """The days on which the rule of DESIGN 3.7 speaks: 30 days over, value moved over 5 %, or return over a point."""
    spoken: list[tuple[date, Decimal, Decimal]] = []
    for day, nav in walk():
        value, percent = UNITS * nav, yearly_percent(nav, day)
        if spoken:
            last_day, last_value, last_percent = spoken[-1]
            moved = abs(value - last_value) > Decimal("0.05") * last_value
            turned = abs(percent - last_percent) > 1
            if (day - last_day).days < 30 and not moved and not turned:
                continue
        spoken.append((day, value, percent))
    return [day for day, _, _ in spoken]


async def spoken_on(owner: asyncpg.Connection, topic: str) -> list[date]:
    """The market days whose run said the topic."""
    rows = await owner.fetch(
        "select s.as_of from ai_insights i join ai_sessions s on s.id = i.session_id "
        "where i.user_id = $1 and i.topic_key = $2 order by s.as_of",
        *(user_id(1), topic),
    )
    return [row["as_of"].date() - timedelta(days=1) for row in rows]


async def begin(owner: asyncpg.Connection) -> None:
    """One person, one purchase, long enough ago that returns are a rate a year."""
    await make_fund(owner)
    await gather(owner, 1, BOUGHT)


async def test_the_daily_job_runs_on_the_days_that_matter_and_each_run_speaks(
    owner: asyncpg.Connection, wired: Container
) -> None:
    """Issue 4: once per crossing or expired window; on all other days it asks one question and writes nothing."""
    await begin(owner)
    ran = []
    for day, nav in walk():
        await price(owner, day, nav, morning_after(day) - timedelta(hours=8))
        report = await daily(wired, morning_after(day))
        assert not report.failed
        ran += [day] * report.started
    portfolio = await spoken_on(owner, "performance:portfolio")
    assert portfolio == expected()
    # The mix of one fund never moves: it is said again at the end of its own window, and then alone.
    assert set(ran) == {*portfolio, *await spoken_on(owner, "allocation:asset_class")}
    assert await owner.fetchval("select count(*) from ai_sessions") == len(ran)
    assert 8 < len(ran) < DAYS / 3
    gaps = {(later - earlier).days for earlier, later in pairwise(portfolio)}
    assert 30 in gaps
    assert min(gaps) < 30, "the walk must cross the threshold as well as sit out the window"


async def test_a_run_every_day_speaks_by_the_same_rule(owner: asyncpg.Connection, wired: Container) -> None:
    """S0-8.2b, issue 4: somebody presses the button 250 mornings in a row."""
    await begin(owner)
    for day, nav in walk():
        await price(owner, day, nav, morning_after(day) - timedelta(hours=8))
        started = await wired.store.start_session(request(user_id(1), as_of=morning_after(day), focus=("performance",)))
        assert started.run is not None
        await wired.runner.start(started.run, started.events)
    days = expected()
    assert await spoken_on(owner, "performance:portfolio") == days
    seen = "select times_seen from ai_topic_ledger where user_id = $1 and topic_key = 'performance:portfolio'"
    assert await owner.fetchval(seen, user_id(1)) == len(days)
