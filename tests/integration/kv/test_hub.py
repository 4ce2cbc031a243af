"""Whether a channel is heard is decided by counting confirmations, not by hoping for their order."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from redis.asyncio.connection import AbstractConnection

from aicoach.memory.kv_store.hub import Hub
from tests.integration.kv.support import Event, wait_until


class Wire:
    """A connection whose other end is this test: it records commands and says what it is told to say."""

    is_connected = True

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []
        self.replies: asyncio.Queue[list[bytes]] = asyncio.Queue()

    async def connect(self) -> None:
        """Always works."""

    async def disconnect(self, nowait: bool = False) -> None:
        """Always works."""

    def pack_commands(self, commands: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Nothing to pack."""
        return commands

    async def send_packed_command(self, commands: list[tuple[str, ...]], check_health: bool) -> None:
        """Record."""
        self.sent += commands

    async def read_response(self, **_: Any) -> list[bytes]:
        """The next reply."""
        return await self.replies.get()


class Ear:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.live, self.events = False, list[Event]()

    def receive(self, event: Event) -> None:
        """See Listener."""
        self.events.append(event)

    def heard(self) -> None:
        """See Listener."""
        self.live = True

    def unheard(self) -> None:
        """See Listener."""
        self.live = False


@pytest.fixture
def wire() -> Wire:
    """The only connection."""
    return Wire()


@pytest.fixture
async def hub(wire: Wire) -> AsyncIterator[Hub]:
    """A hub on that connection."""
    hub = Hub(lambda: cast(AbstractConnection, wire), lambda: None)
    yield hub
    await hub.aclose()


async def test_a_confirmation_meant_for_somebody_who_left_is_not_believed(hub: Hub, wire: Wire) -> None:
    first, second = Ear(), Ear()
    hub.join("c", first)
    await wait_until(lambda: wire.sent == [("SUBSCRIBE", "c")])
    hub.leave("c", first)
    hub.join("c", second)
    await wait_until(lambda: wire.sent[1:] == [("UNSUBSCRIBE", "c"), ("SUBSCRIBE", "c")])
    for kind, count in ((b"subscribe", b"1"), (b"unsubscribe", b"0")):
        wire.replies.put_nowait([kind, b"c", count])
        await wait_until(wire.replies.empty)
        await asyncio.sleep(0)
        assert not second.live
    wire.replies.put_nowait([b"subscribe", b"c", b"1"])
    await wait_until(lambda: second.live)
    assert not first.live


async def test_only_the_first_listener_subscribes_and_only_the_last_unsubscribes(hub: Hub, wire: Wire) -> None:
    ears = [Ear(), Ear(), Ear()]
    for ear in ears:
        hub.join("c", ear)
    await wait_until(lambda: wire.sent == [("SUBSCRIBE", "c")])
    wire.replies.put_nowait([b"subscribe", b"c", b"1"])
    await wait_until(lambda: all(ear.live for ear in ears))
    wire.replies.put_nowait([b"message", b"c", b'{"id":1}'])
    await wait_until(lambda: [ear.events for ear in ears] == [[{"id": 1}]] * 3)
    for ear in ears:
        assert wire.sent == [("SUBSCRIBE", "c")]
        hub.leave("c", ear)
    await wait_until(lambda: wire.sent == [("SUBSCRIBE", "c"), ("UNSUBSCRIBE", "c")])
