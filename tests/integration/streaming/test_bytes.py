"""What goes over the wire, byte by byte: DESIGN 4.4."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.faults.gates import Gate
from tests.integration.streaming.conftest import Live, Serving, orchard
from tests.support.people import Person
from tests.support.service import Client
from tests.support.sse import Frame, read_frames


@asynccontextmanager
async def opened(live: Live, session_id: UUID, **headers: str) -> AsyncIterator[httpx.Response]:
    """A stream that has been answered."""
    url = f"/api/aicoach/stream?sessionId={session_id}"
    async with live.client.http.stream("GET", url, headers=live.client.person.headers | headers) as response:
        assert response.status_code == 200, await response.aread()
        yield response


async def some_frames(response: httpx.Response, count: int) -> list[Frame]:
    """The first frames; then the connection is left."""
    found: list[Frame] = []
    async for frame in read_frames(response):
        found.append(frame)
        if len(found) == count:
            break
    return found


async def test_the_first_bytes_come_before_any_event_and_init_is_the_first_of_all(serving: Serving) -> None:
    """S0-3.1b: retry and a comment at once, then the state so far, then what has happened."""
    async with serving() as live:
        session_id = await live.client.start(**orchard())
        async with opened(live, session_id) as response:
            first, init, started = await some_frames(response, 3)
    assert first.raw == "retry: 1000\n: open"
    assert init.id is None
    assert init.event is not None
    assert (init.event["type"], init.event["id"], init.event["sessionId"]) == ("init", None, str(session_id))
    assert init.event["status"] == "running"
    assert 0 <= init.event["progress"] < 1
    assert started.event is not None
    assert (started.id, started.event["type"], started.event["msg"]) == ("1", "status", "started")


async def test_every_connection_begins_with_init_and_never_repeats_what_was_seen(serving: Serving, gate: Gate) -> None:
    """DESIGN 4.4: init is the first frame of every connection."""
    gate.open()
    async with serving() as live:
        session_id = await live.client.start(**orchard())
        whole = await live.client.watch(session_id)
        again = await live.client.watch(session_id, after=2)
    assert [event["type"] for event in again] == ["init", "insight", "done"]
    assert again[0]["status"] == "completed"
    assert again[0]["progress"] == 1.0
    assert again[1:] == [event for event in whole if event["id"] is not None and event["id"] > 2]


async def test_a_silent_stream_sends_heartbeats(serving: Serving, gate: Gate) -> None:
    """S0-3.1b: a comment at least every heartbeat, also when there is nothing to say."""
    async with serving(heartbeat_seconds=0.2) as live:
        session_id = await live.client.start(**orchard())
        beats = 0
        async with opened(live, session_id) as response:
            async for frame in read_frames(response):
                beats += frame.raw == ": hb"
                if beats == 3:
                    gate.open()
                if frame.event is not None and frame.event["type"] == "done":
                    break
    assert beats >= 3


async def test_a_busy_stream_sends_heartbeats_too(serving: Serving) -> None:
    """A proxy that counts silence must never see any, and what the queue lost is asked for while it is busy."""
    async with serving(heartbeat_seconds=0.2) as live:
        session_id = await live.client.start(**orchard())
        event = {"type": "status", "sessionId": str(session_id), "id": None, "at": "", "msg": "busy", "progress": 0.5}

        async def keep_busy() -> None:
            while True:
                await live.container.queue.emit_event(session_id, event)
                await asyncio.sleep(0.01)

        busy = asyncio.create_task(keep_busy())
        try:
            async with opened(live, session_id) as response, asyncio.timeout(10):
                async for frame in read_frames(response):
                    if frame.raw == ": hb":
                        break
        finally:
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)


async def test_a_stream_is_rotated_and_goes_on_at_the_next_one(serving: Serving, gate: Gate) -> None:
    """DESIGN 4.4: a comment, then close; EOF never means done."""
    async with serving(stream_seconds=0.3, heartbeat_seconds=0.1) as live:
        session_id = await live.client.start(**orchard())
        async with opened(live, session_id) as response:
            frames = [frame async for frame in read_frames(response)]
        assert frames[-1].raw == ": rotate"
        seen = [frame.event["id"] for frame in frames if frame.event and frame.event["id"]]
        assert seen == [1, 2]
        gate.open()
        rest: list[dict[str, Any]] = []
        while not rest or rest[-1]["type"] != "done":
            rest = [event for event in await live.client.watch(session_id, after=2) if event["id"] is not None]
    assert [event["id"] for event in rest] == [3, 4]


async def test_the_answer_is_made_for_streaming_and_nothing_may_hold_it_back(serving: Serving, gate: Gate) -> None:
    """DESIGN 4.4: headers, no compression even when asked for, LF only, no event field, one line of JSON."""
    gate.open()
    async with serving() as live:
        session_id = await live.client.start(**orchard())
        async with opened(live, session_id, **{"Accept-Encoding": "gzip, br"}) as response:
            body = b"".join([chunk async for chunk in response.aiter_raw()])
    headers = response.headers
    assert headers["content-type"].partition(";")[0] == "text/event-stream"
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert headers["x-session-id"] == str(session_id)
    assert "content-encoding" not in headers
    assert "content-length" not in headers
    assert b"\r" not in body
    assert body.endswith(b"\n\n")
    assert body.isascii()
    lines = [line for line in body.split(b"\n") if line]
    assert {line.partition(b":")[0] for line in lines} == {b"retry", b"", b"data", b"id"}


async def test_durable_events_have_an_id_line_and_transient_ones_have_none(serving: Serving, gate: Gate) -> None:
    """DESIGN 4.4: transient events never move a cursor."""
    async with serving() as live:
        session_id = await live.client.start(**orchard())
        async with opened(live, session_id) as response:
            gate.open()
            frames = [frame async for frame in read_frames(response)]
    events = [(frame.id, frame.event) for frame in frames if frame.event is not None]
    assert all(line == (None if event["id"] is None else str(event["id"])) for line, event in events)
    assert [line for line, _ in events if line] == ["1", "2", "3", "4"]
    assert [event["type"] for _, event in events].count("done") == 1


@pytest.mark.parametrize("extra", [{}, {"Last-Event-ID": "2"}])
async def test_a_strangers_stream_answers_like_one_that_never_was(
    serving: Serving, stranger: Person, extra: dict[str, str]
) -> None:
    """S0-1.2b: equal to the byte but for the id of the request."""
    async with serving() as live:
        session_id = await live.client.start(**orchard())
        other = Client(live.client.http, stranger)
        answers = []
        for wanted in (session_id, uuid4()):
            headers = {"x-request-id": "always-the-same"} | extra
            answer = await other.call("GET", f"/stream?sessionId={wanted}", headers=headers)
            answers.append((answer.status_code, answer.content, sorted(_undated(answer.headers))))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def _undated(headers: httpx.Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name != "date"]
