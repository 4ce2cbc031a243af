"""The official AG-UI client follows our runs: it verifies the order of events, and its application misses nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from redis.asyncio import Redis

from aicoach.core.model import Run
from aicoach.core.observe import About, Ended, watch
from aicoach.core.ports import SnapshotSource
from aicoach.local.scripted_model import running
from aicoach.local.stack import Stack
from tests.agui.conftest import Followed, Live, Serving, follow
from tests.coaches.jars import COACH as JARS
from tests.coaches.orchard import COACH as ORCHARD
from tests.faults.gates import Gate, gated_coaches
from tests.support.model import with_model

MESSAGE = ["TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END"]


def orchard(**params: Any) -> dict[str, Any]:
    """A request for a run of two cards."""
    return {"coach": "orchard", "params": {"orchard": str(uuid4()), **params}}


async def finished(live: Live, **body: Any) -> tuple[UUID, list[dict[str, Any]]]:
    """A run that is over, and its durable events."""
    session_id = await live.client.start(**body)
    return session_id, [event for event in await live.client.watch(session_id) if event["id"] is not None]


def cards(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What the run said."""
    return [(event["insight"]["id"], event["insight"]["bodyMd"]) for event in events if event["type"] == "insight"]


def told(seen: Followed) -> list[tuple[int, str, dict[str, Any]]]:
    """Our durable events, as they came under their own names, with their ids."""
    customs = [event for event in seen.events if event["type"] == "CUSTOM" and "id" in event["metadata"]]
    return [(event["metadata"]["id"], event["name"], event["value"]) for event in customs]


def own(event: dict[str, Any]) -> tuple[int, str, dict[str, Any]]:
    """One of our events as ``told`` gives it."""
    envelope = {"type", "sessionId", "id", "at"}
    return event["id"], event["type"], {name: value for name, value in event.items() if name not in envelope}


async def test_a_whole_run_is_a_valid_stream_that_tells_everything(serving: Serving) -> None:
    """Issue 6 point 6: RUN_STARTED, CUSTOM for cards and hints, TEXT_MESSAGE_*, RUN_FINISHED; ids in metadata."""
    async with serving() as live:
        session_id, events = await finished(live, **orchard())
        seen = await live.follow(session_id)
    assert seen.error is None
    assert seen.types == [
        *("RUN_STARTED", "CUSTOM", "CUSTOM"),
        *("CUSTOM", *MESSAGE),
        *("CUSTOM", *MESSAGE),
        "RUN_FINISHED",
    ]
    assert seen.events[0]["runId"] == str(session_id)
    assert seen.events[0]["protocolVersion"] == "1.0"
    assert told(seen) == [own(event) for event in events[:-1]]
    assert seen.said == cards(events)
    last = seen.events[-1]
    assert (last["outcome"], last["result"]["status"]) == ({"type": "success"}, "completed")
    assert last["metadata"] == {"id": 4, "cursor": 4}


async def test_a_live_run_says_what_it_is_doing(
    serving: Serving, gate: Gate, stack: Stack, wait_until: Callable[..., Awaitable[None]]
) -> None:
    """Issue 6 point 6: STEP_STARTED and STEP_FINISHED, in pairs."""
    async with serving(gated_coaches(gate, "harvest")) as live, Redis.from_url(stack.redis_url) as redis:
        session_id = await live.client.start(**orchard())
        await asyncio.to_thread(gate.reached.wait, 20)
        following = asyncio.create_task(live.follow(session_id))
        await wait_until(lambda: redis.pubsub_channels(f"*{session_id}*"))
        gate.open()
        seen = await following
    steps = [(event["type"], event["stepName"]) for event in seen.events if event["type"].startswith("STEP_")]
    assert seen.error is None
    assert steps == [("STEP_STARTED", "run_takings_agent"), ("STEP_FINISHED", "run_takings_agent")]


async def test_a_reader_cut_anywhere_misses_nothing_and_hears_no_message_twice(serving: Serving) -> None:
    """Resume by our id: after each frame there is, the network fails once; the conversation is the same."""
    async with serving() as live:
        session_id, events = await finished(live, **orchard())
        whole = await live.follow(session_id)
        jobs = [live.job(session_id, cuts=[frames]) for frames in range(1, len(whole.events))]
        for seen in await follow(jobs):
            assert seen.error is None
            assert len(seen.connections) == 2
            assert [connection[0]["type"] for connection in seen.connections] == ["RUN_STARTED"] * 2
            assert seen.said == cards(events)
            assert {event_id for event_id, _, _ in told(seen)} == {1, 2, 3}
            assert seen.types.count("RUN_FINISHED") == 1


