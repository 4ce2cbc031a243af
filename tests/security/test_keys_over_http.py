"""Keys from a URL, seen from outside: strangers cause no traffic, and an outage refuses nobody who was known."""

import hmac
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from aicoach.app.auth.key_source import COOLDOWN, STALE_LIMIT, JwksKeys
from tests.integration.edge.small_service import SmallContainer, SmallSettings, small_service
from tests.unit.edge.clocks import HeldClock
from tests.unit.edge.jwks_host import JwksHost
from tests.unit.edge.minting import b64, minter


@pytest.fixture
async def host() -> AsyncIterator[JwksHost]:
    async with JwksHost(minter("owner").jwk()) as running:
        yield running


@pytest.fixture
async def container(host: JwksHost) -> AsyncIterator[SmallContainer]:
    clock = HeldClock()
    source = JwksKeys(host.url, clock, allow_loopback_http=True)
    yield SmallContainer(source, SmallSettings(cron_secrets=("c" * 32, "n" * 32)), clock)
    await source.aclose()


@pytest.fixture
async def client(container: SmallContainer) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(small_service(container), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


def unsigned(kid: str) -> dict[str, str]:
    """A well-formed token of nobody, which names this key."""
    header = b64(json.dumps({"alg": "RS256", "kid": kid}).encode())
    return {"authorization": f"Bearer {header}.{b64(b'{}')}.{b64(b'x')}"}


async def test_a_thousand_unknown_keys_cost_one_fetch(
    client: httpx.AsyncClient, container: SmallContainer, host: JwksHost
) -> None:
    """Security row 5: at most one fetch in thirty seconds, however many strangers ask."""
    assert (await client.get("/me", headers={"authorization": f"Bearer {minter('owner').token()}"})).status_code == 200
    container.clock.seconds = COOLDOWN
    answers = {(await client.get("/me", headers=unsigned(f"unknown-{number}"))).status_code for number in range(1000)}
    assert answers == {401}
    assert host.calls == 2, "the first one, and one for a thousand"


async def test_known_keys_outlive_their_source_for_an_hour(
    client: httpx.AsyncClient, container: SmallContainer, host: JwksHost
) -> None:
    """Security row 5: 200 while the source is down, then 503 and not 401: nothing is known about the caller."""

    async def ask(at: float) -> int:
        container.clock.seconds = at
        token = minter("owner").token(iat=1_800_000_000 + at, exp=1_800_000_300 + at)
        return (await client.get("/me", headers={"authorization": f"Bearer {token}"})).status_code

    assert await ask(0) == 200
    host.status = 500
    assert [await ask(at) for at in (COOLDOWN, STALE_LIMIT / 2, STALE_LIMIT)] == [200, 200, 200]
    assert await ask(STALE_LIMIT + COOLDOWN) == 503
    host.status = 200
    assert await ask(STALE_LIMIT + 3 * COOLDOWN) == 200


async def test_every_secret_is_compared_to_its_end_whatever_was_sent(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Security rows 6 and 27: both are compared, in the library's constant time, also when the first fits."""
    compared: list[bytes] = []

    def compare(given: bytes, secret: bytes) -> bool:
        compared.append(secret)
        return given == secret

    monkeypatch.setattr(hmac, "compare_digest", compare)
    for given in ("c" * 32, "n" * 32, "c" * 31, "x"):
        compared.clear()
        await client.get("/cron", headers={"authorization": f"Bearer {given}"})
        assert compared == [b"c" * 32, b"n" * 32], given
