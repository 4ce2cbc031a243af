"""Taking over a run is one step: a reader who leaves in the middle of it must not leave the run to nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import asyncpg

from aicoach.app.bootstrap import build
from aicoach.app.settings import Settings
from tests.support.people import Person
from tests.support.runs import let_lease_end, started

#: Longer than this test: whoever finishes the run has not waited for the lease to end.
LEASE_SECONDS = 300


async def test_a_run_is_finished_although_its_reader_leaves_while_it_is_claimed(
    settings: Callable[..., Settings],
    person: Person,
    owner: asyncpg.Connection,
    wait_until: Callable[..., Awaitable[None]],
) -> None:
    """DESIGN 3.4: the claim is in the database, its answer has not arrived, and the browser closes."""
    slow: dict[str, Any] = {"failpoints": "sql.ai_claim_session.after=delay:0.5", "lease_seconds": LEASE_SECONDS}
    wired = build(settings(**slow))
    run = await started(wired.store, person.user_id)
    await let_lease_end(owner, run.session_id)
    reader = asyncio.create_task(wired.runner.adopt(person.user_id, run.session_id))
    claimed = "select epoch = 2 from ai_sessions where id = $1"
    await wait_until(partial(owner.fetchval, claimed, run.session_id))
    reader.cancel()
    done = "select status = 'completed' from ai_sessions where id = $1"
    await wait_until(partial(owner.fetchval, done, run.session_id))
    await wired.aclose()
    assert reader.cancelled()
