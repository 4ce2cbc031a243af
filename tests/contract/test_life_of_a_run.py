"""Start, claim, renew, commit, finish, cancel: leases, fencing and idempotency, on both transports."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from aicoach.adapters.supabase import SupabaseStore, Transport
from aicoach.app.bootstrap import Container
from aicoach.core.errors import LeaseLost, NotFound
from aicoach.core.model import JsonObject, Plan, Status, Task
from tests.support.people import Person
from tests.support.runs import fresh, give_prefs, insight, let_lease_end, request, result, started
from tests.support.service import Client


@pytest.fixture
def store(container: Container) -> SupabaseStore:
    """The store under test."""
    return container.store


def ids(events: Sequence[JsonObject]) -> list[int]:
    return [event["id"] for event in events]


async def counts(owner: asyncpg.Connection, session_id: Any) -> tuple[int, ...]:
    row = await owner.fetchrow(
        "select (select count(*) from ai_events where session_id = $1), "
        "(select count(*) from ai_insights where session_id = $1), "
        "(select count(*) from ai_recommendations where session_id = $1), "
        "(select count(*) from ai_topic_ledger where session_id = $1)",
        session_id,
    )
    return tuple(row)


async def test_a_start_makes_a_running_session_with_its_first_event(store: SupabaseStore, person: Person) -> None:
    """S0-3.1a S0-1.1b"""
    answer = await store.start_session(request(person.user_id))
    assert (answer.outcome, answer.session["status"], answer.session["leased"]) == ("created", "running", True)
    assert answer.run is not None
    assert answer.run.epoch == 1
    assert [(event["id"], event["type"], event["msg"]) for event in answer.events] == [(1, "status", "started")]


async def test_the_same_key_gives_back_the_same_session(store: SupabaseStore, person: Person) -> None:
    """S0-3.1a: idempotency key."""
    first = await store.start_session(request(person.user_id, idempotency_key="k", request_hash="a"))
    again = await store.start_session(request(person.user_id, idempotency_key="k", request_hash="a"))
    other = await store.start_session(request(person.user_id, idempotency_key="k", request_hash="b"))
    assert (again.outcome, again.run, again.session["id"]) == ("replayed", None, first.session["id"])
    assert other.outcome == "idempotency_mismatch"


async def test_a_key_is_forgotten_after_two_days(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """DESIGN 3.2: kept 48 h."""
    run = await started(store, person.user_id, idempotency_key="k", request_hash="a")
    await store.finish_session(run, Status.COMPLETED)
    await owner.execute("update ai_sessions set created_at = now() - interval '49 hours' where id = $1", run.session_id)
    later = await store.start_session(request(person.user_id, idempotency_key="k", request_hash="b"))
    assert later.outcome == "created"


async def test_an_active_run_is_joined_if_it_covers_the_focus(store: SupabaseStore, person: Person) -> None:
    """DESIGN 3.2"""
    run = await started(store, person.user_id, focus=("performance",))
    same = await store.start_session(request(person.user_id, focus=("performance",)))
    wider = await store.start_session(request(person.user_id))
    assert (same.outcome, same.run, same.session["id"]) == ("joined", None, str(run.session_id))
    assert (wider.outcome, wider.session["id"]) == ("run_active", str(run.session_id))


async def test_two_starts_at_once_make_one_run(store: SupabaseStore, person: Person) -> None:
    """One active run per scope and coach."""
    answers = await asyncio.gather(*(store.start_session(request(person.user_id)) for _ in range(8)))
    assert sorted(answer.outcome for answer in answers) == ["created"] + ["joined"] * 7
    assert len({answer.session["id"] for answer in answers}) == 1


async def test_scopes_run_side_by_side(store: SupabaseStore, person: Person) -> None:
    """The active run is keyed by scope and coach, not by user."""
    scopes = [fresh(), fresh()]
    runs = [await started(store, person.user_id, scope_id=scope, coach="orchard") for scope in scopes]
    assert {run.scope_id for run in runs} == set(scopes)


async def test_a_start_without_a_focus_asks_for_the_preferred_one(client: Client, owner: asyncpg.Connection) -> None:
    """Issue 4: preferences are a default, of what this coach knows and in its order; what is asked for counts first."""
    await give_prefs(owner, client.person.user_id, focus=["carpentry", "allocation", "performance"])
    focuses = []
    for body in ({}, {"focus": ["goals"]}, {"coach": "orchard", "params": {"orchard": str(fresh())}}):
        session_id = await client.start(**body)
        focuses.append(await owner.fetchval("select focus from ai_sessions where id = $1", session_id))
        await client.watch(session_id)
    assert focuses == [["performance", "allocation"], ["goals"], []]


async def test_one_run_too_many_is_refused_until_another_one_ends(
    client: Client, container: Container, stranger: Person, owner: asyncpg.Connection
) -> None:
    """Issue 4: so many of a person at once; nobody else's count, and one's own that is under way can be joined."""
    orchards = [fresh() for _ in range(container.settings.runs_per_user)]
    asked = [{"coach": "orchard", "params": {"orchard": str(orchard)}} for orchard in orchards]
    held = [
        await started(container.store, client.person.user_id, scope_id=orchard, **body)
        for orchard, body in zip(orchards, asked, strict=True)
    ]
    refused = await client.call("POST", "/session", json={})
    assert (refused.status_code, refused.json()["code"], refused.json()["retryable"]) == (429, "too_many_runs", True)
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert int(refused.headers["retry-after"]) > 0
    runs = "select count(*) from ai_sessions where user_id = $1"
    assert await owner.fetchval(runs, client.person.user_id) == len(held)

    assert (await client.call("POST", "/session", json=asked[0])).status_code == 200
    assert (await Client(client.http, stranger).call("POST", "/session", json={})).status_code == 201
    await container.store.finish_session(held[0], Status.COMPLETED)
    assert (await client.call("POST", "/session", json={})).status_code == 201


async def test_starts_at_the_same_time_are_counted_too(store: SupabaseStore, person: Person) -> None:
    """Otherwise each would see the others too late, and all would be the last one allowed."""
    requests = [request(person.user_id, fresh(), coach="orchard", runs_per_user=3) for _ in range(8)]
    answers = await asyncio.gather(*(store.start_session(each) for each in requests))
    assert Counter(answer.outcome for answer in answers) == {"created": 3, "too_many_runs": 5}


async def test_a_stale_lease_is_adopted_not_doubled(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """DESIGN 3.2, 3.4"""
    run = await started(store, person.user_id)
    assert await store.claim_session(person.user_id, run.session_id) is None
    await let_lease_end(owner, run.session_id)
    answer = await store.start_session(request(person.user_id))
    assert (answer.outcome, answer.session["id"]) == ("adopted", str(run.session_id))
    assert answer.run is not None
    assert answer.run.epoch == 2
    assert [(event["id"], event["msg"]) for event in answer.events] == [(2, "resumed")]


async def test_an_answer_lost_on_the_way_can_be_asked_for_again(transport: Transport, person: Person) -> None:
    """Every function is idempotent: the same call gives the same epoch."""
    call = {"coach": "goals", "call_id": str(uuid4())}
    first = await transport.call("ai_start_session", call, user_id=person.user_id)
    again = await transport.call("ai_start_session", call, user_id=person.user_id)
    assert (again["outcome"], again["epoch"], again["events"]) == ("created", first["epoch"], first["events"])


async def test_only_one_of_many_claims_wins(store: SupabaseStore, person: Person, owner: asyncpg.Connection) -> None:
    """DESIGN 3.4"""
    run = await started(store, person.user_id)
    await let_lease_end(owner, run.session_id)
    claims = await asyncio.gather(*(store.claim_session(person.user_id, run.session_id) for _ in range(6)))
    assert len([claim for claim in claims if claim is not None]) == 1


async def test_a_zombie_can_write_nothing(store: SupabaseStore, person: Person, owner: asyncpg.Connection) -> None:
    """DESIGN 3.4: a stale epoch is refused inside the SQL function."""
    zombie = await started(store, person.user_id)
    await let_lease_end(owner, zombie.session_id)
    assert await store.claim_session(person.user_id, zombie.session_id) is not None
    before = await counts(owner, zombie.session_id)
    for write in (
        store.renew_session(zombie),
        store.commit_task(zombie, result("t", insight("x"))),
        store.finish_session(zombie, Status.COMPLETED),
    ):
        with pytest.raises(LeaseLost):
            await write
    assert await counts(owner, zombie.session_id) == before


async def test_the_first_plan_stays(store: SupabaseStore, person: Person) -> None:
    """DESIGN 3.5: plan once. S0-5.2b: the session reports its task count."""
    run = await started(store, person.user_id)
    await store.renew_session(run, Plan((Task("a", "a"), Task("b", "b", ("a",))), {"c": "nothing to see"}))
    await store.renew_session(run, Plan((Task("z", "z"),)))
    session = (await store.get_session(person.user_id, run.session_id))["session"]
    assert [task["key"] for task in session["plan"]["tasks"]] == ["a", "b"]
    assert session["task_count"] == 2


async def test_a_second_commit_returns_the_first_ones_rows(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """S0-5.1b DESIGN 3.9"""
    run = await started(store, person.user_id)
    first = await store.commit_task(run, result("t", insight("x", hints=2), insight("y")))
    before = await counts(owner, run.session_id)
    again = await store.commit_task(run, result("t", insight("x", "999"), insight("z")))
    assert again == first
    assert ids(first.events) == [2, 3, 4, 5]
    assert [event["type"] for event in first.events] == ["insight", "recommendation", "recommendation", "insight"]
    assert await counts(owner, run.session_id) == before == (5, 2, 2, 2)


async def test_tasks_that_commit_at_once_share_one_row_of_numbers(store: SupabaseStore, person: Person) -> None:
    """DESIGN 4.4: ids without gaps per session."""
    run = await started(store, person.user_id)
    commits = await asyncio.gather(
        *(store.commit_task(run, result(f"t{n}", insight(f"topic{n}", hints=1))) for n in range(6))
    )
    assert sorted(number for commit in commits for number in ids(commit.events)) == list(range(2, 14))


async def test_a_failed_task_says_so_once(store: SupabaseStore, person: Person) -> None:
    """S0-10.2a"""
    from aicoach.core.ports import TaskResult

    run = await started(store, person.user_id)
    committed = await store.commit_task(run, TaskResult("t", error="agent_failed"))
    assert [(event["type"], event["code"], event["retryable"], event["task"]) for event in committed.events] == [
        ("error", "agent_failed", False, "t")
    ]


async def test_done_comes_once_and_last(store: SupabaseStore, person: Person, owner: asyncpg.Connection) -> None:
    """DESIGN 4.4: exactly one done."""
    run = await started(store, person.user_id)
    await store.commit_task(run, result("t", insight("x", hints=1)))
    first = await store.finish_session(run, Status.COMPLETED)
    again = await store.finish_session(run, Status.FAILED)
    assert first == again
    done = first.events[-1]
    assert (done["type"], done["status"], done["insights"], done["recommendations"]) == ("done", "completed", 1, 1)
    assert done["usage"] == {"tokensIn": 0, "tokensOut": 0, "cost": "0"}
    assert (
        await owner.fetchval("select count(*) from ai_events where session_id = $1 and kind = 'done'", run.session_id)
        == 1
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute(
            "insert into ai_events (session_id, user_id, scope_id, stream_id, kind, payload) "
            "values ($1, $2, $2, 99, 'done', '{}')",
            run.session_id,
            person.user_id,
        )


async def test_a_held_run_is_asked_to_stop(store: SupabaseStore, person: Person) -> None:
    """DESIGN 4.1 cancel."""
    run = await started(store, person.user_id)
    answer = await store.cancel_session(person.user_id, run.session_id)
    assert (answer["outcome"], answer["events"]) == ("requested", [])
    assert await store.renew_session(run) is True


async def test_an_orphan_is_cancelled_at_once_and_keeps_its_rows(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """DESIGN 4.1 cancel: rows stay."""
    run = await started(store, person.user_id)
    await store.commit_task(run, result("t", insight("x")))
    await let_lease_end(owner, run.session_id)
    answer = await store.cancel_session(person.user_id, run.session_id)
    assert answer["outcome"] == "cancelled"
    assert [(event["type"], event.get("msg"), event.get("status")) for event in answer["events"]] == [
        ("status", "cancelled", None),
        ("done", None, "cancelled"),
    ]
    assert (await store.get_session(person.user_id, run.session_id))["insights"] == 1
    assert (await store.cancel_session(person.user_id, run.session_id))["outcome"] == "final"
    with pytest.raises(LeaseLost):
        await store.commit_task(run, result("late", insight("late")))


async def test_a_strangers_session_is_like_none(store: SupabaseStore, person: Person, stranger: Person) -> None:
    """S0-1.2b: object access by sub only."""
    run = await started(store, person.user_id)
    for call in (
        store.get_session(stranger.user_id, run.session_id),
        store.read_events(stranger.user_id, run.session_id, 0),
        store.claim_session(stranger.user_id, run.session_id),
        store.cancel_session(stranger.user_id, run.session_id),
    ):
        with pytest.raises(NotFound):
            await call


async def test_events_above_a_cursor_come_in_order(store: SupabaseStore, person: Person) -> None:
    """S0-1.1c"""
    run = await started(store, person.user_id)
    await store.commit_task(run, result("t", insight("x"), insight("y")))
    await store.finish_session(run, Status.COMPLETED)
    for after in range(5):
        _, events = await store.read_events(person.user_id, run.session_id, after)
        assert ids(events) == list(range(after + 1, 5))


async def test_orphans_are_listed_for_jobs_only(
    store: SupabaseStore, transport: Transport, person: Person, owner: asyncpg.Connection
) -> None:
    """DESIGN 4.5: questions across users are for aicoach_jobs alone."""
    run = await started(store, person.user_id)
    listed = {orphan.session_id for orphan in await store.orphaned_sessions(1000)}
    assert run.session_id not in listed
    await let_lease_end(owner, run.session_id)
    listed = {orphan.session_id for orphan in await store.orphaned_sessions(1000)}
    assert run.session_id in listed
    with pytest.raises(Exception, match=r"ai_orphaned_sessions|42501|not available"):
        await transport.call("ai_orphaned_sessions", {}, user_id=person.user_id)
    await store.cancel_session(person.user_id, run.session_id)
