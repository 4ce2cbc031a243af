"""A person says what they save for: through the API, checked, and theirs alone."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.fakes.portfolios import give_portfolio
from tests.support.people import Person
from tests.support.service import Client

COLLEGE: dict[str, Any] = {
    "name": "College",
    "target_amount": "2500000",
    "target_date": "2035-06-01",
    "annual_rate": "0.10",
    "annual_step_up": "0.05",
    "monthly_amount": "12000",
    "schemes": [{"isin": "INF9A1K01AA3", "share": "0.5"}],
}
MIX = [
    {"dimension": "asset_class", "name": "equity", "share": "0.7"},
    {"dimension": "asset_class", "name": "debt", "share": "0.3"},
]


async def put(client: Client, **plan: Any) -> httpx.Response:
    return await client.call("PUT", "/goals/plan", json=plan)


async def test_goals_are_added_changed_and_removed(client: Client) -> None:
    """Issue 4 item 1: target, date, assumed rate are the person's own."""
    added = (await put(client, goals=[COLLEGE], targets=MIX)).json()
    [goal] = added["goals"]
    assert (goal["name"], goal["annual_rate"], goal["schemes"][0]["share"]) == ("College", "0.10", "0.5")
    assert [target["name"] for target in added["targets"]] == ["debt", "equity"]
    changed = (await put(client, goals=[{**COLLEGE, "id": goal["id"], "name": "Her college"}])).json()
    assert [(each["id"], each["name"]) for each in changed["goals"]] == [(goal["id"], "Her college")]
    assert changed["targets"] == []
    assert (await put(client)).json()["goals"] == []


async def test_the_plan_shows_what_can_be_set_aside(client: Client, person: Person, owner: asyncpg.Connection) -> None:
    """Holdings come with the plan, so that a page can offer them."""
    await give_portfolio(owner, person.user_id, "demo")
    plan = (await client.call("GET", "/goals/plan")).json()
    assert plan["holdings"]
    assert all(isinstance(holding["value"], str) for holding in plan["holdings"] if holding["value"] is not None)


async def test_a_strangers_goal_cannot_be_changed(client: Client, http: httpx.AsyncClient, stranger: Person) -> None:
    """S0-1.2b: another user's id is like none, and nothing changes."""
    [goal] = (await put(client, goals=[COLLEGE])).json()["goals"]
    other = Client(http, stranger)
    theirs = await put(other, goals=[{**COLLEGE, "id": goal["id"]}])
    none = await put(other, goals=[{**COLLEGE, "id": str(uuid4())}])
    assert theirs.status_code == none.status_code == 404
    assert (await client.call("GET", "/goals/plan")).json()["goals"] == [goal]


@pytest.mark.parametrize(
    "wrong",
    [
        {"goals": [{**COLLEGE, "annual_rate": "0.01"}]},
        {"goals": [{**COLLEGE, "annual_rate": "0.14"}]},
        {"goals": [{**COLLEGE, "target_amount": "-1"}]},
        {"goals": [{**COLLEGE, "target_amount": "NaN"}]},
        {"goals": [{**COLLEGE, "target_date": "soon"}]},
        {"goals": [{**COLLEGE, "name": "  "}]},
        {"goals": [{**COLLEGE, "name": "x" * 121}]},
        {"goals": [{**COLLEGE, "schemes": [{"isin": "'; drop table", "share": "1"}]}]},
        {"goals": [{**COLLEGE, "schemes": [{"isin": "INF9A1K01AA3", "share": "2"}]}]},
        {"goals": [{**COLLEGE, "user_id": str(uuid4())}]},
        {"goals": "all"},
        {"targets": [{"dimension": "asset_class", "name": "equity", "share": "0.7"}]},
        {"targets": [*MIX, {"dimension": "asset_class", "name": "debt", "share": "0"}]},
        {"targets": [{"dimension": "luck", "name": "x", "share": "1"}]},
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(client: Client, wrong: dict[str, Any]) -> None:
    """Bad input: wrong types, hostile values, targets that do not add up to 100 %."""
    before = (await put(client, goals=[COLLEGE], targets=MIX)).json()
    refused = await put(client, **wrong)
    assert refused.status_code == 422
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert (await client.call("GET", "/goals/plan")).json() == before
