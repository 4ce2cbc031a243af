"""The product in ten tests. Real database, real queue, real HTTP; no language model."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from aicoach.app.bootstrap import Container
from tests.fakes.portfolios import give_portfolio
from tests.support.people import Person
from tests.support.runs import let_lease_end, request
from tests.support.service import Client


def told(events: list[dict[str, Any]]) -> list[str]:
    """The story line: types of durable events."""
    return [event["type"] for event in events if event["id"] is not None]


async def test_1_someone_runs_the_coach_and_cards_arrive(
    client: Client, person: Person, owner: asyncpg.Connection
) -> None:
    """S0-3.1a S0-3.1b S0-4.4a S0-5.1a"""
    await give_portfolio(owner, person.user_id, "demo")
    started = await client.call("POST", "/session", json={"coach": "goals", "focus": ["performance"]})
    assert started.status_code == 201
    session_id = UUID(started.json()["sessionId"])

    events = await client.watch(session_id)
    assert events[0]["type"] == "init"
    durable = [event for event in events if event["id"] is not None]
    assert [event["id"] for event in durable] == list(range(1, len(durable) + 1))
    assert (durable[0]["type"], durable[0]["msg"]) == ("status", "started")
    assert "insight" in told(durable)
    assert (durable[-1]["type"], durable[-1]["status"]) == ("done", "completed")


async def test_2_every_number_on_a_card_explains_itself(
    client: Client, person: Person, owner: asyncpg.Connection
) -> None:
    """DESIGN 5: facts carry value, unit, label, as-of and how."""
    await give_portfolio(owner, person.user_id, "demo")
    cards = [event["insight"] for event in await client.run() if event["type"] == "insight"]
    facts = [fact for card in cards for fact in card["data"]["facts"].values()]
    assert len(facts) > 5
    for fact in facts:
        assert fact["text"]
        assert fact["label"]
        assert fact["how"]


async def test_3_nothing_is_said_twice(client: Client, person: Person, owner: asyncpg.Connection) -> None:
    """S0-8.2b: an unchanged portfolio has nothing new to say."""
    await give_portfolio(owner, person.user_id, "demo")
    first = await client.run()
    second = await client.run()
    assert told(first).count("insight") == first[-1]["insights"] > 0
    assert told(second) == ["status", "done"]
    assert second[-1]["skipped"] == first[-1]["insights"]


async def test_4_a_browser_that_comes_back_goes_on_where_it_was(client: Client) -> None:
    """DESIGN 4.4: disconnecting after every event gives the same sequence as never disconnecting."""
    session_id = await client.start(coach="orchard", params={"orchard": str(uuid4())})
    pieces: list[dict[str, Any]] = []
    while not pieces or pieces[-1]["type"] != "done":
        after = pieces[-1]["id"] if pieces else None
        more = await client.watch(session_id, after=after, stop_after=1)
        pieces += [event for event in more if event["id"] is not None]
    whole = [event for event in await client.watch(session_id) if event["id"] is not None]
    assert pieces == whole
    assert await client.watch(session_id, after=whole[-1]["id"]) == [], "204 after done"


async def test_5_a_run_that_lost_its_process_finishes_because_someone_looks(
    client: Client, container: Container, owner: asyncpg.Connection, person: Person
) -> None:
    """S0-5.1b: the lease ends, a stream adopts the run, everything arrives once."""
    lost = await container.store.start_session(
        request(person.user_id, uuid4(), coach="orchard", params={"orchard": str(uuid4())})
    )
    session_id = UUID(lost.session["id"])
    await let_lease_end(owner, session_id)
    events = [event for event in await client.watch(session_id) if event["id"] is not None]
    assert told(events) == ["status", "status", "insight", "insight", "done"]
    assert [event.get("msg") for event in events[:2]] == ["started", "resumed"]


async def test_6_nobody_sees_another_persons_run(client: Client, http: httpx.AsyncClient, stranger: Person) -> None:
    """S0-1.2b: a stranger's id answers exactly like an id that does not exist."""
    session_id = await client.start(coach="orchard", params={"orchard": str(uuid4())})
    other = Client(http, stranger)
    for path in ("/session/{}", "/stream?sessionId={}"):
        theirs, none = [await other.call("GET", path.format(it)) for it in (session_id, uuid4())]
        assert theirs.status_code == none.status_code == 404
        assert theirs.json() | {"requestId": 0} == none.json() | {"requestId": 0}


async def test_7_a_run_can_be_stopped_and_keeps_what_it_said(
    client: Client, container: Container, owner: asyncpg.Connection, person: Person
) -> None:
    """DESIGN 4.1: cancel."""
    lost = await container.store.start_session(
        request(person.user_id, uuid4(), coach="orchard", params={"orchard": str(uuid4())})
    )
    session_id = UUID(lost.session["id"])
    await let_lease_end(owner, session_id)
    answer = await client.call("POST", f"/session/{session_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")
    events = await client.watch(session_id)
    assert events[-1]["type"] == "done"
    assert events[-1]["status"] == "cancelled"


async def test_8_another_subject_runs_on_the_same_engine(client: Client) -> None:
    """Issue 2 item 10: another subject, currency, scope and params; core is not touched for it."""
    orchard = str(uuid4())
    events = await client.run(coach="orchard", params={"orchard": orchard})
    cards = [event["insight"] for event in events if event["type"] == "insight"]
    assert [card["title"] for card in cards] == ["The harvest is in", "What the harvest is worth"]
    assert cards[1]["data"]["facts"]["worth"]["value"] == "150.00"


async def test_9_one_failing_agent_degrades_a_run_and_does_not_end_it(client: Client) -> None:
    """DESIGN 3.6"""
    events = await client.run(coach="orchard", params={"orchard": str(uuid4()), "broken": "takings"})
    assert told(events) == ["status", "insight", "error", "done"]
    assert events[-2]["code"] == "agent_failed"
    assert events[-1]["status"] == "partial"


async def test_10_two_people_run_at_once_and_nothing_crosses(
    client: Client, http: httpx.AsyncClient, stranger: Person, person: Person, owner: asyncpg.Connection
) -> None:
    """Issue 2: two users at once."""
    other = Client(http, stranger)
    await give_portfolio(owner, person.user_id, "demo")
    await give_portfolio(owner, stranger.user_id, "one_transaction")
    mine, theirs = await asyncio.gather(client.run(), other.run())
    assert {event["sessionId"] for event in mine}.isdisjoint({event["sessionId"] for event in theirs})
    for who, events in ((client, mine), (other, theirs)):
        listed = (await who.call("GET", "/insights")).json()["insights"]
        assert {card["id"] for card in listed} == {
            event["insight"]["id"] for event in events if event["type"] == "insight"
        }
