"""Keys from a URL: cached, refetched rarely, and alive through an outage (S0-2.2b; security row 5)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from aicoach.app.auth.key_source import COOLDOWN, MAX_AGE, STALE_LIMIT, JwksKeys, StaticKeys
from aicoach.app.deps import KeySource
from aicoach.core.errors import Unavailable
from tests.unit.edge.clocks import HeldClock
from tests.unit.edge.jwks_host import JwksHost
from tests.unit.edge.minting import minter


@dataclass
class Scene:
    """A host, a clock and a source between them."""

    host: JwksHost
    clock: HeldClock
    source: JwksKeys


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = HeldClock()
    async with JwksHost(minter("owner").jwk()) as host:
        source = JwksKeys(host.url, clock, allow_loopback_http=True)
        yield Scene(host, clock, source)
        await source.aclose()


async def test_keys_are_fetched_once_and_kept_for_ten_minutes(scene: Scene) -> None:
    for _ in range(5):
        assert (await scene.source.keys("key-1")).knows("key-1")
    scene.clock.seconds = MAX_AGE - 1
    await scene.source.keys("key-1")
    assert scene.host.calls == 1
    scene.clock.seconds = MAX_AGE
    await scene.source.keys("key-1")
    assert scene.host.calls == 2


async def test_a_thousand_unknown_kids_cost_one_fetch_in_thirty_seconds(scene: Scene) -> None:
    await scene.source.keys("key-1")
    scene.clock.seconds = COOLDOWN
    await asyncio.gather(*(scene.source.keys(f"unknown-{index}") for index in range(1000)))
    for index in range(100):
        assert not (await scene.source.keys(f"later-{index}")).knows(f"later-{index}")
    assert scene.host.calls == 2
    scene.clock.seconds = 2 * COOLDOWN
    await scene.source.keys("unknown")
    assert scene.host.calls == 3


async def test_a_rotated_key_is_found_at_its_first_token(scene: Scene) -> None:
    """S0-2.2b: an unknown kid triggers one refresh."""
    await scene.source.keys("key-1")
    scene.host.serve(minter("owner").jwk(), minter("next").jwk(kid="key-2"))
    scene.clock.seconds = COOLDOWN
    keys = await scene.source.keys("key-2")
    assert keys.knows("key-1")
    assert keys.knows("key-2")


async def test_many_callers_share_one_fetch(scene: Scene) -> None:
    scene.host.gate = asyncio.Event()
    callers = [asyncio.create_task(scene.source.keys("key-1")) for _ in range(50)]
    while not scene.host.calls:
        await asyncio.sleep(0)
    callers[0].cancel()
    scene.host.gate.set()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert not any(isinstance(answer, BaseException) for answer in answers[1:])
    assert scene.host.calls == 1


OUTAGES = {
    "server error": (500, {}, None),
    "redirect": (302, {"location": "https://evil.example/jwks"}, None),
    "not found": (404, {}, None),
    "not modified": (304, {}, b""),
    "no content": (204, {}, b""),
    "compressed": (200, {"content-encoding": "gzip"}, None),
    "too large": (200, {}, b'{"keys":[]}' + b" " * 70_000),
    "not JSON": (200, {}, b"<html>"),
    "an array": (200, {}, b"[]"),
    "no keys": (200, {}, b"{}"),
    "nested bomb": (200, {}, b"[" * 60_000),
    "repeated kid": (200, {}, b'{"keys":[{"kid":"a"},{"kid":"a"}]}'),
    "repeated member": (200, {}, b'{"keys":[],"keys":[]}'),
}


@pytest.mark.parametrize("name", OUTAGES)
async def test_old_keys_serve_for_an_hour_and_then_nobody_does(scene: Scene, name: str) -> None:
    """Security row 5: a known kid still passes while the source is down; 503 after the bound."""
    await scene.source.keys("key-1")
    status, headers, body = OUTAGES[name]
    scene.host.status, scene.host.headers = status, headers
    scene.host.body = scene.host.body if body is None else body
    scene.clock.seconds = STALE_LIMIT
    assert (await scene.source.keys("key-1")).knows("key-1")
    assert scene.host.calls == 2
    scene.clock.seconds = STALE_LIMIT + COOLDOWN
    with pytest.raises(Unavailable) as caught:
        await scene.source.keys("key-1")
    assert caught.value.retry_after == COOLDOWN
    assert scene.host.calls == 3


async def test_a_failed_first_fetch_starts_the_cooldown_and_then_recovers(scene: Scene) -> None:
    scene.host.status = 500
    for _ in range(10):
        with pytest.raises(Unavailable):
            await scene.source.keys("key-1")
    assert scene.host.calls == 1
    scene.host.status = 200
    scene.clock.seconds = COOLDOWN
    assert (await scene.source.keys("key-1")).knows("key-1")


async def test_an_unreachable_host_is_an_outage_too() -> None:
    async with JwksHost() as host:
        url = host.url
    with pytest.raises(Unavailable):
        await JwksKeys(url, HeldClock(), allow_loopback_http=True).keys("key-1")


def test_a_source_outlives_the_loop_that_started_a_fetch() -> None:
    """A serverless host may run each request in a loop of its own."""
    clock = HeldClock()

    async def first(source: list[JwksKeys]) -> str:
        async with JwksHost(minter("owner").jwk()) as host:
            host.gate = asyncio.Event()
            source.append(JwksKeys(host.url, clock, allow_loopback_http=True))
            asking = asyncio.create_task(source[0].keys("key-1"))
            while not host.calls:
                await asyncio.sleep(0.001)
            asking.cancel()
            host.gate.set()
            return host.url

    sources: list[JwksKeys] = []
    asyncio.run(first(sources))
    clock.seconds = COOLDOWN
    with pytest.raises(Unavailable):
        asyncio.run(sources[0].keys("key-1"))


@pytest.mark.parametrize(
    "url",
    ["http://example.com/jwks", "http://127.0.0.1.example.com/x", "ftp://example.com", "https://", "https://u:p@example.com/",
     "https://example.com/#x", "", "file:///etc/passwd", "http://10.0.0.1/jwks", "example.com/jwks"],
)  # fmt: skip
def test_an_unsafe_url_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="JWKS URL"):
        JwksKeys(url, HeldClock(), allow_loopback_http=True)


def test_plain_http_to_loopback_is_for_local_mode_only() -> None:
    for url in ("http://127.0.0.1:1/jwks", "http://localhost/jwks", "http://[::1]:1/jwks"):
        JwksKeys(url, HeldClock(), allow_loopback_http=True)
        with pytest.raises(ValueError, match="https"):
            JwksKeys(url, HeldClock())


@dataclass(frozen=True)
class Chosen:
    """The settings that say where keys come from."""

    jwt_public_key: str = ""
    jwks_url: str = ""
    env: str = "production"


def test_settings_name_exactly_one_source() -> None:
    pem, url = minter("owner").pem, "https://example.com/jwks"
    assert isinstance(KeySource.from_settings(Chosen(jwt_public_key=pem), HeldClock()), StaticKeys)
    assert isinstance(KeySource.from_settings(Chosen(jwks_url=url), HeldClock()), JwksKeys)
    for chosen in (Chosen(), Chosen(pem, url), Chosen(jwt_public_key=minter("owner").private_pem)):
        with pytest.raises(ValueError, match=r"exactly one|RSA public"):
            KeySource.from_settings(chosen, HeldClock())
