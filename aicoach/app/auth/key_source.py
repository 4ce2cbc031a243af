"""Where the verification keys come from: fixed PEMs, or a JWKS URL that is cached and may be down for a while."""

import asyncio
import logging
from abc import ABC, abstractmethod
from ipaddress import ip_address
from typing import Final, Protocol
from urllib.parse import urlsplit

from aicoach.app.auth.keys import KeySet, jwks_key_set, pem_key_set
from aicoach.app.auth.strict_json import loads
from aicoach.core.errors import Unavailable
from aicoach.core.ports import Clock

MAX_AGE: Final = 600.0
COOLDOWN: Final = 30.0
STALE_LIMIT: Final = 3600.0
TIMEOUT: Final = 5.0
MAX_BYTES: Final = 64 * 1024

log = logging.getLogger(__name__)


class KeySourceSettings(Protocol):
    """The settings that say where keys come from."""

    @property
    def jwt_public_key(self) -> str: ...

    @property
    def jwks_url(self) -> str: ...

    @property
    def env(self) -> str: ...


class KeySource(ABC):
    """The keys that may sign bridge tokens right now."""

    @staticmethod
    def from_settings(settings: KeySourceSettings, clock: Clock) -> "KeySource":
        """The one source that the settings name; ValueError stops a start without trusted keys."""
        if bool(settings.jwt_public_key) == bool(settings.jwks_url):
            raise ValueError("set exactly one of AICOACH_JWT_PUBLIC_KEY and AICOACH_JWKS_URL")
        if settings.jwt_public_key:
            return StaticKeys(settings.jwt_public_key)
        return JwksKeys(settings.jwks_url, clock, allow_loopback_http=settings.env == "local")

    @abstractmethod
    async def keys(self, kid: str | None = None) -> KeySet:
        """The trusted keys; ``kid`` says which one a token names. Raises Unavailable, never Unauthorized."""

    async def aclose(self) -> None:
        """Let go of what is under way."""
        return


class StaticKeys(KeySource):
    """One or two PEMs from the settings; ValueError at once when they cannot be trusted."""

    def __init__(self, pems: str) -> None:
        self._keys = pem_key_set(pems)

    async def keys(self, kid: str | None = None) -> KeySet:
        """The same keys for as long as the process lives."""
        return self._keys


class JwksKeys(KeySource):
    """A JWK Set behind a fixed URL, by the numbers of npm's jose: 10 min cache, 30 s cooldown, 5 s timeout.

    A failed fetch starts the cooldown too; old keys serve for an hour while the source is down. ValueError
    for a URL that is not https (plain http only to loopback, and only if ``allow_loopback_http``).
    """

    def __init__(self, url: str, clock: Clock, *, allow_loopback_http: bool = False) -> None:
        _refuse_unsafe_url(url, allow_loopback_http)
        self._url = url
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._attempted: float | None = None
        self._flight: asyncio.Task[None] | None = None

    async def keys(self, kid: str | None = None) -> KeySet:
        """The cached keys, fetched anew when they are old or do not hold ``kid``."""
        if self._needs_fetch(kid):
            await self._join_flight()
        if self._keys is None or self._age() > STALE_LIMIT:
            raise Unavailable(retry_after=int(COOLDOWN))
        return self._keys

    async def aclose(self) -> None:
        """Stop a fetch that nobody waits for any more."""
        if self._flight is not None and self._is_in_flight():
            self._flight.cancel()
            await asyncio.gather(self._flight, return_exceptions=True)

    def _age(self) -> float:
        return self._clock.monotonic() - self._fetched

    def _needs_fetch(self, kid: str | None) -> bool:
        if self._is_in_flight():
            return self._keys is None or not self._keys.knows(kid)
        if self._attempted is not None and self._clock.monotonic() - self._attempted < COOLDOWN:
            return False
        return self._keys is None or self._age() >= MAX_AGE or not self._keys.knows(kid)

    def _is_in_flight(self) -> bool:
        # A serverless host may run each request in a loop of its own; a flight of a dead loop never lands.
        flight = self._flight
        return flight is not None and not flight.done() and flight.get_loop() is asyncio.get_running_loop()

    async def _join_flight(self) -> None:
        if self._flight is None or not self._is_in_flight():
            self._attempted = self._clock.monotonic()
            self._flight = asyncio.create_task(self._refresh())
        # Shielded: one caller that hangs up must not cancel the fetch all others wait for.
        await asyncio.shield(self._flight)

    async def _refresh(self) -> None:
        try:
            document = loads(await _fetch(self._url))
            if not isinstance(document, dict):
                raise ValueError("a JWK Set is an object")
            self._keys = jwks_key_set(document)
            self._fetched = self._clock.monotonic()
        except Exception as error:  # noqa: BLE001
            # Whatever failed, the old keys stay and the cooldown runs.
            log.warning("jwks_fetch_failed", extra={"reason": type(error).__name__})


async def _fetch(url: str) -> bytes:
    import httpx

    body = b""
    async with (
        asyncio.timeout(TIMEOUT),
        httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, headers={"accept-encoding": "identity"}) as response,
    ):
        if response.status_code != 200 or "content-encoding" in response.headers:
            raise ValueError("the JWKS must come plain and with status 200")
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError("the JWKS is larger than 64 kB")
    return body


def _refuse_unsafe_url(url: str, allow_loopback_http: bool) -> None:
    parts = urlsplit(url)
    plain_is_fine = allow_loopback_http and parts.scheme == "http" and _is_loopback(parts.hostname or "")
    if not parts.hostname or parts.username or parts.fragment or not (parts.scheme == "https" or plain_is_fine):
        raise ValueError("the JWKS URL must be https, without user or fragment")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
