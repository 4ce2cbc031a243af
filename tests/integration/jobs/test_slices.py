"""Who is due is asked slice by slice: borders leave nobody out, tell nobody twice, and nothing is read beyond them."""

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import asyncpg
import pytest

from aicoach.adapters.supabase.store import DuePage
from aicoach.app.bootstrap import Container
from aicoach.app.jobs import daily
from tests.integration.jobs.conftest import Ticking, Wire
from tests.integration.jobs.crowd import FUND, gather, make_fund, price, remember, state, user_id
from tests.integration.jobs.slices import RULE, coach_with, slices_of, walk

BOUGHT = date(2024, 1, 1)
YESTERDAY = datetime(2026, 11, 19, 2, tzinfo=UTC)
TODAY = YESTERDAY + timedelta(days=1)
PEOPLE = 30
#: Everything that has a row for each person.
OF_PEOPLE = ["transactions", "balances", "ai_sessions", "ai_topic_ledger", "ai_user_prefs", "investor_goals"]


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> asyncpg.Connection:
    """Thirty people with one to six purchases each, or with a balance alone; news of about a third of them."""
    chance = random.Random(11)
    await make_fund(owner)
    await price(owner, YESTERDAY.date() - timedelta(days=1), Decimal(100), YESTERDAY - timedelta(hours=8))
    for number in range(1, PEOPLE + 1):
        await gather(owner, 1, BOUGHT, first=number, purchases=chance.randint(1, 6))
    await remember(owner, PEOPLE, YESTERDAY)
    bought = [user_id(number) for number in range(1, PEOPLE + 1) if chance.random() < 0.35]
    for number in range(2, PEOPLE + 1, 4):
        await owner.execute("delete from transactions where user_id = $1", user_id(number))
        await state(owner, user_id(number), BOUGHT, YESTERDAY - timedelta(days=9), **{FUND: 1000})
    for table in ("transactions", "balances"):
        news = f"update {table} set created_at = $2 where user_id = any ($1)"
        await owner.execute(news, bought, TODAY - timedelta(hours=1))
    return owner


@pytest.mark.parametrize(
    ("people", "transactions", "limit"),
    [(1, 1000, 1), (3, 1000, 5000), (4, 1000, 2), (7, 9, 3), (30, 1, 1), (29, 1000, 4), (30, 1000, 5000), (31, 20, 2)],
)
async def test_whoever_is_due_is_told_once_wherever_the_borders_are(
    crowd: asyncpg.Connection, wired: Container, people: int, transactions: int, limit: int
) -> None:
    """Issue 4: slices by people and by transactions, and pages that are full before their slice ends."""
    (whole,) = await walk(wired.store, RULE, 5000, TODAY)
    assert (5 < len(whole.users) < 20, whole.checked) == (True, PEOPLE)
    pages = await walk(wired.store, slices_of(people, transactions), limit, TODAY)
    assert [who for page in pages for who in page.users] == whole.users
    assert all(len(page.users) <= limit and page.checked <= people for page in pages)
    ends = [page.next for page in pages if page.next is not None]
    assert all(before < after for before, after in pairwise(ends))
    if limit > people:
        assert sum(page.checked for page in pages) == PEOPLE


async def test_an_end_is_known_without_another_question(crowd: asyncpg.Connection, wired: Container) -> None:
    """DESIGN 7: as many people as a slice has are one statement."""
    assert [page.next for page in await walk(wired.store, slices_of(PEOPLE), 5000, TODAY)] == [None]
    assert len(await walk(wired.store, slices_of(PEOPLE - 1), 5000, TODAY)) == 2
    await crowd.execute("truncate transactions, balances cascade")
    assert await walk(wired.store, RULE, 5000, TODAY) == [DuePage([], 0, None)]


async def test_a_slice_in_which_nobody_is_due_leads_to_the_next(
    crowd: asyncpg.Connection, wire: Wire, wired: Container
) -> None:
    """The job asks on until nobody is left, and serves whoever comes last."""
    await daily(wired, TODAY - timedelta(minutes=1))
    last = "update balances set created_at = $2 where user_id = $1"
    await crowd.execute(last, user_id(PEOPLE), TODAY - timedelta(seconds=1))
    report = await daily(wire(coach_with(slices_of(4))), TODAY)
    assert (report.started, report.skipped, report.failed, report.more) == (1, 0, 0, False)


async def test_a_call_whose_time_is_over_between_slices_says_that_work_is_left(
    crowd: asyncpg.Connection, wire: Wire
) -> None:
    """DESIGN 4.1: however many people there are of whom nobody is due."""
    for table in ("transactions", "balances"):
        await crowd.execute(f"update {table} set created_at = $1", datetime(2024, 1, 1, tzinfo=UTC))
    report = await daily(wire(coach_with(slices_of(1)), clock=Ticking(), job_seconds=30), TODAY)
    assert (report.started, report.skipped, report.failed, report.more) == (0, 0, 0, True)


async def test_a_statement_reads_its_slice_and_nobody_elses_rows(owner: asyncpg.Connection) -> None:
    """What a statement costs does not grow with the crowd: a fiftieth of the people is a fiftieth of the rows."""
    people, bought, part = 3000, 5, 60
    await make_fund(owner)
    await price(owner, YESTERDAY.date() - timedelta(days=1), Decimal(100), YESTERDAY - timedelta(hours=8))
    await gather(owner, people, BOUGHT, purchases=bought)
    await owner.execute("insert into ai_user_prefs (user_id, scope_id) select id, id from folios")
    stated = "insert into balances (user_id, isin, as_of, units, created_at) select id, $1, $2, 7, $3 from folios"
    await owner.execute(stated, FUND, BOUGHT, YESTERDAY - timedelta(days=1))
    await owner.execute(
        "insert into investor_goals (user_id, name, target_amount, target_date, created_at, updated_at) "
        "select distinct user_id, 'x', 1, date '2040-01-01', $1::timestamptz, $1::timestamptz from transactions",
        YESTERDAY - timedelta(days=1),
    )
    await remember(owner, people, YESTERDAY)
    await owner.execute("vacuum analyze")
    rows = {table: (bought if table == "transactions" else 1) for table in OF_PEOPLE}
    whole = await rows_read(owner, people, None)
    some = await rows_read(owner, part, user_id(people // 2))
    for table, each in rows.items():
        assert whole[table] >= people * each, (table, whole)
        assert part * each <= some[table] <= 2 * part * each, (table, some)


async def rows_read(owner: asyncpg.Connection, people: int, after: UUID | None) -> Counter[str]:
    """How many rows of each table the question read for one slice, as the database counts them."""
    asked = {**slices_of(people, 400_000).argument, "as_of": TODAY.isoformat(), "after": str(after) if after else None}
    async with owner.transaction():
        before = await rows_read_so_far(owner)
        answer = json.loads(await owner.fetchval("select ai_due_goals($1)", json.dumps(asked)))
        read = await rows_read_so_far(owner) - before
    assert (answer["users"], answer["checked"]) == ([], people)
    return read


async def rows_read_so_far(owner: asyncpg.Connection) -> Counter[str]:
    """By this connection, since it last told the others: within a transaction it does not."""
    read = "select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_xact_user_tables"
    return Counter({row["relname"]: row["rows"] for row in await owner.fetch(read)})
