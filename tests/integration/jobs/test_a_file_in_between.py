"""A NAV file that comes in while a daily job is under way: nobody hears the old price last, and nobody hears twice."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg

from aicoach.app.jobs import JOBS, daily
from aicoach.coaches.goals import COACH as GOALS
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.model import Run
from aicoach.core.ports import SnapshotSource
from tests.fakes.nav_files import text
from tests.integration.jobs.conftest import Wire
from tests.integration.jobs.crowd import FUND, UNITS, gather, make_fund, price
from tests.integration.jobs.nav_host import nav_host

PEOPLE, BEFORE = 10, 4
OLD, NEW = Decimal(100), Decimal(110)


async def values_told(owner: asyncpg.Connection) -> list[list[Decimal]]:
    """What each person was told that the portfolio is worth, time after time."""
    rows = await owner.fetch(
        "select i.user_id, array_agg(i.data -> 'facts' -> 'portfolio_value' ->> 'value' order by i.created_at) as told "
        "from ai_insights i where i.topic_key = 'performance:portfolio' group by 1"
    )
    return [[Decimal(value) for value in row["told"]] for row in rows]


async def test_a_file_that_comes_in_between_is_told_to_all_and_once(owner: asyncpg.Connection, wire: Wire) -> None:
    """Issue 4: who was looked at before it is due again; who comes after hears the new price at once."""
    await make_fund(owner)
    await price(owner, date(2025, 1, 2), OLD, datetime(2025, 1, 2, tzinfo=UTC))
    await gather(owner, PEOPLE, date(2024, 1, 1))
    reads = 0

    async def read(source: SnapshotSource, run: Run) -> Snapshot:
        nonlocal reads
        reads += 1
        seen = await GOALS.read(source, run)
        if reads == BEFORE:
            assert (await JOBS["navs"](wired)).started == 1
        return seen

    async with nav_host() as host:
        host.body = text(f"1;{FUND};-;Crowd Fund;{NEW};03-Jan-2025").encode()
        coach = {"goals": replace(GOALS, read=read)}
        wired = wire(coach, navs_url=host.url, job_runs_at_once=1)
        started = [(await daily(wired)).started for _ in range(3)]
    assert started == [PEOPLE, BEFORE, 0]
    old, new = UNITS * OLD, UNITS * NEW
    assert Counter(map(tuple, await values_told(owner))) == {(old, new): BEFORE, (new,): PEOPLE - BEFORE}
