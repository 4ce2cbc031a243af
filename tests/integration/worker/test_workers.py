"""Workers in their own processes: they stop gracefully, do every job, and let no queue grow with the crowd."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial

import asyncpg
from redis.asyncio import Redis

from aicoach.app.bootstrap import build
from aicoach.app.fanout import PREFIX
from tests.integration.jobs.crowd import gather, user_id
from tests.support.runs import let_lease_end, request
from tests.support.workers import Workers

Wait = Callable[..., Awaitable[None]]
BOUGHT = date(2024, 1, 1)


async def runs(owner: asyncpg.Connection, status: str) -> int:
    """How many runs stand like this."""
    return int(await owner.fetchval("select count(*) from ai_sessions where status = $1", status))


async def test_a_worker_that_is_asked_to_stop_ends_its_task_and_takes_no_other(
    owner: asyncpg.Connection, crew: Workers, redis: Redis, wait_until: Wait
) -> None:
    """Issue 5 item 6: SIGTERM while four runs stand still; what waits is left to others."""
    await gather(owner, 30, BOUGHT)
    slow = ",".join(f"sql.ai_finish_session.before=delay:1@{n}" for n in range(1, 9))
    (worker,) = await crew.start(1, "--beat", AICOACH_FAILPOINTS=slow)
    await asyncio.to_thread(crew.queue.begin, "daily")

    async def under_way() -> bool:
        return await runs(owner, "running") > 0

    await wait_until(under_way)
    assert await crew.stop(worker) == 0
    assert crew.told(event="worker_stopped")
    assert (await runs(owner, "running"), await runs(owner, "completed")) == (0, 10)
    assert (await redis.llen(f"{PREFIX}daily"), await redis.hlen(f"{PREFIX}unacked")) == (2, 0)


async def test_a_queue_holds_a_page_however_many_are_due(
    owner: asyncpg.Connection, crew: Workers, redis: Redis, wait_until: Wait
) -> None:
    """Issue 5 item 6: 100 people, pages of 20, tasks of 5; a second beginning meanwhile changes nothing."""
    await gather(owner, 100, BOUGHT)
    await crew.start(1, AICOACH_WORKER_PAGE="20", AICOACH_WORKER_BATCH="5")
    await asyncio.to_thread(crew.queue.begin, "daily")
    seen: list[int] = []

    async def done() -> bool:
        seen.append(await redis.llen(f"{PREFIX}daily"))
        return await runs(owner, "completed") == 100

    await wait_until(done, 60)
    assert 0 < max(seen) <= 100 // 5 // 5 + 1
    assert await owner.fetchval("select count(*) from ai_sessions") == 100


async def test_workers_finish_orphans_and_write_digests(
    owner: asyncpg.Connection, crew: Workers, redis: Redis, wait_until: Wait
) -> None:
    """Issue 5 item 6: sweep and weekly fan out as daily does; the same again writes nothing."""
    await gather(owner, 3, BOUGHT)
    wired = build(crew.settings)
    for number in (1, 2, 3):
        started = await wired.store.start_session(request(user_id(number)))
        assert started.run is not None
        await let_lease_end(owner, started.run.session_id)
    await wired.aclose()
    await crew.start(1)
    finished = "select count(*) = 3 from ai_sessions where status = 'completed'"
    digests = "select count(*) = 3 from ai_events where kind = 'email_preview'"
    for job, done in (("sweep", finished), ("weekly", digests)):
        await asyncio.to_thread(crew.queue.begin, job)
        await wait_until(partial(owner.fetchval, done))
        await asyncio.to_thread(crew.queue.begin, job)
        await wait_until(partial(crew.told, event="planned", job=job, due=0))
    assert await owner.fetchval(digests)
    assert await owner.fetchval("select count(*) from ai_sessions") == 3


async def test_settings_that_would_hand_out_a_task_twice_are_refused(crew: Workers) -> None:
    """Issue 5 item 6: the visibility timeout is above the longest run, or no worker starts."""
    crew.env["AICOACH_WORKER_VISIBILITY_SECONDS"] = "8"
    code, said = await crew.command("worker")
    assert code == 2
    assert said.startswith("AICOACH_WORKER_VISIBILITY_SECONDS=8 must be more than 8")
