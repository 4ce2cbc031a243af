"""Who is calling, through HTTP: 200 or one and the same 401, never more (S0-2.2c; security rows 1, 6, 27)."""

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from aicoach.app.auth.key_source import JwksKeys
from tests.integration.edge.small_service import SmallContainer, SmallSettings
from tests.unit.edge.clocks import HeldClock
from tests.unit.edge.hostile import hostile
from tests.unit.edge.jwks_host import JwksHost
from tests.unit.edge.minting import NOW, USER, minter

SECRET, NEXT_SECRET = "c" * 32, "n" * 32
REQUEST_ID = re.compile(rb'"requestId":"[^"]+"')


def without_id(answer: httpx.Response) -> bytes:
    return REQUEST_ID.sub(b"", answer.content)


def bearer(token: Any) -> dict[bytes, bytes]:
    return {b"authorization": b"Bearer " + str(token).encode("utf-8", "replace")}


async def test_a_good_token_reaches_its_route(client: httpx.AsyncClient) -> None:
    answer = await client.get("/me", headers=bearer(minter("owner").token()))
    assert (answer.status_code, answer.json()) == (200, {"user": USER})
    assert (await client.get("/me", headers={"authorization": f"bearer {minter('owner').token()}"})).status_code == 200


async def test_every_refusal_is_the_same_401(client: httpx.AsyncClient) -> None:
    """Security row 6: byte-equal but for the request id; security row 1: never a 5xx."""
    expected = without_id(await client.get("/me"))
    for name, token in hostile().items():
        answer = await client.get("/me", headers=bearer(token))
        assert (answer.status_code, without_id(answer)) == (401, expected), name
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_only_one_authorization_header_with_the_bearer_scheme_counts(client: httpx.AsyncClient) -> None:
    good = minter("owner").token()
    expected = without_id(await client.get("/me"))
    wrong: list[Any] = [
        {"authorization": good},
        {"authorization": f"Basic {good}"},
        {"authorization": f"Bearer: {good}"},
        {"authorization": f"Bearer{good}"},
        {"authorization": f"Bearer  {good}"},
        {"authorization": f"Bearer {good} {good}"},
        {"authorization": f"Bearer {good},Bearer {good}"},
        [("authorization", f"Bearer {good}"), ("authorization", f"Bearer {good}")],
        {"x-authorization": f"Bearer {good}"},
        {"cookie": f"authorization=Bearer {good}; token={good}"},
        {"authorization": b"Bearer \xff\xfe"},
        {},
    ]
    for headers in wrong:
        answer = await client.get("/me", params={"access_token": good, "token": good}, headers=headers)
        assert (answer.status_code, without_id(answer)) == (401, expected), headers


async def test_keys_that_cannot_be_had_are_a_503(client: httpx.AsyncClient, container: SmallContainer) -> None:
    async with JwksHost(minter("owner").jwk()) as host:
        container.key_source = JwksKeys(host.url, HeldClock(), allow_loopback_http=True)
        host.status = 500
        answer = await client.get("/me", headers=bearer(minter("owner").token()))
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "30"
        assert answer.json()["retryable"] is True
        malformed = await client.get("/me", headers=bearer("a.b.c"))
        assert malformed.status_code == 401
        assert host.calls == 1


async def test_keys_come_from_configuration_only(client: httpx.AsyncClient, container: SmallContainer) -> None:
    """Security row 2: a token that names its own key source makes nobody call it."""
    async with JwksHost(minter("owner").jwk()) as ours, JwksHost(minter("thief").jwk(kid="evil")) as theirs:
        container.key_source = JwksKeys(ours.url, HeldClock(), allow_loopback_http=True)
        thief = minter("thief")
        for header in (
            {"jku": theirs.url},
            {"x5u": theirs.url},
            {"kid": "evil"},
            {"kid": theirs.url},
            {"iss": theirs.url},
        ):
            assert (await client.get("/me", headers=bearer(thief.token(header)))).status_code == 401
        assert theirs.calls == 0
        assert ours.calls == 1


async def test_time_is_the_clocks(client: httpx.AsyncClient, container: SmallContainer) -> None:
    """Security row 3."""
    token = minter("owner").token(iat=NOW, exp=NOW + 60)
    container.clock.seconds = 69
    assert (await client.get("/me", headers=bearer(token))).status_code == 200
    container.clock.seconds = 70
    assert (await client.get("/me", headers=bearer(token))).status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_cron_secret_opens_and_two_do_while_it_rotates(
    client: httpx.AsyncClient, container: SmallContainer, method: str
) -> None:
    container.settings = SmallSettings(cron_secrets=(SECRET, NEXT_SECRET))
    for secret in (SECRET, NEXT_SECRET):
        answer = await client.request(method, "/cron", headers=bearer(secret))
        assert (answer.status_code, answer.json()) == (200, {"ran": True})


async def test_nothing_else_opens_the_cron(client: httpx.AsyncClient, container: SmallContainer) -> None:
    """Security row 27: one and the same 401."""
    container.settings = replace(container.settings, cron_secrets=(SECRET,))
    expected = without_id(await client.get("/cron"))
    wrong: list[Any] = [
        {}, bearer(""), bearer("undefined"), bearer("null"), bearer("None"), bearer(SECRET[:-1]), bearer(SECRET + "c"),
        bearer(SECRET.upper()), bearer(f" {SECRET}"), bearer("é" * 32), {"authorization": SECRET},
        {"x-vercel-cron": "1"},
        {"authorization": f"Basic {SECRET}"}, {"x-cron-secret": SECRET}, {"user-agent": "vercel-cron/1.0"},
        bearer(minter("owner").token()),
    ]  # fmt: skip
    for headers in wrong:
        answer = await client.get("/cron", params={"secret": SECRET}, headers=headers)
        assert (answer.status_code, without_id(answer)) == (401, expected), headers


@pytest.mark.parametrize("secrets", [(), ("",), ("short",), ("c" * 15,), ("", "x")])
async def test_without_a_real_secret_there_is_no_cron(
    client: httpx.AsyncClient, container: SmallContainer, secrets: tuple[str, ...]
) -> None:
    container.settings = SmallSettings(cron_secrets=secrets)
    for given in (*secrets, "", "undefined", "None"):
        assert (await client.get("/cron", headers=bearer(given))).status_code == 401
