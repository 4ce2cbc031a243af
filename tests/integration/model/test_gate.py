"""The gate of version 1: everything that the scope promises, in one run of the goals coach from start to end."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from aicoach.app.logs import configure_logging
from aicoach.local.scripted_model import ScriptedModel
from tests.fakes.portfolios import give_portfolio
from tests.support.logs import logging_put_back
from tests.support.model import Recorder
from tests.support.people import Person
from tests.support.service import Client

TYPED, CANARY = "For asha.rao@example.com, PAN ABCPD1234Z", ("asha.rao", "ABCPD1234Z")
PATIENT = {"llm_seconds": 10, "llm_silence_seconds": 10, "llm_card_seconds": 30}


@pytest.fixture
def _production_logs(settings: Callable[..., Any]) -> Iterator[None]:
    """Records as a deployment writes them."""
    with logging_put_back():
        configure_logging(settings())
        yield


def computed(cards: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was computed, without the words, by topic; a goal's topic is its id, which two people do not share."""
    return {
        card["topicKey"]: {key: fact["value"] for key, fact in card["data"]["facts"].items()}
        for card in cards
        if card["kind"] != "goal"
    }


@pytest.mark.usefixtures("_production_logs")
async def test_version_one_keeps_its_five_promises(
    visit: Callable[..., Awaitable[Client]],
    recorder: Recorder,
    model: ScriptedModel,
    owner: asyncpg.Connection,
    stranger: Person,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """S0-G1: a stream with a real insight; figures and words with fallback; kept; RLS; no PII; observable.

    That a browser shows it is web/e2e/story.spec.ts.
    """
    client = await visit(**PATIENT)
    await give_portfolio(owner, client.person.user_id, "demo")
    await owner.execute("update investor_goals set name = $2 where user_id = $1", client.person.user_id, TYPED)
    run = await recorder.run(client, coach="goals")

    # A live stream tells a real insight.
    kinds = [event["type"] for event in run.events]
    assert (run.events[0]["msg"], kinds[-1], run.done["status"]) == ("started", "done", "completed")
    live = {event["insight"]["id"]: event["insight"] for event in run.events if event["type"] == "insight"}
    assert len(live) > 5

    # Its figures are the engine's, its words the model's; without the model the same figures, in our own words.
    assert {card["source"] for card in live.values()} == {"llm"}
    model.script(default="401")
    other = Client(client.http, stranger)
    await give_portfolio(owner, stranger.user_id, "demo")
    fallen = await recorder.run(other, coach="goals")
    theirs = [event["insight"] for event in fallen.events if event["type"] == "insight"]
    assert (fallen.done["status"], {card["source"] for card in theirs}) == ("completed", {"template"})
    assert computed(theirs) == computed(live.values())

    await assert_kept_for_its_owner_alone(client, other, run.session_id, live)

    # Nothing personal reached the model, a wire, a row of words or a log; one id finds the run in the logs.
    logged = capsys.readouterr().out
    assert model.prompts
    assert not [each for each in CANARY if each in "\n".join([*model.prompts, run.wire, fallen.wire, logged])]
    lines = [json.loads(line) for line in logged.splitlines() if str(run.session_id) in line]
    assert {"run_finished", "request_served"} <= {line["event"] for line in lines}
    assert {line["session_id"] for line in lines} == {str(run.session_id)}


async def assert_kept_for_its_owner_alone(
    owner: Client, other: Client, session_id: UUID, live: dict[str, dict[str, Any]]
) -> None:
    """What was told is stored word for word, nothing of it is unfilled, and nobody else sees any of it."""
    kept = {card["id"]: card for card in (await owner.call("GET", "/insights?limit=100")).json()["insights"]}
    assert kept.keys() == live.keys()
    assert all(kept[each]["bodyMd"] == card["bodyMd"] for each, card in live.items())
    assert not any("{{" in card["title"] + card["bodyMd"] for card in kept.values())
    listed = (await other.call("GET", "/insights?limit=100")).json()["insights"]
    assert listed
    assert live.keys().isdisjoint(card["id"] for card in listed)
    assert (await other.call("GET", f"/session/{session_id}")).status_code == 404
