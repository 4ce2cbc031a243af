"""How often one person may ask, and how often one address may be refused: counted in Redis, for all processes.

Windows are fixed and begin with their first request. Refusals carry ``Retry-After`` and the headers of
draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy: "starts";q=6;w=60`` and ``RateLimit: "starts";r=0;t=42``.
"""

import ipaddress
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakKeyDictionary

from starlette.types import Scope

from aicoach.core.errors import TooMany, Unavailable
from aicoach.core.observe import note
from aicoach.core.ports import Clock

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import FixedWindowRateLimiter
    from redis.asyncio import Redis

#: Requests of these kinds are counted by person; the routes that belong to no other kind are reads or writes.
STARTS, IMPORTS, STREAMS, WRITES, READS = "starts", "imports", "streams", "writes", "reads"
#: Answers of 401 are counted by address.
REFUSALS: Final = "refusals"
_SPECIAL: Final[Mapping[tuple[str, str], str]] = {
    ("POST", "/api/aicoach/session"): STARTS,
    ("POST", "/api/aicoach/import"): IMPORTS,
    # Beside how many are open: a browser that reconnects must not use up what the page's other calls need.
    ("GET", "/api/aicoach/stream"): STREAMS,
}
_SAY_AGAIN_SECONDS: Final = 60.0
_RETRY_SECONDS: Final = 5

_log: Final = logging.getLogger("aicoach.limits")


class RateLimited(TooMany):
    """A limit was reached; ``headers`` say which, and when it ends."""

    def __init__(self, kind: str, amount: int, window: int, left: int) -> None:
        super().__init__(f"The limit is {amount} in {window} seconds.", retry_after=left)
        self.headers: Mapping[str, str] = {
            "RateLimit-Policy": f'"{kind}";q={amount};w={window}',
            "RateLimit": f'"{kind}";r=0;t={left}',
        }


class LimitsUnavailable(Unavailable):
    """Nobody can say how often this person has asked, and what they ask for costs money."""

    code = "limits_unavailable"


class RedisLender(Protocol):
    """Whoever lends a connection to Redis; raises Unavailable when it does not answer."""

    def run(self, command: "Callable[[Redis], Awaitable[Any]]") -> Awaitable[Any]:
        """The command's result."""
        ...


@dataclass(frozen=True, slots=True)
class _Reached:
    amount: int
    window: int
    left: int


class RateLimits:
    """``rules`` are limits by kind, such as ``{"starts": "6/minute;30/hour"}``; a kind without a rule is free.

    Without Redis everything is let through but the ``guarded`` kinds: what may cost money.
    """

    def __init__(
        self, rules: Mapping[str, str], redis: RedisLender, clock: Clock, guarded: frozenset[str] = frozenset()
    ) -> None:
        self._rules = {kind: rule for kind, rule in rules.items() if rule}
        self._redis, self._clock, self._guarded = redis, clock, guarded
        self._parsed: dict[str, list[RateLimitItem]] = {}
        self._limiters: WeakKeyDictionary[Redis, FixedWindowRateLimiter] = WeakKeyDictionary()
        self._said_at = float("-inf")

    async def admit(self, kind: str, who: object) -> None:
        """Count one request of ``who``; RateLimited at the limit, LimitsUnavailable for a guarded kind uncounted."""
        if kind not in self._rules:
            return
        try:
            reached: _Reached | None = await self._redis.run(lambda redis: self._hit(redis, kind, str(who)))
        except Unavailable as error:
            note("limit", limit=kind, outcome="uncounted")
            if kind in self._guarded:
                raise LimitsUnavailable(retry_after=_RETRY_SECONDS) from error
            self._say_open()
            return
        if reached is not None:
            note("limit", limit=kind, outcome="refused")
            raise RateLimited(kind, reached.amount, reached.window, reached.left)

    async def _hit(self, redis: "Redis", kind: str, who: str) -> _Reached | None:
        limiter = self._limiters.get(redis) or self._limiter(redis)
        for item in self._items(kind):
            if not await limiter.hit(item, kind, who):
                stats = await limiter.get_window_stats(item, kind, who)
                return _Reached(item.amount, item.get_expiry(), max(1, round(stats.reset_time - time.time())))
        return None

    def _limiter(self, redis: "Redis") -> "FixedWindowRateLimiter":
        # Imported here because a cold start need not pay for it.
        from limits.aio.storage import RedisStorage
        from limits.aio.strategies import FixedWindowRateLimiter

        # The lender's own connections: a process opens no more of them for its limits.
        pool: Any = redis.connection_pool
        storage = RedisStorage("redis://", implementation="redispy", key_prefix="aicoach:limit", connection_pool=pool)
        limiter = self._limiters[redis] = FixedWindowRateLimiter(storage)
        return limiter

    def _items(self, kind: str) -> "list[RateLimitItem]":
        from limits import parse_many

        if kind not in self._parsed:
            self._parsed[kind] = parse_many(self._rules[kind])
        return self._parsed[kind]

    def _say_open(self) -> None:
        now = self._clock.monotonic()
        if now - self._said_at >= _SAY_AGAIN_SECONDS:
            self._said_at = now
            _log.warning("limits_not_counted")


def kind_of(method: str, path: str) -> str:
    """Which limit a person's request counts for."""
    usual = READS if method in {"GET", "HEAD"} else WRITES
    return _SPECIAL.get((method, path), usual)


def address_of(scope: Scope, trusted_proxies: int) -> str:
    """The address of whoever asks; of a network of 64 bits in IPv6, which is what one customer gets.

    ``X-Forwarded-For`` counts only behind ``trusted_proxies`` proxies of our own, each of which appends the address
    it was called from: what stands further to the left was written by the caller.
    """
    peer = scope.get("client") or ("unknown", 0)
    given = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    hops = [hop.strip() for hop in given.decode("latin-1").split(",")] if given else []
    known = 0 < trusted_proxies <= len(hops)
    return _network(hops[-trusted_proxies] if known else str(peer[0]))


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        # One bucket for whatever is no address, so that nonsense is no way to a fresh one.
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))
