"""One Pub/Sub connection for all followers of a process: an event costs the same however many streams are open."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from aicoach.core.model import JsonObject
from aicoach.memory.kv_store.backoff import Backoff
from aicoach.memory.kv_store.wire import decode_event

if TYPE_CHECKING:
    from redis.asyncio.connection import AbstractConnection

HANDSHAKE_SECONDS: Final = 3.0
SILENCE_SECONDS: Final = 10.0
RETRY_SECONDS: Final = (0.1, 5.0)
#: What a dead connection raises, besides redis-py's own errors. A transport that was reset answers the next write
#: with an AttributeError (asyncio) or a RuntimeError (uvloop), and redis-py passes both on.
DEAD_CONNECTION: Final = (OSError, TimeoutError, AttributeError, RuntimeError)

_log: Final = logging.getLogger("aicoach.kv")


class Listener(Protocol):
    """A follower, as the hub sees it. Every call returns at once and raises nothing."""

    def receive(self, event: JsonObject) -> None:
        """An event came; it is shared with other listeners and must not be changed."""
        ...

    def heard(self) -> None:
        """From now on every event of the channel comes through."""
        ...

    def unheard(self) -> None:
        """Until further notice nothing comes through: poll."""
        ...


@dataclass(slots=True)
class _Channel:
    """``due`` counts SUBSCRIBE and UNSUBSCRIBE commands not yet confirmed: only at zero is ``live`` certain."""

    listeners: set[Listener] = field(default_factory=set)
    due: int = 0
    live: bool = False


class Hub:
    """Joins and leaves are plain calls, so a cancelled follower can never leave half a subscription behind.

    The connection opens with the first listener, reconnects by itself with back-off, is checked with a PING
    after ``silence`` seconds without a word, and closes after as long without a listener.
    """

    def __init__(
        self,
        connect: "Callable[[], AbstractConnection]",
        on_contact: Callable[[], None],
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._make_connection, self._on_contact, self._silence = connect, on_contact, silence
        self._channels: dict[bytes, _Channel] = {}
        self._connection: AbstractConnection | None = None
        self._outbox: list[tuple[str, ...]] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._backoff = Backoff(*RETRY_SECONDS)
        self._failing = self._closed = False

    def join(self, name: str, listener: Listener) -> None:
        """Listen to the channel ``name``; ``heard`` or ``unheard`` tells the listener what to expect."""
        channel = self._channels.setdefault(name.encode(), _Channel())
        channel.listeners.add(listener)
        if len(channel.listeners) == 1:
            self._ask("SUBSCRIBE", [name.encode()])
        self._ensure("read", self._run)
        if channel.live:
            listener.heard()
        elif self._failing or self._closed:
            listener.unheard()

    def leave(self, name: str, listener: Listener) -> None:
        """Stop listening; the last one out unsubscribes."""
        channel = self._channels.get(name.encode())
        if channel is None or listener not in channel.listeners:
            return
        channel.listeners.remove(listener)
        if not channel.listeners:
            channel.live = False
            self._ask("UNSUBSCRIBE", [name.encode()])
            self._forget_if_unused(name.encode())

    async def aclose(self) -> None:
        """Close the connection and end every task; listeners that are still there are told to poll."""
        self._closed = True
        await self._stop("read")
        await self._stop("write")

    def _ensure(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = self._tasks.get(name)
        if not self._closed and (task is None or task.done()):
            self._tasks[name] = asyncio.get_running_loop().create_task(work(), name=f"aicoach-kv-{name}")

    async def _stop(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        from redis.exceptions import RedisError

        while self._channels:
            try:
                await self._talk()
            except (RedisError, *DEAD_CONNECTION) as error:
                _log.warning("pubsub_lost", extra={"error": f"{type(error).__name__}: {error}"[:120]})
                self._failing = True
            finally:
                self._silenced()
            if self._failing and self._channels:
                await asyncio.sleep(self._backoff.next())

    async def _talk(self) -> None:
        connection = self._make_connection()
        try:
            await asyncio.wait_for(connection.connect(), HANDSHAKE_SECONDS)  # type: ignore[no-untyped-call]
            self._connection = connection
            self._ask("SUBSCRIBE", list(self._channels))
            await self._listen(connection)
        finally:
            self._connection = None
            await self._stop("write")
            await connection.disconnect(nowait=True)

    async def _listen(self, connection: "AbstractConnection") -> None:
        asked = False
        while True:
            reply = await connection.read_response(timeout=self._silence, disconnect_on_error=False)
            if reply is not None:
                asked = False
                self._handle(reply)
            elif not self._channels:
                return
            elif asked:
                raise TimeoutError("no answer to PING")
            else:
                asked = True
                self._send("PING")

    def _handle(self, reply: Any) -> None:
        if not isinstance(reply, list) or len(reply) != 3 or reply[1] not in self._channels:
            return  # a PONG, or the echo of a channel already forgotten
        kind, channel = reply[0], self._channels[reply[1]]
        if kind == b"message":
            self._deliver(channel, reply[2])
        elif kind in {b"subscribe", b"unsubscribe"}:
            self._confirm(channel)
            self._forget_if_unused(reply[1])

    @staticmethod
    def _deliver(channel: _Channel, line: bytes) -> None:
        event = decode_event(line) if channel.listeners else None
        if event is not None:
            for listener in channel.listeners:
                listener.receive(event)

    def _confirm(self, channel: _Channel) -> None:
        channel.due -= 1
        self._failing = False
        self._backoff.reset()
        self._on_contact()
        if channel.due == 0 and channel.listeners:
            channel.live = True
            for listener in channel.listeners:
                listener.heard()

    def _silenced(self) -> None:
        self._outbox.clear()
        for name, channel in list(self._channels.items()):
            channel.due, channel.live = 0, False
            for listener in channel.listeners:
                listener.unheard()
            self._forget_if_unused(name)

    def _forget_if_unused(self, name: bytes) -> None:
        channel = self._channels[name]
        if not channel.listeners and not channel.due:
            del self._channels[name]

    def _ask(self, command: str, names: Sequence[bytes]) -> None:
        """Without a connection nothing is sent: the next one subscribes to whatever has listeners then."""
        if self._connection is None or not names:
            return
        for name in names:
            self._channels[name].due += 1
        self._send(command, *(name.decode() for name in names))

    def _send(self, *command: str) -> None:
        self._outbox.append(command)
        self._ensure("write", self._flush)

    async def _flush(self) -> None:
        from redis.exceptions import RedisError

        while self._outbox and self._connection is not None and self._connection.is_connected:
            commands, self._outbox = self._outbox, []
            packed = self._connection.pack_commands(commands)
            try:
                await self._connection.send_packed_command(packed, check_health=False)
            except (RedisError, *DEAD_CONNECTION) as error:
                # The reader sees the same broken connection and starts over with a new one.
                _log.debug("pubsub_write_failed", extra={"error": type(error).__name__})
