"""What a person does with the goals coach, over HTTP: runs it, opens and answers its cards, takes all along, leaves."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.fakes.portfolios import give_portfolio
from tests.support.people import Person
from tests.support.service import Client

WRITTEN = ("ai_insights", "ai_recommendations", "ai_topic_ledger")
REASONS = ["not_relevant", "wrong_data", "already_done", "not_a_priority", "unclear", "other"]
LEDGER = "select topic_key, times_seen, to_jsonb(l)::text as row from ai_topic_ledger l where user_id = $1 order by 1"


async def rows(owner: asyncpg.Connection, person: Person) -> dict[str, int]:
    """How many rows of what was said there are."""
    counted = "select count(*) from {} where user_id = $1"
    return {table: await owner.fetchval(counted.format(table), person.user_id) for table in WRITTEN}


async def listed(client: Client) -> list[dict[str, Any]]:
    """All cards of the person."""
    cards: list[dict[str, Any]] = (await client.call("GET", "/insights?limit=100")).json()["insights"]
    return cards


async def test_a_second_run_over_unchanged_data_writes_nothing_and_says_skipped(
    client: Client, person: Person, owner: asyncpg.Connection
) -> None:
    """S0-8.2b, issue 4, done when: one ledger row a topic, untouched by the second run."""
    await give_portfolio(owner, person.user_id, "demo")
    first = await client.run()
    before, ledger = await rows(owner, person), await owner.fetch(LEDGER, person.user_id)
    topics = [event["insight"]["topicKey"] for event in first if event["type"] == "insight"]
    assert [(row["topic_key"], row["times_seen"]) for row in ledger] == [(topic, 1) for topic in sorted(topics)]
    second = await client.run()
    assert [event["type"] for event in second] == ["status", "done"]
    assert (second[-1]["insights"], second[-1]["skipped"]) == (0, len(topics))
    assert await rows(owner, person) == before
    assert await owner.fetch(LEDGER, person.user_id) == ledger


@pytest.mark.parametrize(
    ("portfolio", "skipped"),
    [
        ("demo", {}),
        ("one_transaction", {"goals": "no_goals", "discipline": "no_sips"}),
        ("empty", {"goals": "no_goals", "allocation": "no_holdings", "discipline": "no_sips"}),
    ],
)
async def test_the_session_tells_its_tasks_and_what_was_left_out_and_why(
    client: Client, person: Person, owner: asyncpg.Connection, portfolio: str, skipped: dict[str, str]
) -> None:
    """S0-5.2b, issue 4 item 5: what was skipped and why, in the session summary."""
    await give_portfolio(owner, person.user_id, portfolio)
    session_id = (await client.run())[0]["sessionId"]
    summary = (await client.call("GET", f"/session/{session_id}")).json()
    assert summary["skipped"] == skipped
    told = [name for name in ("performance", "goals", "allocation", "discipline") if name not in skipped]
    assert [(task["key"], task["status"]) for task in summary["tasks"]] == [
        (f"run_{name}_agent", "done") for name in told
    ]
    assert summary["task_count"] == len(told)
    assert summary["insights"] == len(await listed(client))


async def test_a_drift_and_its_hint_are_rows_and_the_hint_is_proposed(
    client: Client, person: Person, owner: asyncpg.Connection
) -> None:
    """S0-7.1a S0-7.1b S0-7.2a: rows written; every hint proposed, its amounts rounded, called no advice."""
    await give_portfolio(owner, person.user_id, "demo")
    await client.run(focus=["allocation", "goals"])
    cards = {card["kind"]: card for card in await listed(client)}
    for kind in ("asset_class", "category"):
        facts = cards[kind]["data"]["facts"]
        drifts = [fact for key, fact in facts.items() if key.startswith("drift_") and fact["unit"] == "percent:points"]
        assert len(drifts) > 1
        assert abs(sum((Decimal(fact["value"]) for fact in drifts), Decimal(0))) <= Decimal("0.01")
    kept = await owner.fetch("select * from ai_recommendations where user_id = $1", person.user_id)
    assert {row["status"] for row in kept} == {"proposed"}
    assert any(row["hint_key"].startswith("redirect_sips:") for row in kept)
    for row in kept:
        assert "not advice" in row["body"]
    rounded = [fact for card in cards.values() for key, fact in card["data"]["facts"].items() if key == "hint_amount"]
    assert rounded
    assert all(Decimal(fact["value"]) % 100 == 0 for fact in rounded)


async def test_a_hint_is_accepted_dismissed_or_done_and_nothing_else(
    client: Client, person: Person, owner: asyncpg.Connection
) -> None:
    """Issue 4 item 4: a person can accept, dismiss or mark done; and change their mind."""
    await give_portfolio(owner, person.user_id, "demo")
    await client.run(focus=["allocation", "goals"])
    [hint, *_] = [hint for card in await listed(client) for hint in card["recommendations"]]
    for status in ("accepted", "dismissed", "done", "accepted"):
        answer = await client.call("PATCH", f"/recommendations/{hint['id']}", json={"status": status})
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert await _status(client, hint["id"]) == status
    for wrong in ({"status": "proposed"}, {"status": "sold"}, {}, {"status": "done", "title": "x"}):
        refused = await client.call("PATCH", f"/recommendations/{hint['id']}", json=wrong)
        assert refused.status_code == 422
    assert await _status(client, hint["id"]) == "accepted"


async def _status(client: Client, hint_id: str) -> str:
    hints = {hint["id"]: hint for card in await listed(client) for hint in card["recommendations"]}
    return str(hints[hint_id]["status"])


async def test_every_reason_of_a_thumbs_down_is_kept_and_makes_its_topic_quiet(
    client: Client, person: Person, owner: asyncpg.Connection
) -> None:
    """S0-8.1a, issue 4 item 7: the reason and the comment come back; preferences list what is quiet."""
    await give_portfolio(owner, person.user_id, "demo")
    await client.run()
    cards = (await listed(client))[: len(REASONS)]
    for card, reason in zip(cards, REASONS, strict=True):
        body = {"insightId": card["id"], "helpful": False, "reason": reason, "comment": f"Why: {reason}"}
        answer = await client.call("POST", "/feedback", json=body)
        assert (answer.status_code, answer.json()["reason"]) == (201, reason)
    kept = "select payload ->> 'reason' from ai_events where user_id = $1 and kind = 'feedback'"
    assert {row[0] for row in await owner.fetch(kept, person.user_id)} == set(REASONS)
    quiet = (await client.call("GET", "/prefs")).json()["quiet_topics"]
    assert {topic["topic"]: topic["title"] for topic in quiet} == {card["topicKey"]: card["title"] for card in cards}
    assert all(topic["until"] for topic in quiet)
    loud = (await client.call("PUT", "/prefs", json={"loud_topics": [cards[0]["topicKey"]]})).json()["quiet_topics"]
    assert {topic["topic"] for topic in loud} == {card["topicKey"] for card in cards[1:]}


async def test_everything_is_taken_along_and_deleted_table_by_table(
    client: Client, http: httpx.AsyncClient, person: Person, stranger: Person, owner: asyncpg.Connection
) -> None:
    """Issue 4 item 10: every table that holds a row of the person's; the other person keeps every one."""
    for who in (person, stranger):
        await give_portfolio(owner, who.user_id, "demo")
        theirs = Client(http, who)
        await theirs.run()
        await theirs.call("PUT", "/prefs", json={"locale": "hi-IN"})
        await theirs.call("POST", "/feedback", json={"insightId": (await listed(theirs))[0]["id"], "helpful": False})
    before = {who.user_id: await _of(owner, who.user_id) for who in (person, stranger)}
    assert {table for table, count in before[person.user_id].items() if count} >= {
        *WRITTEN, "ai_sessions", "ai_events", "ai_user_prefs", "folios", "transactions", "investor_goals",
        "investor_goal_schemes", "target_allocations",
    }  # fmt: skip
    taken = (await client.call("GET", "/export")).json()["tables"]
    assert {table: len(exported) for table, exported in taken.items()} == before[person.user_id]
    assert (await client.call("DELETE", "/me")).json()["deleted"] == before[person.user_id]
    assert set((await _of(owner, person.user_id)).values()) == {0}
    assert await _of(owner, stranger.user_id) == before[stranger.user_id]


async def _of(owner: asyncpg.Connection, user_id: UUID) -> dict[str, int]:
    """A person's rows in every table of the catalogue that can hold one."""
    tables = await owner.fetch(
        "select table_name from information_schema.columns join information_schema.tables using "
        "(table_schema, table_name) where table_schema = 'public' and column_name = 'user_id' "
        "and table_type = 'BASE TABLE' order by 1"
    )
    counted = "select count(*) from {} where user_id = $1"
    return {row[0]: await owner.fetchval(counted.format(row[0]), user_id) for row in tables}
