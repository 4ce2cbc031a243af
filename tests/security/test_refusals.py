"""How long a refusal takes tells no secret: whatever is wrong, the same is asked of the database and of Redis."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aicoach.adapters.supabase.postgres import PostgresTransport
from aicoach.app.auth.key_source import StaticKeys
from aicoach.app.bootstrap import Container, build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.core import observe
from tests.conftest import ALL_COACHES
from tests.support.people import Person, Signer
from tests.support.runs import insight, result, started
from tests.support.service import Client
from tests.unit.edge.clocks import HeldClock
from tests.unit.edge.hostile import hostile
from tests.unit.edge.minting import minter

Asked = Callable[[], list[str]]
KINDS = ("insight", "recommendation")


def client_of(container: Container) -> httpx.AsyncClient:
    """A plain client, without a socket in between."""
    transport = httpx.ASGITransport(create_app(container), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service", timeout=30)


@pytest.fixture
async def asked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asked]:
    """What was asked of others since the last look: SQL functions by name, commands of Redis as ``kv``."""
    heard: list[str] = []
    call = PostgresTransport.call

    async def listening(self: PostgresTransport, function: str, *rest: Any, **more: Any) -> Any:
        heard.append(function)
        return await call(self, function, *rest, **more)

    def watching(name: str, about: dict[str, Any]) -> Callable[[BaseException | None], None]:
        if name == "kv":
            heard.append(name)
        return lambda error: None

    def look() -> list[str]:
        said = heard[:]
        heard.clear()
        return said

    monkeypatch.setattr(PostgresTransport, "call", listening)
    stop = observe.watch(watching)
    yield look
    stop()


async def test_whatever_is_wrong_with_a_token_the_same_is_asked(
    settings: Callable[..., Settings], asked: Asked
) -> None:
    """Security row 6: nobody is looked up for a refused token; it is counted, with one command, and that is all."""
    wired = build(settings(store="postgres"), ALL_COACHES)
    # The moment and the key that hostile tokens are right about, but for what is wrong with them.
    wired = replace(wired, clock=HeldClock(), key_source=StaticKeys(minter("owner").pem))
    async with client_of(wired) as http:
        for name, token in {"none": "", **hostile()}.items():
            given = str(token).encode("utf-8", "replace")
            answer = await http.get("/api/aicoach/insights", headers={b"authorization": b"Bearer " + given})
            assert (answer.status_code, asked()) == (401, ["kv"]), name
        good = {"authorization": f"Bearer {minter('owner').token()}"}
        assert (await http.get("/api/aicoach/insights", headers=good)).status_code == 200
        assert asked() == ["kv", "ai_list_insights"], "a good one is looked up"
    await wired.aclose()


async def test_a_strangers_id_costs_the_same_questions_as_one_that_never_was(
    settings: Callable[..., Settings], signer: Signer, asked: Asked
) -> None:
    """Security rows 6 and 7: the same statements and commands in the same order, and the same bytes."""
    wired = build(settings(store="postgres"), ALL_COACHES)
    theirs = Person(signer)
    run = await started(wired.store, theirs.user_id)
    events = (await wired.store.commit_task(run, result("task", insight("topic", hints=1)))).events
    card, hint = (next(event[kind]["id"] for event in events if event["type"] == kind) for kind in KINDS)
    async with client_of(wired) as http:
        stranger = Client(http, Person(signer))
        for method, path, body, real in calls(str(run.session_id), card, hint):
            answers = []
            asked()
            for given in (real, str(uuid4())):
                sent = {name: given if value == "{}" else value for name, value in body.items()} or None
                headers = {"x-request-id": "one-and-the-same"}
                answer = await stranger.call(method, path.format(given), json=sent, headers=headers)
                answers.append((answer.status_code, answer.content, asked()))
            assert answers[0] == answers[1], path
            assert answers[0][0] == 404
            assert any(name.startswith("ai_") for name in answers[0][2]), "it was looked up"
    await wired.aclose()


def calls(session: str, card: str, hint: str) -> list[tuple[str, str, dict[str, Any], str]]:
    """Every call that names a row, and the id of one that exists."""
    return [
        ("GET", "/session/{}", {}, session),
        ("POST", "/session/{}/cancel", {}, session),
        ("GET", "/stream?sessionId={}", {}, session),
        ("PATCH", "/recommendations/{}", {"status": "accepted"}, hint),
        ("POST", "/feedback", {"insightId": "{}", "helpful": True}, card),
    ]
