"""Whose request it is never leaks into the next: two people, one pooled connection, all that can go wrong."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from aicoach.adapters.supabase.postgres import PostgresTransport
from aicoach.adapters.supabase.rest import RestTransport
from aicoach.adapters.supabase.transport import StoreDefect, Transport
from aicoach.core.errors import CoachError, NotFound, Unavailable
from aicoach.local.stack import Stack

LOCALES = ("hi-IN", "bn-IN")
ROUNDS = 200


@dataclass(frozen=True)
class Caller:
    """Somebody with one session, whose preferences say who it is."""

    user_id: UUID
    session_id: str
    locale: str
    other_session: str = ""


@pytest.fixture(params=["postgres", "rest"])
async def transport(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Transport]:
    """Each transport; the pooled one with a single connection."""
    made: Transport
    if request.param == "postgres":
        made = PostgresTransport(stack.dsn_service, size=1)
    else:
        made = RestTransport(stack.rest_url, stack.rest_publishable_key, stack.jwt_secret)
    yield made
    await made.aclose()


@pytest.fixture
async def pooled(stack: Stack) -> AsyncIterator[PostgresTransport]:
    """One connection, and little patience."""
    made = PostgresTransport(stack.dsn_service, size=1, timeout=5)
    yield made
    await made.aclose()


@pytest.fixture
async def two(stack: Stack) -> AsyncIterator[tuple[Caller, Caller]]:
    """Two callers with a session each; taken away again."""
    maker = PostgresTransport(stack.dsn_service, size=1)
    people = []
    for locale in LOCALES:
        user_id = uuid4()
        session = {"coach": "identity", "call_id": str(uuid4()), "lease_seconds": 300}
        started = await maker.call("ai_start_session", session, user_id=user_id)
        await maker.call("ai_put_prefs", {"locale": locale}, user_id=user_id)
        people.append((user_id, started["session"]["id"], locale))
    await maker.aclose()
    one, other = people
    yield Caller(*one, other_session=other[1]), Caller(*other, other_session=one[1])
    owner = await asyncpg.connect(stack.dsn_owner)
    for table in ("ai_sessions", "ai_user_prefs"):
        await owner.execute(f"delete from public.{table} where user_id = any($1)", [one[0], other[0]])
    await owner.close()


async def be(transport: Transport, who: Caller, turn: int) -> None:
    """One call of this person's; fails when the answer is another's."""

    async def call(function: str, **argument: Any) -> Any:
        reads = function in {"ai_get_session", "ai_get_prefs"}
        return await transport.call(function, argument, user_id=who.user_id, read_only=reads)

    match turn % 5:
        case 0:
            session = (await call("ai_get_session", session_id=who.session_id))["session"]
            assert (session["user_id"], session["locale"]) == (str(who.user_id), who.locale)
        case 1:
            assert (await call("ai_put_prefs", timezone="UTC"))["locale"] == who.locale
        case 2:
            with pytest.raises(NotFound):
                await call("ai_get_session", session_id=who.other_session)
        case 3:
            with pytest.raises(NotFound):
                await call("ai_cancel_session", session_id=who.other_session)
        case _:
            with pytest.raises(CoachError):
                await call("ai_commit_task", session_id="'; reset role; --", epoch=1)


async def test_200_concurrent_calls_of_two_people_never_cross(transport: Transport, two: tuple[Caller, Caller]) -> None:
    """Issue 2, done when, 4; security.md 5, row 11."""
    await asyncio.gather(*(be(transport, two[n % 2], n // 2) for n in range(ROUNDS)))


async def test_questions_of_jobs_between_calls_of_people_lend_nobody_their_sight(
    pooled: PostgresTransport, two: tuple[Caller, Caller]
) -> None:
    """Jobs and people share the connection, and nothing else."""

    async def jobs() -> None:
        await pooled.call("ai_orphaned_sessions", {}, user_id=None, read_only=True)
        with pytest.raises(StoreDefect):
            await pooled.call("ai_get_session", {"session_id": two[0].session_id}, user_id=None)

    await asyncio.gather(*(jobs() if n % 3 == 0 else be(pooled, two[n % 2], n) for n in range(60)))


async def test_calls_cancelled_at_any_moment_leave_nothing_of_their_caller(
    pooled: PostgresTransport, two: tuple[Caller, Caller]
) -> None:
    """A browser may hang up at every point of a call: in the queue, at begin, in the function, at commit."""
    chance = random.Random(7)
    await be(pooled, two[0], 0)
    tasks = [asyncio.create_task(be(pooled, two[n % 2], n // 2)) for n in range(ROUNDS)]
    for victim in chance.sample(tasks, ROUNDS // 2):
        await asyncio.sleep(chance.random() * 0.004)
        victim.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [end for end in ends if end is not None and not isinstance(end, asyncio.CancelledError)] == []
    assert ends.count(None) >= ROUNDS // 2
    await nothing_is_left(pooled)


async def test_a_call_cancelled_while_the_database_works_is_undone(
    pooled: PostgresTransport, two: tuple[Caller, Caller], stack: Stack
) -> None:
    """Held up by a lock, cancelled there: the next person on this connection is themselves, and writes."""
    ana, ben = two
    for _ in range(3):
        async with _locked(stack, ana.session_id):
            held = asyncio.create_task(
                pooled.call("ai_cancel_session", {"session_id": ana.session_id}, user_id=ana.user_id)
            )
            await _until_somebody_waits(stack)
            held.cancel()
            await asyncio.wait([held])
        assert held.cancelled()
        await nothing_is_left(pooled)
        for turn in range(5):
            await be(pooled, ben, turn)
    answer = await pooled.call("ai_get_session", {"session_id": ana.session_id}, user_id=ana.user_id)
    assert answer["session"]["cancel_requested"] is False


async def test_a_call_that_times_out_leaves_nothing_of_its_caller(two: tuple[Caller, Caller], stack: Stack) -> None:
    """The same by the clock instead of the browser."""
    ana, ben = two
    hasty = PostgresTransport(stack.dsn_service, size=1, timeout=0.2)
    try:
        async with _locked(stack, ana.session_id):
            with pytest.raises(Unavailable):
                await hasty.call("ai_cancel_session", {"session_id": ana.session_id}, user_id=ana.user_id)
        patient = PostgresTransport(stack.dsn_service, size=1)
        await be(patient, ana, 0)
        await patient.aclose()
        await nothing_is_left(hasty)
        await be(hasty, ben, 0)
    finally:
        await hasty.aclose()


async def test_a_connection_killed_under_them_mixes_nobody_up(
    pooled: PostgresTransport, two: tuple[Caller, Caller], stack: Stack
) -> None:
    """The database ends the connection in the middle: calls are tried again as the same person."""
    owner = await asyncpg.connect(stack.dsn_owner)
    tasks = [asyncio.create_task(be(pooled, two[n % 2], n // 2)) for n in range(40)]
    for _ in range(3):
        await asyncio.sleep(0.01)
        await owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'aicoach_service'")
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [end for end in ends if end is not None and not isinstance(end, Unavailable)] == []
    await nothing_is_left(pooled)
    await owner.close()


async def nothing_is_left(transport: PostgresTransport) -> None:
    """The pool's connection is its bare login again: no role, no claims, no open transaction."""
    pool = await transport._connected()
    async with pool.acquire() as connection:
        assert not connection.is_in_transaction()
        now = await connection.fetchrow(
            "select current_user::text as role, coalesce(current_setting('request.jwt.claims', true), '') as claims, "
            "current_setting('transaction_read_only') as read_only"
        )
    assert dict(now) == {"role": "aicoach_service", "claims": "", "read_only": "off"}


class _locked:  # noqa: N801 - reads as a statement
    """Somebody else holds the session's row."""

    def __init__(self, stack: Stack, session_id: str) -> None:
        self._stack, self._session_id = stack, session_id

    async def __aenter__(self) -> None:
        self._owner = await asyncpg.connect(self._stack.dsn_owner)
        self._transaction = self._owner.transaction()
        await self._transaction.start()
        await self._owner.execute("select 1 from public.ai_sessions where id = $1 for update", UUID(self._session_id))

    async def __aexit__(self, *_: object) -> None:
        await self._transaction.rollback()
        await self._owner.close()


async def _until_somebody_waits(stack: Stack) -> None:
    owner = await asyncpg.connect(stack.dsn_owner)
    waiting = "select count(*) from pg_stat_activity where usename = 'aicoach_service' and wait_event_type = 'Lock'"
    async with asyncio.timeout(5):
        while not await owner.fetchval(waiting):
            await asyncio.sleep(0.01)
    await owner.close()
