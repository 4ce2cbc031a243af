"""Who is due is one question; being due is state; nobody is looked at twice, and nobody is forgotten."""

import asyncio
import logging
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import JOBS, daily
from aicoach.coaches.goals import COACH as GOALS
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.errors import Invalid
from aicoach.core.model import Run
from aicoach.core.ports import SnapshotSource
from aicoach.jobs.report import JobReport
from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack
from tests.integration.jobs.conftest import Ticking, Wire
from tests.integration.jobs.crowd import FUND, gather, make_fund, price, remember, user_id
from tests.integration.jobs.slices import RULE
from tests.support.runs import give_prefs, let_lease_end, request

BOUGHT = date(2024, 1, 1)
YESTERDAY = datetime(2026, 11, 19, 2, tzinfo=UTC)
TODAY = YESTERDAY + timedelta(days=1)


@pytest.fixture
async def fund(owner: asyncpg.Connection) -> asyncpg.Connection:
    """The database with one fund, at 100 rupees when everybody was last looked at."""
    await make_fund(owner)
    await price(owner, YESTERDAY.date() - timedelta(days=1), Decimal(100), YESTERDAY - timedelta(hours=8))
    return owner


async def nav_today(owner: asyncpg.Connection, nav: str) -> None:
    """The price that came out since."""
    await price(owner, YESTERDAY.date(), Decimal(nav), TODAY - timedelta(hours=8))


def counts(report: JobReport) -> tuple[int, int, int, bool]:
    """Started, skipped, failed, more."""
    return report.started, report.skipped, report.failed, report.more


