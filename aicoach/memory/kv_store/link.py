"""One event loop's connections to Redis: at most four sockets, short timeouts, and a circuit breaker."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from aicoach.core.errors import Unavailable
from aicoach.core.observe import observe
from aicoach.memory.kv_store.hub import DEAD_CONNECTION, Hub

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.connection import AbstractConnection

COMMAND_CONNECTIONS: Final = 3
CONNECT_SECONDS: Final = 1.0
COMMAND_SECONDS: Final = 2.0
OPEN_SECONDS: Final = 2.0

_log: Final = logging.getLogger("aicoach.kv")
T = TypeVar("T")


class Breaker:
    """After a failure everyone is refused at once for ``open_seconds``; then one caller tries, the others wait."""

    def __init__(self, open_seconds: float = OPEN_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._open_seconds, self._now = open_seconds, now
        self._retry_at: float | None = None

    def admit(self) -> None:
        """Let the caller try, or raise Unavailable."""
        if self._retry_at is None:
            return
        if self._now() < self._retry_at:
            raise Unavailable("The event queue does not answer", retry_after=int(self._open_seconds))
        self._retry_at = self._now() + self._open_seconds

    def failed(self) -> None:
        """Open the circuit."""
        if self._retry_at is None:
            _log.warning("kv_lost")
        self._retry_at = self._now() + self._open_seconds

    def succeeded(self) -> None:
        """Close the circuit."""
        if self._retry_at is not None:
            _log.info("kv_back")
        self._retry_at = None


class Link:
    """Belongs to the event loop it was made in. Nothing touches the network before the first command."""

    def __init__(self, url: str) -> None:
        # Imported here because it costs a cold start 0.1 s that the answer to a request need not wait for.
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as RedisConnectionError

        # RESP2, because the hub wants messages in order with its own replies, and old proxies speak nothing else.
        # One retry, of refused and cut connections only: a timed-out command must not double its wait.
        self._client: Redis = Redis.from_url(
            url,
            protocol=2,
            max_connections=COMMAND_CONNECTIONS,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=COMMAND_SECONDS,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
        # The pool refuses a caller too many; the semaphore makes it wait, and look at the breaker again.
        self._turns = asyncio.Semaphore(COMMAND_CONNECTIONS)
        self._breaker = Breaker()
        self._closed = False
        self.hub = Hub(self._make_connection, self._breaker.succeeded)

    def _make_connection(self) -> "AbstractConnection":
        pool = self._client.connection_pool
        return pool.connection_class(**pool.connection_kwargs)

    async def run(self, command: "Callable[[Redis], Awaitable[T]]") -> T:
        """Give ``command`` a connection; whatever Redis does wrong is Unavailable, within about two seconds."""
        from redis.exceptions import RedisError, ResponseError

        async with self._turns:
            if self._closed:
                raise Unavailable("The event queue is closed")
            self._breaker.admit()
            try:
                with observe("kv"):
                    result = await command(self._client)
            except ResponseError as error:
                _log.warning("kv_refused", extra={"error": str(error)[:80]})
                raise Unavailable("The event queue refuses this command") from error
            except (RedisError, *DEAD_CONNECTION) as error:
                self._breaker.failed()
                raise Unavailable("The event queue does not answer") from error
            self._breaker.succeeded()
            return result

    async def aclose(self) -> None:
        """Close every socket; no task stays behind."""
        self._closed = True
        await self.hub.aclose()
        await self._client.aclose()


class Links:
    """The link of whichever event loop is running: connections cannot cross loops."""

    def __init__(self, url: str) -> None:
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("a Redis URL begins with redis://, rediss:// or unix://")
        self._url = url
        self._links: dict[asyncio.AbstractEventLoop, Link] = {}

    def current(self) -> Link:
        """This loop's link, made on first use."""
        loop = asyncio.get_running_loop()
        link = self._links.get(loop)
        if link is None:
            self._links = {known: old for known, old in self._links.items() if not known.is_closed()}
            link = self._links[loop] = Link(self._url)
        return link

    def run(self, command: "Callable[[Redis], Awaitable[T]]") -> Awaitable[T]:
        """``Link.run`` on this loop's link."""
        return self.current().run(command)

    async def aclose(self) -> None:
        """Close this loop's link; a later command opens a new one."""
        link = self._links.pop(asyncio.get_running_loop(), None)
        if link is not None:
            await link.aclose()
