"""Every answer of the real service is dressed, and in production it offers nothing but its calls (security row 35)."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.middleware.body import LIMIT
from aicoach.app.middleware.edge import SECURITY_HEADERS
from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.conftest import ALL_COACHES
from tests.security.conftest import PREFIX, described
from tests.support.people import Person
from tests.support.service import Client

JSON = {"content-type": "application/json"}
OPERATIONS = [(method.upper(), path) for path, methods in described()["paths"].items() for method in methods]


def dressed(answer: httpx.Response, status: int) -> None:
    """The status, and with it every header that each answer must carry."""
    assert answer.status_code == status, answer.text
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["x-request-id"]
    branded = {"server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials"}
    assert not branded & set(answer.headers)
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


async def test_good_answers_and_streams_are_dressed(client: Client) -> None:
    """Security row 35: 200, 201, 202, the stream and its 204."""
    started = await client.call("POST", "/session", json={"coach": "orchard", "params": {"orchard": str(uuid4())}})
    dressed(started, 201)
    session = started.json()["sessionId"]
    dressed(await client.call("GET", f"/session/{session}"), 200)
    dressed(await client.call("POST", f"/session/{session}/cancel"), 202)
    stream = await client.call("GET", f"/stream?sessionId={session}")
    dressed(stream, 200)
    assert stream.headers["content-type"].startswith("text/event-stream")
    last = max(int(line[4:]) for line in stream.text.splitlines() if line.startswith("id: "))
    dressed(await client.call("GET", f"/stream?sessionId={session}", headers={"Last-Event-ID": str(last)}), 204)
    dressed(await client.http.get("/health"), 200)


REFUSED: dict[int, tuple[str, str, dict[str, Any]]] = {
    401: ("GET", "/prefs", {"headers": {"Authorization": "Bearer a.b.c"}}),
    404: ("GET", f"/session/{uuid4()}", {}),
    405: ("PUT", "/session", {}),
    413: ("POST", "/session", {"content": b" " * (LIMIT + 1), "headers": JSON}),
    415: ("POST", "/session", {"content": b"{}", "headers": {"content-type": "text/plain"}}),
    422: ("POST", "/session", {"content": b"NaN", "headers": JSON}),
    500: ("GET", "/defect", {}),
}


@pytest.mark.parametrize("status", REFUSED)
async def test_refusals_are_dressed(status: int, client: Client, app: FastAPI) -> None:
    """Security row 35."""

    @app.get(f"{PREFIX}/defect")
    async def defect() -> None:
        raise RuntimeError("ABCPD1234Z")

    method, path, options = REFUSED[status]
    answer = await client.call(method, path, **options)
    dressed(answer, status)
    assert "ABCPD1234Z" not in answer.text


@pytest.fixture
async def visit(settings: Callable[..., Settings], person: Person) -> AsyncIterator[Callable[..., Client]]:
    """A service with settings of its own."""
    closing: list[Any] = []

    def make(**changes: Any) -> Client:
        wired = build(settings(store="postgres", **changes), ALL_COACHES)
        transport = httpx.ASGITransport(create_app(wired), raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url="http://service")
        closing.extend((http, wired))
        return Client(http, person)

    yield make
    for each in closing:
        await each.aclose()


async def test_who_asks_too_often_gets_a_dressed_answer(visit: Callable[..., Client]) -> None:
    """Security row 35: 429."""
    client = visit(limit_reads="1/hour")
    dressed(await client.call("GET", "/prefs"), 200)
    dressed(await client.call("GET", "/prefs"), 429)


async def test_a_service_without_its_database_answers_dressed(visit: Callable[..., Client]) -> None:
    """Security row 35: 503."""
    client = visit(database_url=SecretStr("postgresql://nobody@127.0.0.1:9/none"))
    dressed(await client.call("GET", "/prefs"), 503)


@pytest.mark.parametrize("env", ["production", "preview"])
@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/metrics", "/debug"])
async def test_production_describes_itself_to_nobody(env: str, path: str, visit: Callable[..., Client]) -> None:
    """Security row 36: the same 404 as for any path that is not there; a laptop has its docs."""
    client = visit(env=env)
    dressed(await client.http.get(path), 404)
    dressed(await client.http.get(PREFIX + path), 404)
    assert (await visit(env="local").http.get("/openapi.json")).status_code == 200


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
async def test_no_call_takes_another_method_or_media_type(method: str, path: str, client: Client) -> None:
    """Security row 37: TRACE, TRACK and CONNECT are 405 everywhere; JSON that says it is something else is 415."""
    where = path.replace("{session_id}", str(uuid4())).replace("{recommendation_id}", str(uuid4()))
    for other in ("TRACE", "TRACK", "CONNECT", "PROPFIND"):
        dressed(await client.http.request(other, where), 405)
    if method in {"POST", "PUT", "PATCH"}:
        for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
            answer = await client.http.request(
                method, where, content=json.dumps({}), headers=client.person.headers | {"content-type": media_type}
            )
            dressed(answer, 415)


NEEDED = [
    "jwt_public_key", "redis_url", "cron_secret", "database_url",
]  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
async def test_a_service_without_a_secret_does_not_start(name: str, settings: Callable[..., Settings]) -> None:
    """Security row 41: no default stands in for what is missing, and the message names settings only."""
    empty = "" if name == "jwt_public_key" else SecretStr("")
    wired = build(settings(store="postgres", env="production", **{name: empty}), ALL_COACHES)
    service = create_app(wired)
    with pytest.raises(RuntimeError, match=f"Not configured: AICOACH_{name.upper()}"):
        async with service.router.lifespan_context(service):
            pass
    await wired.aclose()


def test_no_secret_has_a_default(stack: Stack) -> None:
    """Security row 41: a fresh deployment trusts nobody and pays nothing."""
    fresh = Settings.from_env({})
    secrets = {name: getattr(fresh, name) for name in type(fresh).model_fields}
    held = [name for name, value in secrets.items() if isinstance(value, SecretStr) and value.get_secret_value()]
    assert held == []
    assert not fresh.jwt_public_key
    assert len(fresh.missing) == 4
    assert Settings.from_env(stack.env()).missing == ()
