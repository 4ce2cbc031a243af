"""Every class of failure at every step of a run, injected: what is retried, what degrades, what ends (S0-10.2d)."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.core.model import Coach, Finding
from aicoach.local.scripted_model import running
from tests.coaches.jars import COACH as JARS
from tests.coaches.jars import Jar, balance
from tests.conftest import ALL_COACHES
from tests.fakes.portfolios import give_portfolio
from tests.support.model import with_model
from tests.support.people import Person
from tests.support.service import Client, serve

CANARY = "PAN ABCPD1234Z"
#: A lost run is an orphan after a second.
PACE: dict[str, Any] = {"lease_seconds": 1, "heartbeat_seconds": 0.2}
Serving = Callable[..., Any]


@pytest.fixture
def serving(settings: Callable[..., Settings], person: Person) -> Serving:
    """``async with serving(settings, coach) as client``: a service of its own and somebody new."""

    @asynccontextmanager
    async def make(changed: Settings | None = None, coach: Coach[Any] = JARS, **changes: Any) -> AsyncIterator[Client]:
        wired = build(changed or settings(**changes), {**ALL_COACHES, coach.name: coach})
        async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
            yield Client(http, person)

    return make


async def pressed_until_done(client: Client, **body: Any) -> list[dict[str, Any]]:
    """What a page does: press, press again after a 503 with the same key, and watch until ``done``."""
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await client.call("POST", "/session", json=body, headers=headers)
    if answer.status_code == 503:
        problem = answer.json()
        assert (problem["code"], problem["retryable"]) == ("unavailable", True)
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) >= 1
        answer = await client.call("POST", "/session", json=body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] != "done":
        after = events[-1]["id"] if events else 0
        told = await client.watch(answer.json()["sessionId"], after=after)
        events += [event for event in told if event["id"] is not None]
    return events


def told(events: Sequence[dict[str, Any]]) -> list[str]:
    """The cards by kind, in one order; ids must have no gap and the end must be the only one."""
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events].count("done") == 1
    return sorted(event["insight"]["kind"] for event in events if event["type"] == "insight")


DATABASE = [
    f"sql.{function}.{when}=fail{nth}"
    for function, nth in [
        ("ai_start_session", ""), ("ai_goals_snapshot", ""), ("ai_renew_session", ""), ("ai_commit_task", ""),
        ("ai_commit_task", "@2"), ("ai_finish_session", ""),
    ]
    for when in ("before", "after")
]  # fmt: skip
REDIS = [
    "xadd.status.before=fail", "xadd.insight.before=fail", "xadd.insight.after=fail", "xadd.insight.before=fail@2",
    "xadd.done.before=fail", "xadd.done.after=fail", "tell.reading=fail", "tell.planning=fail", "tell.computing=fail",
]  # fmt: skip


@pytest.mark.parametrize("point", [*DATABASE, *REDIS])
async def test_a_part_that_fails_once_at_any_step_loses_and_doubles_nothing(
    point: str, serving: Serving, person: Person, owner: asyncpg.Connection
) -> None:
    """Database: the run is left and taken up again; Redis: it goes on, and readers ask the store."""
    await give_portfolio(owner, person.user_id, "one_transaction")
    async with serving(failpoints=point, **PACE) as client:
        events = await pressed_until_done(client, coach="goals")
        assert events[-1]["status"] == "completed"
        cards = told(events)
        rows = await owner.fetch("select kind from ai_insights where user_id = $1", person.user_id)
        assert sorted(row["kind"] for row in rows) == cards
        if point in REDIS:
            assert "resumed" not in [event.get("msg") for event in events]


async def explodes(*_: Any) -> Any:
    """A defect where something is awaited."""
    raise RuntimeError(CANARY)


def defect(*_: Any) -> Any:
    """A defect anywhere else."""
    raise RuntimeError(CANARY)


def wordless(jar: Jar) -> list[Finding]:
    """A finding for which there are no words."""
    return [replace(finding, phrase="no_such_phrase") for finding in balance(jar)]


DEFECTS: dict[str, tuple[dict[str, Any], str, list[str], str]] = {
    "read": ({"read": explodes}, "failed", [], "internal"),
    "plan": ({"plan": defect}, "failed", [], "internal"),
    "judge": ({"agents": {**JARS.agents, "balance": defect}}, "partial", ["growth"], "agent_failed"),
    "narrate": ({"agents": {**JARS.agents, "balance": wordless}}, "partial", ["growth"], "agent_failed"),
    "judge, all of it": ({"agents": dict.fromkeys(JARS.agents, defect)}, "failed", [], "agent_failed"),
}


@pytest.mark.parametrize("step", DEFECTS)
async def test_a_defect_at_any_step_is_told_and_the_rest_goes_on(step: str, serving: Serving) -> None:
    """DESIGN 5: logged with its session, an error event, no stack; other cards are not concerned."""
    changes, status, cards, code = DEFECTS[step]
    async with serving(coach=replace(JARS, **changes)) as client:
        events = await pressed_until_done(client, coach="jars")
    assert (events[-1]["status"], told(events)) == (status, cards)
    assert {event["code"] for event in events if event["type"] == "error"} == {code}
    assert CANARY not in str(events)


@dataclass(frozen=True)
class Asked:
    """A failing model: how it fails, what the card says of it, and how often one card asks."""

    behaviour: str
    reason: str
    tries: int
    changes: dict[str, Any] = field(default_factory=dict)


MODEL = {
    "429": Asked("429", "model_rate_limited", 3),
    "5xx": Asked("500", "model_error", 3),
    "timeout": Asked("timeout", "model_timeout", 2, {"llm_seconds": 0.2}),
    "silence": Asked("hang", "model_timeout", 2, {"llm_silence_seconds": 0.2}),
    "parse": Asked("cut_json", "model_parse", 2),
    "schema": Asked("wrong_schema", "model_parse", 2),
    "refused": Asked("401", "model_refused", 1),
    "budget": Asked("ok", "budget_session", 0, {"llm_session_tokens": 10}),
}


@pytest.mark.parametrize("kind", MODEL)
@pytest.mark.parametrize("lasts", [True, False], ids=["for good", "once"])
async def test_a_model_that_fails_is_asked_within_bounds_and_the_template_speaks(
    kind: str, lasts: bool, serving: Serving, settings: Callable[..., Settings]
) -> None:
    """S0-10.2b, S0-10.2c: bounded tries; what fails once is forgiven unless trying again cannot help.

    Security row 24.
    """
    asked = MODEL[kind]
    async with running() as model:
        if lasts:
            model.script(default=asked.behaviour, retry_after="0.05")
        else:
            model.script(asked.behaviour, retry_after="0.05")
        async with serving(with_model(settings(), model, **asked.changes)) as client:
            events = await pressed_until_done(client, coach="jars", focus=["growth"])
        (card,) = [event["insight"] for event in events if event["type"] == "insight"]
        forgiven = not lasts and asked.tries > 1
        assert events[-1]["status"] == "completed"
        assert (card["source"], card["reason"]) == (("llm", None) if forgiven else ("template", asked.reason))
        assert len(model.calls) == (2 if forgiven else asked.tries)