async def test_ten_thousand_people_and_nothing_to_say_is_one_statement_and_no_write(
    fund: asyncpg.Connection,
    wire: Wire,
    stack: Stack,
    written: Callable[[], Awaitable[int]],
    wait_until: Callable[..., Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """S0-9.1b, issue 4: the next market day of 10,000 people, all moves below thresholds."""
    await gather(fund, 10_000, BOUGHT, purchases=3)
    await remember(fund, 10_000, YESTERDAY)
    await nav_today(fund, "104.9")
    await fund.execute("alter role aicoach_service set log_statement = 'all'")
    log = stack.home.logs / "postgres.log"
    began, said_before = await written(), log.stat().st_size
    wired = wire()
    try:
        with caplog.at_level(logging.INFO):
            report = await daily(wired, TODAY)
        await wired.aclose()
        open_ones = "select count(*) = 0 from pg_stat_activity where usename = 'aicoach_service'"
        await wait_until(lambda: fund.fetchval(open_ones))
    finally:
        await fund.execute("alter role aicoach_service reset log_statement")
    assert counts(report) == (0, 0, 0, False)
    statements = re.findall(r"LOG:  (?:statement|execute [^:]+): (.*)", log.read_text()[said_before:])
    asked = [text for text in statements if not re.match(r"begin read only|commit|SET|RESET", text, re.IGNORECASE)]
    assert [text.partition("(")[0] for text in asked] == ["select public.ai_due_goals"]
    assert await written() == began
    assert [record.__dict__["job"] for record in caplog.records if record.message == "skipped"] == ["daily"]
    assert [record.__dict__["checked"] for record in caplog.records if record.message == "due"] == [10_000]


async def test_a_thousand_people_are_each_looked_at_once_though_the_job_is_killed_in_the_middle(
    fund: asyncpg.Connection, wire: Wire, stack: Stack, wait_until: Callable[..., Awaitable[None]]
) -> None:
    """S0-9.1a, issue 4: kill -9 of the job; the next call and the sweep finish the rest. Security row 29."""
    await gather(fund, 1_000, BOUGHT)
    await nav_today(fund, "101")
    code = await job_process(stack, "daily", AICOACH_FAILPOINTS="sql.ai_finish_session.after=kill@400")
    assert code == -signal.SIGKILL
    finished = await fund.fetchval("select count(*) from ai_sessions where status = 'completed'")
    assert 400 <= finished < 1_000

    wired = wire(lease_seconds=2)
    report = await daily(wired)
    assert (report.failed, report.more) == (0, False)

    async def all_done() -> bool:
        await JOBS["sweep"](wired)
        return not await fund.fetchval("select count(*) from ai_sessions where status in ('queued', 'running')")

    await wait_until(all_done)
    assert counts(await daily(wired)) == (0, 0, 0, False)
    outcomes = await fund.fetch(
        "select s.status, s.trigger, count(*) as people, count(distinct s.user_id) as each, "
        "sum((select count(*) from ai_events e where e.session_id = s.id and e.kind = 'done')) as ends, "
        "sum((select count(*) from ai_insights i where i.session_id = s.id and i.topic_key = 'performance:portfolio')) "
        "as cards from ai_sessions s group by 1, 2"
    )
    assert [tuple(row.values()) for row in outcomes] == [("completed", "daily", 1000, 1000, 1000, 1000)]


async def test_only_those_are_due_for_whom_something_happened(fund: asyncpg.Connection, wired: Container) -> None:
    """S0-9.1a: changed, new, or at the end of the window; the others are left alone."""
    await gather(fund, 5, BOUGHT)
    await remember(fund, 5, YESTERDAY)
    await gather(fund, 1, BOUGHT, first=6)
    await nav_today(fund, "104")
    columns = "user_id, name, target_amount, target_date, updated_at"
    goal = f"insert into investor_goals ({columns}) values ($1, 'x', 1, $2, $3)"
    await fund.execute(goal, user_id(1), date(2030, 1, 1), TODAY - timedelta(hours=1))
    late = "update transactions set created_at = $2 where user_id = $1"
    await fund.execute(late, user_id(2), TODAY - timedelta(hours=1))
    ago = "update ai_topic_ledger set last_seen_at = $2 where user_id = $1"
    await fund.execute(ago, user_id(3), TODAY - timedelta(days=30))
    # Its window ended before the last look, which did not say it: that look counts all the same.
    await fund.execute(ago, user_id(5), TODAY - timedelta(days=40))
    spoken = 'update ai_topic_ledger set trigger_values = \'{"value": "99000"}\' where user_id = $1'
    await fund.execute(spoken, user_id(4))

    found = await wired.store.due_users(RULE, None, 100, TODAY)
    why = {who.user_id: who.why for who in found.users}
    assert why == {
        user_id(1): "changed",
        user_id(2): "changed",
        user_id(3): "window",
        user_id(4): "moved",
        user_id(6): "never_looked",
    }
    assert (found.checked, found.next) == (6, None)
    assert counts(await daily(wired, TODAY)) == (5, 0, 0, False)
    assert counts(await daily(wired, TODAY + timedelta(minutes=1))) == (0, 0, 0, False)


async def test_a_look_with_another_focus_is_none(fund: asyncpg.Connection, wired: Container) -> None:
    """Otherwise a person who asks about goals at the end of the window would not hear of the portfolio again."""
    await gather(fund, 1, BOUGHT)
    await remember(fund, 1, YESTERDAY - timedelta(days=40))
    columns = "user_id, scope_id, coach, status, focus, as_of"
    look = f"insert into ai_sessions ({columns}) values ($1, $1, 'goals', 'completed', $2, $3)"
    await fund.execute(look, user_id(1), ["goals"], YESTERDAY)
    assert counts(await daily(wired, TODAY)) == (1, 0, 0, False)


async def test_a_look_that_completed_ends_being_due_whatever_it_said(
    fund: asyncpg.Connection, wired: Container
) -> None:
    """A goal that comes near is worth a look; where the coach has no word for it, one look and not many."""
    await gather(fund, 1, BOUGHT)
    goal = "insert into investor_goals (user_id, name, target_amount, target_date, created_at, updated_at) "
    known = YESTERDAY - timedelta(days=1)
    await fund.execute(goal + "values ($1, 'x', 1, $2, $3, $3)", user_id(1), date(2029, 12, 19), known)
    assert counts(await daily(wired, YESTERDAY)) == (1, 0, 0, False)
    assert counts(await daily(wired, TODAY)) == (1, 0, 0, False)
    assert counts(await daily(wired, TODAY + timedelta(hours=1))) == (0, 0, 0, False)
    cards = "select count(*) from ai_insights i join ai_sessions s on s.id = i.session_id where s.as_of = $1"
    assert await fund.fetchval(cards, TODAY) == 0


async def test_a_mix_that_drifts_while_the_whole_stands_still_is_looked_at(
    fund: asyncpg.Connection, wired: Container
) -> None:
    """Issue 4: allocation speaks again over two points of drift, long before the whole has moved."""
    long_ago, other = date(2010, 1, 4), "INF9Q1K01AA2"
    await gather(fund, 1, long_ago)
    await fund.execute("insert into schemes (isin, name, amc) values ($1, 'Other Fund', 'Other AMC')", other)
    await fund.execute("update schemes set asset_class = case isin when $1 then 'debt' else 'equity' end", other)
    copied = "folio_id, tx_date, kind, units, nav, created_at"
    await fund.execute(
        f"insert into transactions (user_id, isin, source_key, amount, {copied}) "
        f"select user_id, $1, 'o', amount + 10000, {copied} from transactions",
        other,
    )
    await fund.execute("insert into navs select $1, nav_date, nav, created_at from navs", other)
    assert counts(await daily(wired, YESTERDAY)) == (1, 0, 0, False)
    for isin, nav in ((FUND, "103"), (other, "97")):
        known_at = TODAY - timedelta(hours=8)
        await fund.execute("insert into navs values ($1, $2, $3, $4)", isin, YESTERDAY.date(), Decimal(nav), known_at)
    assert counts(await daily(wired, TODAY)) == (0, 0, 0, False)
    for isin, nav in ((FUND, "104.8"), (other, "95.2")):
        known_at = TODAY + timedelta(hours=16)
        await fund.execute("insert into navs values ($1, $2, $3, $4)", isin, TODAY.date(), Decimal(nav), known_at)
    tomorrow = TODAY + timedelta(days=1)
    found = await wired.store.due_users(RULE, None, 100, tomorrow)
    assert [who.why for who in found.users] == ["drift"]
    assert counts(await daily(wired, tomorrow)) == (1, 0, 0, False)
    said = "select i.topic_key from ai_insights i join ai_sessions s on s.id = i.session_id where s.as_of = $1"
    assert [row["topic_key"] for row in await fund.fetch(said, tomorrow)] == ["allocation:asset_class"]


async def test_rows_that_the_coach_sets_aside_make_nobody_due(fund: asyncpg.Connection, wired: Container) -> None:
    """The question reads rows as the coach does: units for nothing are neither owned nor worth a second look."""
    await gather(fund, 1, BOUGHT, purchases=2)
    odd = "update transactions set amount = 0 where user_id = $1 and source_key = 'k2'"
    await fund.execute(odd, user_id(1))
    assert counts(await daily(wired, YESTERDAY)) == (1, 0, 0, False)
    await nav_today(fund, "100.1")
    assert counts(await daily(wired, TODAY)) == (0, 0, 0, False)


async def test_a_row_whose_day_has_come_is_looked_at(fund: asyncpg.Connection, wired: Container) -> None:
    """A statement may name a date ahead: it is set aside until then, and counts from then on."""
    await gather(fund, 1, BOUGHT, purchases=2)
    ahead = "update transactions set tx_date = $2 where user_id = $1 and source_key = 'k2'"
    await fund.execute(ahead, user_id(1), TODAY.date() + timedelta(days=1))
    assert counts(await daily(wired, YESTERDAY)) == (1, 0, 0, False)
    assert [(await daily(wired, TODAY + timedelta(days=day))).started for day in range(3)] == [0, 1, 0]


async def test_who_prefers_a_part_of_the_coach_is_due_for_that_part_only(
    fund: asyncpg.Connection, wired: Container
) -> None:
    """Issue 4: preferences are a default for the daily run as well; with other ones the look is another."""
    await gather(fund, 1, BOUGHT)
    await give_prefs(fund, user_id(1), focus=["discipline", "carpentry"])
    assert counts(await daily(wired, YESTERDAY)) == (1, 0, 0, False)
    await nav_today(fund, "150")
    assert counts(await daily(wired, TODAY)) == (0, 0, 0, False)
    await fund.execute("update ai_user_prefs set focus = '{allocation,performance}'")
    assert counts(await daily(wired, TODAY)) == (1, 0, 0, False)
    assert counts(await daily(wired, TODAY)) == (0, 0, 0, False)
    focuses = await fund.fetch("select focus from ai_sessions order by as_of")
    assert [row["focus"] for row in focuses] == [["discipline"], ["performance", "allocation"]]


async def test_somebody_who_wants_quiet_is_looked_at_once_a_window_and_when_the_quiet_ends(
    fund: asyncpg.Connection, wired: Container
) -> None:
    """Issue 4 item 7: a quiet topic has a longer window; the other topics keep theirs."""
    first = TODAY - timedelta(days=35)
    # At the price it was bought for: no gain, so that time alone does not change the return a year.
    await price(fund, first.date() - timedelta(days=1), Decimal(50), first - timedelta(hours=8))
    await nav_today(fund, "50")
    await gather(fund, 1, BOUGHT)
    assert counts(await daily(wired, first)) == (1, 0, 0, False)
    await fund.execute("update ai_topic_ledger set quiet_until = $1", TODAY + timedelta(days=20))
    looks = {day: (await daily(wired, TODAY + timedelta(days=day))).started for day in range(25)}
    assert [day for day, started in looks.items() if started] == [0, 20]
    said = "select s.as_of from ai_insights i join ai_sessions s on s.id = i.session_id where topic_key = $1 order by 1"
    days = [row["as_of"] for row in await fund.fetch(said, "performance:portfolio")]
    assert days == [first, TODAY + timedelta(days=20)]


async def test_two_calls_at_once_look_at_everybody_once(fund: asyncpg.Connection, wire: Wire) -> None:
    """Issue 4: delivery can repeat; both calls ask before either has begun. Security row 28."""
    await gather(fund, 40, BOUGHT)
    reports = await asyncio.gather(*(daily(wire()) for _ in range(2)))
    assert sum(report.started for report in reports) == 40
    assert sum(report.failed for report in reports) == 0
    assert await fund.fetchval("select count(*) from ai_sessions") == 40


async def test_a_run_that_is_under_way_is_left_alone_and_an_orphan_is_finished(
    fund: asyncpg.Connection, wired: Container
) -> None:
    """DESIGN 3.2: the active run and its lease decide."""
    await gather(fund, 2, BOUGHT)
    held, lost = [await wired.store.start_session(request(user_id(n))) for n in (1, 2)]
    assert held.run is not None
    assert lost.run is not None
    await let_lease_end(fund, lost.run.session_id)
    assert counts(await daily(wired)) == (1, 1, 0, False)
    statuses = await fund.fetch("select status from ai_sessions order by user_id")
    assert [row["status"] for row in statuses] == ["running", "completed"]


async def test_somebody_whose_run_fails_rests_until_tomorrow(
    fund: asyncpg.Connection, wire: Wire, wired: Container
) -> None:
    """Issue 4: not retried endlessly, within a call or by the calls that follow it; a change ends the rest."""

    async def read(source: SnapshotSource, run: Run) -> Snapshot:
        if run.user_id == user_id(1):
            raise Invalid
        return await GOALS.read(source, run)

    await gather(fund, 3, BOUGHT)
    broken = wire({"goals": replace(GOALS, read=read)})
    assert counts(await daily(broken, TODAY)) == (2, 0, 1, False)
    assert counts(await daily(broken, TODAY + timedelta(hours=1))) == (0, 0, 0, False)
    assert counts(await daily(wired, TODAY + timedelta(days=1))) == (1, 0, 0, False)


async def test_a_call_whose_time_is_over_says_that_work_is_left(fund: asyncpg.Connection, wire: Wire) -> None:
    """DESIGN 4.1: the next call goes on where this one stopped, without being told where. Security row 29."""
    await gather(fund, 30, BOUGHT)
    started, calls, more = 0, 0, True
    wired = wire(clock=Ticking(), job_seconds=15)
    while more and calls < 30:
        report = await daily(wired)
        started, calls, more = started + report.started, calls + 1, report.more
    assert (started, calls > 1, more) == (30, True, False)


async def job_process(stack: Stack, job: str, **env: str) -> int:
    """``python -m aicoach job`` in a process of its own; its exit code."""
    settings: Mapping[str, str] = {
        **environment.base(),
        **stack.env(),
        "AICOACH_STORE": "postgres",
        "AICOACH_LEASE_SECONDS": "2",
        **env,
    }
    argv = [sys.executable, "-m", "aicoach", "job", job]
    process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, env=dict(settings))
    return await process.wait()
