"""A reader that comes back, with whatever cursor, gets what it has not seen: once, in order."""

import asyncio
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.faults.gates import Gate
from tests.integration.streaming.conftest import Live, Serving, orchard
from tests.support.service import Client
from tests.support.sse import read_frames

RANDOM_READERS = 50
#: Fewer than one person may have open.
READERS_AT_ONCE = 5


def durable(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what is only for the moment."""
    return [event for event in events if event["id"] is not None]


async def finished(live: Live) -> UUID:
    """A run of four events that is over."""
    session_id = await live.client.start(**orchard())
    assert durable(await live.client.watch(session_id))[-1]["type"] == "done"
    return session_id


async def ids_after(
    client: Client,
    session_id: UUID,
    query: str | None,
    header: str | bytes | None,
    connected: Callable[[], None] = lambda: None,
) -> list[int] | None:
    """The ids that a reader with these cursors is sent; None for 204. ``connected`` is told when the answer begins."""
    url = f"/api/aicoach/stream?sessionId={session_id}" + (f"&lastEventId={query}" if query is not None else "")
    headers: dict[str, Any] = client.person.headers | ({"Last-Event-ID": header} if header is not None else {})
    async with client.http.stream("GET", url, headers=headers) as response:
        if response.status_code == 204:
            assert await response.aread() == b""
            return None
        assert response.status_code == 200, await response.aread()
        connected()
        return [frame.event["id"] async for frame in read_frames(response) if frame.event and frame.event["id"]]


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        (None, None, [1, 2, 3, 4]),
        (None, "0", [1, 2, 3, 4]),
        (None, "2", [3, 4]),
        ("2", None, [3, 4]),
        ("1", "3", [4]),
        ("3", "1", [2, 3, 4]),
        (None, "4", None),
        ("4", None, None),
        ("4", "3", [4]),
    ],
)
async def test_a_reader_goes_on_after_its_cursor_and_the_header_wins(
    query: str | None, header: str | None, expected: list[int] | None, serving: Serving, gate: Gate
) -> None:
    """DESIGN 4.1: Last-Event-ID or lastEventId; 204 at done, so that an EventSource stays away."""
    gate.open()
    async with serving() as live:
        session_id = await finished(live)
        assert await ids_after(live.client, session_id, query, header) == expected


@pytest.mark.parametrize(
    "cursor", ["", "-1", "+2", "2.0", "2-0", "0x2", "NaN", "none", "two", "2,3", "9" * 400, "' or 1=1--", b"\xd9\xa2"]
)
async def test_a_cursor_we_never_gave_out_means_from_the_start(
    cursor: str | bytes, serving: Serving, gate: Gate
) -> None:
    """Bad input: garbage, signs, fractions, other digits, huge ones; never an error, never silence."""
    gate.open()
    async with serving() as live:
        session_id = await finished(live)
        assert await ids_after(live.client, session_id, None, cursor) == [1, 2, 3, 4]


@pytest.mark.parametrize("cursor", ["5", "2147483647", "999999999", "9223372036854775807", "9" * 30])
async def test_a_cursor_beyond_the_end_is_no_error(cursor: str, serving: Serving, gate: Gate) -> None:
    """A finished run: 204 at or after done, or the whole story; never a 5xx, never an open stream without news."""
    gate.open()
    async with serving() as live:
        session_id = await finished(live)
        assert await ids_after(live.client, session_id, None, cursor) in (None, [1, 2, 3, 4])


@pytest.mark.parametrize("cursor", ["3", "100", "2147483647", "999999999"])
async def test_a_cursor_beyond_the_end_of_a_live_run_tells_the_whole_story(
    cursor: str, serving: Serving, gate: Gate
) -> None:
    """A cursor from another session must not hide this one's cards."""
    async with serving() as live:
        session_id = await live.client.start(**orchard())
        await live.client.watch(session_id, stop_after=2)
        assert await ids_after(live.client, session_id, None, cursor, connected=gate.open) == [1, 2, 3, 4]


async def test_leaving_after_every_event_changes_nothing(serving: Serving, gate: Gate) -> None:
    """Issue 2: the same sequence as never disconnecting, on a live run."""
    async with serving(heartbeat_seconds=0.2) as live:
        session_id = await live.client.start(**orchard())
        never_left = asyncio.create_task(live.client.watch(session_id))
        pieces: list[dict[str, Any]] = []
        while not pieces or pieces[-1]["type"] != "done":
            more = await live.client.watch(session_id, after=pieces[-1]["id"] if pieces else None, stop_after=1)
            pieces += durable(more)
            if len(pieces) == 2:
                gate.open()
        assert pieces == durable(await never_left)
        assert await live.client.watch(session_id, after=pieces[-1]["id"]) == []


async def test_leaving_at_random_changes_nothing(serving: Serving, gate: Gate) -> None:
    """Issue 2: fifty readers who come and go as they like, some of them forgetting where they were."""
    gate.open()
    async with serving(heartbeat_seconds=0.2) as live:
        for seed in range(0, RANDOM_READERS, READERS_AT_ONCE):
            session_id = await live.client.start(**orchard())
            readers = (_restless(live, session_id, seed + n) for n in range(READERS_AT_ONCE))
            stories = await asyncio.gather(*readers)
            whole = durable(await live.client.watch(session_id))
            assert [event["id"] for event in whole] == [1, 2, 3, 4]
            assert all(story == whole for story in stories)


async def _restless(live: Live, session_id: UUID, seed: int) -> list[dict[str, Any]]:
    """What somebody saw who kept leaving and coming back."""
    chance = random.Random(seed)
    shown: list[dict[str, Any]] = []
    while not shown or shown[-1]["type"] != "done":
        known = len(shown) if chance.random() < 0.8 else chance.randint(0, len(shown))
        after = shown[known - 1]["id"] if known else None
        more = durable(await live.client.watch(session_id, after=after, stop_after=chance.randint(1, 4)))
        shown += [event for event in more if not shown or event["id"] > shown[-1]["id"]]
    return shown


async def test_two_readers_at_once_see_the_same(serving: Serving, gate: Gate) -> None:
    """Reading removes nothing."""
    async with serving(heartbeat_seconds=0.2) as live:
        session_id = await live.client.start(**orchard())
        readers = [asyncio.create_task(live.client.watch(session_id)) for _ in range(3)]
        await live.client.watch(session_id, stop_after=2)
        gate.open()
        first, *others = [durable(await reader) for reader in readers]
    assert [event["id"] for event in first] == [1, 2, 3, 4]
    assert all(other == first for other in others)
