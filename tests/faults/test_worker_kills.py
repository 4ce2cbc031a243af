"""Workers die, their queue is lost, somebody's work kills whoever takes it: nobody is lost, nobody is served twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from aicoach.app.fanout import PREFIX
from aicoach.local.stack import Stack
from tests.faults.cells import QUEUE
from tests.faults.conftest import TellRow
from tests.faults.matrix import WHOLE_RUN, WORKER_KILLED
from tests.integration.jobs.crowd import EVERYTHING, gather, make_fund, price
from tests.support.workers import Workers, workers

Wait = Callable[..., Awaitable[None]]

#: What everybody must have, each once: a run that completed, its end, the card of their portfolio and its ledger row.
_OUTCOME = """
  select s.status, s.trigger, count(*) as runs, count(distinct s.user_id) as people,
         sum((select count(*) from ai_events e where e.session_id = s.id and e.kind = 'done')) as ends,
         sum((select count(*) from ai_insights i
              where i.user_id = s.user_id and i.topic_key = 'performance:portfolio')) as cards,
         sum((select count(*) from ai_topic_ledger l
              where l.user_id = s.user_id and l.topic_key = 'performance:portfolio')) as spoken
  from ai_sessions s group by 1, 2"""
_FINISHED = "select count(*) from ai_sessions where status = 'completed'"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of their own: a job asks for everybody, so nobody else's people may be there."""
    home: Path = tmp_path_factory.mktemp("crew")
    with Stack(home, parts=("postgres", "redis"), durable=False, seeded=False) as running:
        yield running


@pytest.fixture
async def owner(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner: one fund with a price, and nobody."""
    connection = await asyncpg.connect(stack.dsn_owner)
    await connection.execute(f"truncate {EVERYTHING} cascade")
    await make_fund(connection)
    await price(connection, date(2025, 1, 2), Decimal(100), datetime(2025, 1, 2, tzinfo=UTC))
    yield connection
    await connection.close()


@pytest.fixture
async def redis(stack: Stack) -> AsyncIterator[Redis]:
    """The broker, empty."""
    client = Redis.from_url(stack.redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def crew(stack: Stack, redis: Redis, tmp_path: Path) -> AsyncIterator[Workers]:
    """Starts workers; none of them outlives its test."""
    async with workers(stack, tmp_path) as started:
        yield started


async def finished(owner: asyncpg.Connection) -> int:
    """How many runs completed so far."""
    return int(await owner.fetchval(_FINISHED))


async def assert_each_once(owner: asyncpg.Connection, people: int) -> None:
    """Nobody is lost and nobody is doubled."""
    outcomes = [tuple(row.values()) for row in await owner.fetch(_OUTCOME)]
    assert outcomes == [("completed", "daily", people, people, people, people, people)]


async def test_a_worker_killed_among_a_thousand_people_loses_none_and_doubles_none(
    owner: asyncpg.Connection, crew: Workers, redis: Redis, wait_until: Wait, tell_row: TellRow
) -> None:
    """Issue 5 item 6: three workers, kill -9 of one; no second plan and no sweep, only the other two.

    Security row 29.
    """
    await gather(owner, 1_000, date(2024, 1, 1))
    victim, *_ = await crew.start(3)
    await asyncio.to_thread(crew.queue.begin, "daily")

    async def the_victim_works() -> bool:
        return await finished(owner) >= 300 and await redis.hlen(f"{PREFIX}unacked") == 3

    await wait_until(the_victim_works, 60)
    await crew.kill(victim)
    assert await finished(owner) < 1_000
    await wait_until(lambda: all_finished(owner, 1_000), 90)
    await assert_each_once(owner, 1_000)
    assert not crew.told(event="dead_letter"), "a machine that dies is nobody's fault"
    tell_row(WORKER_KILLED, {WHOLE_RUN: QUEUE})


async def all_finished(owner: asyncpg.Connection, people: int) -> bool:
    """Everybody's run has completed."""
    return await finished(owner) == people


async def test_a_queue_that_is_lost_in_the_middle_is_planned_again(
    owner: asyncpg.Connection, crew: Workers, redis: Redis, wait_until: Wait
) -> None:
    """Issue 5 item 6: FLUSHALL; being due is state in the database."""
    await gather(owner, 300, date(2024, 1, 1))
    await crew.start(2)
    await asyncio.to_thread(crew.queue.begin, "daily")

    async def planned_and_under_way() -> bool:
        return await finished(owner) >= 40

    await wait_until(planned_and_under_way, 60)
    await redis.flushall()

    async def idle() -> bool:
        before = await finished(owner)
        await asyncio.sleep(2)
        return before == await finished(owner)

    await wait_until(idle, 60)
    assert await finished(owner) < 300
    await asyncio.to_thread(crew.queue.begin, "daily")
    await wait_until(lambda: all_finished(owner, 300), 60)
    await assert_each_once(owner, 300)


@pytest.mark.parametrize(
    ("failpoint", "attempts", "why"),
    [
        ("sql.ai_commit_task.before=kill@1", "2", "WorkerLost"),
        # A process that lives on passes its failpoint the second time.
        ("sql.ai_commit_task.before=delay:60@1", "1", "TimeoutError"),
    ],
    ids=["kills", "hangs"],
)
async def test_work_that_breaks_its_worker_is_a_dead_letter_that_can_be_replayed(
    owner: asyncpg.Connection,
    crew: Workers,
    redis: Redis,
    wait_until: Wait,
    failpoint: str,
    attempts: str,
    why: str,
) -> None:
    """Issue 5 item 6: seen, left out of plans, replayed; ids only."""
    await gather(owner, 1, date(2024, 1, 1))
    broken = {"AICOACH_FAILPOINTS": failpoint, "AICOACH_WORKER_ATTEMPTS": attempts}
    short = {"AICOACH_JOB_SECONDS": "2", "AICOACH_DRAIN_SECONDS": "1"}
    (poisoned,) = await crew.start(1, **broken, **short)
    await asyncio.to_thread(crew.queue.begin, "daily")
    dead = f"{PREFIX}dead_letters"
    await wait_until(lambda: redis.hlen(dead), 60)
    await crew.stop(poisoned)
    assert (await crew.command("deadletters", "list"))[1].split()[1] == why
    (kept,) = await redis.hvals(dead)
    assert sorted(json.loads(kept)) == ["at", "coach", "job", "mark", "user_id", "why"]
    assert await redis.ttl(dead) > 0

    await crew.start(1)
    await asyncio.to_thread(crew.queue.begin, "daily")
    await wait_until(lambda: crew.told(event="planned", dead=1))
    assert await finished(owner) == 0
    assert await crew.command("deadletters", "replay") == (0, "replay: 1\n")
    await wait_until(lambda: all_finished(owner, 1), 30)
    assert await crew.command("deadletters") == (0, "There are none.\n")
