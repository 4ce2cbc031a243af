"""Over REST an unknown 5xx is asked again: the gateway may hide why, and every function is idempotent."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request, Response

from aicoach.adapters.supabase import SupabaseStore
from aicoach.adapters.supabase.rest import RestTransport
from aicoach.core.errors import Unavailable
from aicoach.core.model import Status
from aicoach.local.stack import Stack
from tests.support.people import Person
from tests.support.runs import insight, request, result
from tests.support.service import serve


@dataclass
class Gateway:
    """Passes calls on, and loses the answers it is told to lose: the call was carried out all the same."""

    url: str
    lose: int = 0
    calls: list[str] = field(default_factory=list)

    async def pass_on(self, asked: Request, path: str) -> Response:
        """One call; a lost answer is a 500 that says nothing."""
        self.calls.append(path.rpartition("/")[2])
        kept = {
            name: asked.headers[name] for name in ("authorization", "apikey", "content-type") if name in asked.headers
        }
        async with httpx.AsyncClient() as http:
            answer = await http.request(asked.method, f"{self.url}/{path}", headers=kept, content=await asked.body())
        if self.lose > 0:
            self.lose -= 1
            return Response(json.dumps({"code": "SUP", "message": ""}), 500, media_type="application/json")
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))


@pytest.fixture
async def gateway(stack: Stack) -> AsyncIterator[tuple[Gateway, SupabaseStore]]:
    """A gateway in front of the real one, and a store that speaks through it."""
    between = Gateway(stack.rest_url)
    app = FastAPI()
    app.add_api_route("/{path:path}", between.pass_on, methods=["GET", "POST"])
    async with serve(app) as url:
        transport = RestTransport(url, stack.rest_publishable_key, stack.jwt_secret)
        yield between, SupabaseStore(transport)
        await transport.aclose()


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_run_whose_every_answer_is_lost_once_or_twice_writes_everything_once(
    gateway: tuple[Gateway, SupabaseStore], person: Person, owner: asyncpg.Connection, lost: int
) -> None:
    """Issue 2 item 3"""
    between, store = gateway

    def losing() -> None:
        between.lose = lost

    losing()
    started = await store.start_session(request(person.user_id))
    assert started.outcome == "created"
    run = started.run
    assert run is not None
    losing()
    committed = await store.commit_task(run, result("t", insight("x", hints=1)))
    losing()
    finished = await store.finish_session(run, Status.COMPLETED)
    assert [event["id"] for event in [*started.events, *committed.events, *finished.events]] == [1, 2, 3, 4]
    rows = await owner.fetch("select stream_id from ai_events where session_id = $1 order by stream_id", run.session_id)
    assert [row["stream_id"] for row in rows] == [1, 2, 3, 4]
    assert len(between.calls) == 3 * (lost + 1)


async def test_a_gateway_that_never_answers_well_is_given_up_after_three_tries(
    gateway: tuple[Gateway, SupabaseStore], person: Person
) -> None:
    """Bounded retries, then 503."""
    between, store = gateway
    between.lose = 100
    with pytest.raises(Unavailable):
        await store.get_prefs(person.user_id)
    assert between.calls == ["ai_get_prefs"] * 3
