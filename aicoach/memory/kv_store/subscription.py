"""One follower of a session: live events from the hub, everything else from the stream, in one order."""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self
from uuid import UUID

from aicoach.core.errors import Unavailable
from aicoach.core.model import JsonObject
from aicoach.memory.kv_store.backoff import Backoff
from aicoach.memory.kv_store.link import Link
from aicoach.memory.kv_store.stream import read_events
from aicoach.memory.kv_store.wire import live_channel

CONFIRM_SECONDS: Final = 1.0
INBOX_EVENTS: Final = 128
PAGE_EVENTS: Final = 100
POLL_SECONDS: Final = (0.1, 1.0)


class RedisSubscription:
    """Delivers each durable event once, in id order, and transient ones as they come.

    What came by Pub/Sub waits in a bounded inbox. The stream is read after the cursor whenever the inbox
    cannot be enough: on entry, after an overflow, on a gap, and by polling while Pub/Sub is away.
    One task at a time may call ``next``. Events are shared between followers: read them, do not change them.
    """

    def __init__(self, session_id: UUID, after: int, find_link: Callable[[], Link]) -> None:
        self.cursor = after
        self._session_id, self._find_link = session_id, find_link
        self._link: Link | None = None
        self._inbox: deque[JsonObject] = deque()
        self._page: deque[JsonObject] = deque()
        self._newest = 0  # the highest durable id that entered the inbox
        self._settled = 0  # ids up to here were in the inbox before the last read: a gap below is real
        self._live = self._answered = False
        self._stale = self._lost = True
        self._read_at = 0.0
        self._backoff = Backoff(*POLL_SECONDS)
        self._waiter: asyncio.Future[None] | None = None

    @property
    def lagging(self) -> bool:
        """True while the stream must be read before anything more can be delivered."""
        return self._stale

    @property
    def healthy(self) -> bool:
        """False while neither Pub/Sub nor polling reaches Redis: the caller had better ask the database often."""
        return not self._lost

    def advance(self, cursor: int) -> None:
        """Move the cursor on: the caller has everything up to it from the database. It never moves back."""
        self.cursor = max(self.cursor, cursor)

    async def __aenter__(self) -> Self:
        """Subscribed when this returns, or after a second of trying; the stream is read by ``next``, later.

        So a caller may read the database in between, ``advance``, and fetch nothing twice.
        """
        self._link = self._find_link()
        self._link.hub.join(live_channel(self._session_id), self)
        deadline = asyncio.get_running_loop().time() + CONFIRM_SECONDS
        try:
            while not self._answered and asyncio.get_running_loop().time() < deadline:
                await self._sleep_until(deadline)
        except asyncio.CancelledError:
            self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    async def next(self, timeout: float) -> JsonObject | None:
        """The next event, or None after ``timeout`` seconds (and at most one Redis time-out more).

        None comes early, once, at the moment Redis is lost, so that the caller can ask the database at once.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while (event := self._take()) is None:
            if not self._live and loop.time() >= self._read_at:
                self._stale = True
            if self._stale and loop.time() >= self._read_at:
                was_healthy = self.healthy
                await self._read()
                if was_healthy and not self.healthy:
                    return None
                continue
            wake_at = deadline if self._live and not self._stale else min(deadline, self._read_at)
            if loop.time() >= deadline:
                return None
            await self._sleep_until(wake_at)
        return event

    def receive(self, event: JsonObject) -> None:
        """From the hub. A full inbox is dropped: the stream has its durable events, nobody misses the others."""
        if len(self._inbox) >= INBOX_EVENTS:
            self._inbox.clear()
            self._need_read()
        if event["id"] is not None:
            self._newest = max(self._newest, event["id"])
        self._inbox.append(event)
        self._wake()

    def heard(self) -> None:
        """From the hub: live from now on; what came before is in the stream."""
        self._live = self._answered = True
        self._lost = False
        self._need_read()
        self._wake()

    def unheard(self) -> None:
        """From the hub: nothing comes until further notice."""
        self._live, self._answered = False, True
        self._wake()

    def _entered(self) -> Link:
        if self._link is None:
            raise RuntimeError("enter the subscription first")
        return self._link

    def _leave(self) -> None:
        if self._link is not None:
            self._link.hub.leave(live_channel(self._session_id), self)
        self._inbox.clear()
        self._page.clear()

    def _need_read(self) -> None:
        self._stale = True
        self._read_at = 0.0

    def _take(self) -> JsonObject | None:
        while self._page:
            event = self._page.popleft()
            if event["id"] > self.cursor:
                self.cursor = event["id"]
                return event
        while self._inbox and not self._stale:
            event_id = self._inbox[0]["id"]
            if event_id is not None and event_id > max(self.cursor + 1, self._settled):
                self._need_read()
                return None
            event = self._inbox.popleft()
            if event_id is None or event_id > self.cursor:
                self.cursor = event_id or self.cursor
                return event
        return None

    async def _read(self) -> None:
        """One page after the cursor; on failure, or with nothing new while polling, the next try comes later."""
        newest, self._stale = self._newest, False
        try:
            page = await read_events(self._entered(), self._session_id, self.cursor, PAGE_EVENTS)
        except Unavailable:
            self._stale = self._lost = True
            self._postpone()
            return
        self._lost = False
        self._page.extend(page)
        if len(page) == PAGE_EVENTS:
            self._need_read()
            return
        self._settled = newest
        if page:
            self._backoff.reset()
        self._postpone()

    def _postpone(self) -> None:
        self._read_at = asyncio.get_running_loop().time() + self._backoff.next()

    async def _sleep_until(self, when: float) -> None:
        loop = asyncio.get_running_loop()
        self._waiter = waiter = loop.create_future()
        timer = loop.call_at(when, self._wake)
        try:
            await waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