async def test_a_planned_rotation_in_the_middle_of_a_run_goes_unnoticed(
    serving: Serving, gate: Gate, wait_until: Callable[..., Awaitable[None]]
) -> None:
    """DESIGN 4.4: an end of the stream never means done; the next connection is valid by itself."""
    streams: list[str] = []

    def count(name: str, about: About) -> Ended:
        streams.append(name)
        return lambda error: None

    stop = watch(count)
    try:
        async with serving(gated_coaches(gate), stream_seconds=0.4) as live:
            session_id = await live.client.start(**orchard())
            following = asyncio.create_task(live.follow(session_id))
            await wait_until(lambda: streams.count("stream") > 2, seconds=40)
            gate.open()
            seen = await following
            events = await live.client.watch(session_id)
    finally:
        stop()
    assert seen.error is None
    assert len(seen.connections) > 2
    assert seen.said == cards(events)
    assert seen.types[-1] == "RUN_FINISHED"


async def test_a_run_with_a_broken_agent_is_finished_and_says_what_is_missing(serving: Serving) -> None:
    """A degraded run is no failed one: its error is CUSTOM, for RUN_ERROR would end it."""
    async with serving() as live:
        session_id, events = await finished(live, **orchard(broken="takings"))
        seen = await live.follow(session_id)
    assert seen.error is None
    assert [error["value"]["code"] for error in seen.customs("error")] == ["agent_failed"]
    assert (seen.types[-1], seen.events[-1]["result"]["status"]) == ("RUN_FINISHED", "partial")
    assert seen.said == cards(events)


async def test_a_failed_run_ends_with_its_error(serving: Serving) -> None:
    """RUN_ERROR is the last event, with the code; also for a reader who missed the code."""

    async def lost(source: SnapshotSource, run: Run) -> Any:
        raise LookupError("no season")

    async with serving({ORCHARD.name: replace(ORCHARD, read=lost)}) as live:
        session_id, events = await finished(live, **orchard())
        jobs = [live.job(session_id, after=event["id"]) for event in events[:-1]]
        for seen in await follow([live.job(session_id), *jobs]):
            assert seen.error is None
            assert (seen.types[-1], seen.events[-1]["code"]) == ("RUN_ERROR", "internal")


async def test_a_cancelled_run_says_so(
    serving: Serving, gate: Gate, owner: asyncpg.Connection, wait_until: Callable[..., Awaitable[None]]
) -> None:
    """AG-UI 1.0 knows an outcome for it."""
    async with serving(gated_coaches(gate), lease_seconds=2) as live:
        session_id = await live.client.start(**orchard())
        following = asyncio.create_task(live.follow(session_id))
        await asyncio.to_thread(gate.reached.wait, 20)
        assert (await live.client.call("POST", f"/session/{session_id}/cancel")).status_code == 202
        # The run learns of it when it renews its lease.
        renewed = "select lease_until > $2 from ai_sessions where id = $1"
        before = await owner.fetchval("select lease_until from ai_sessions where id = $1", session_id)
        await wait_until(lambda: owner.fetchval(renewed, session_id, before))
        gate.open()
        seen = await following
    assert seen.error is None
    assert seen.events[-1]["outcome"] == {"type": "cancelled"}
    assert seen.customs("status")[-1]["value"]["msg"] == "cancelled"


async def test_words_of_a_model_become_a_message_once_they_are_committed(serving: Serving) -> None:
    """A draft may be taken back and AG-UI text cannot: sentences are CUSTOM, the card is the message."""
    async with (
        running() as model,
        serving({JARS.name: JARS}, lambda same: with_model(same, model), store="postgres") as live,
    ):
        model.script(default={"say": "Jar: {{jar_name}}. The figures are here. You also won ₹ 98,765. That is all."})
        session_id = await live.client.start(coach="jars", focus=["growth"])
        seen = await live.follow(session_id)
        events = await live.client.watch(session_id)
    assert seen.error is None
    assert all("98,765" not in content for _, content in seen.said)
    assert seen.said == cards(events)
    assert "98,765" not in str(seen.events)
