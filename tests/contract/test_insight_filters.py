"""The history is filtered in the database, page by page, for its owner alone; on both transports."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from aicoach.adapters.supabase import SupabaseStore
from aicoach.app.bootstrap import Container
from aicoach.core.model import Status
from tests.support.people import Person
from tests.support.runs import give_prefs, insight, result, started

#: Topic, kind, the moment in Kolkata, whether it still holds; the newest first.
CARDS = (
    ("performance:portfolio", "portfolio", "2026-03-04T00:00", True),
    ("performance:fund-b", "scheme", "2026-03-03T23:59", True),
    ("performance:fund-a", "scheme", "2026-03-02T12:00", True),
    ("goals:house", "goal", "2026-03-01T12:00", True),
    ("goals:house-before", "goal", "2026-02-01T12:00", False),
)
TOPICS = [topic for topic, *_ in CARDS]


@pytest.fixture
def store(container: Container) -> SupabaseStore:
    """The store under test."""
    return container.store


async def told(store: SupabaseStore, person: Person, owner: asyncpg.Connection) -> dict[str, UUID]:
    """Gives a person the cards above; their ids by topic."""
    run = await started(store, person.user_id)
    await store.commit_task(run, result("t", *(insight(topic) for topic in TOPICS)))
    await store.finish_session(run, Status.COMPLETED)
    for topic, kind, moment, holds in CARDS:
        at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Kolkata"))
        await owner.execute(
            "update ai_insights set kind = $3, created_at = $4, expired_at = case when $5 then null else now() end "
            "where user_id = $1 and topic_key = $2",
            *(person.user_id, topic, kind, at, holds),
        )
    rows = await owner.fetch("select topic_key, id from ai_insights where user_id = $1", person.user_id)
    return {row["topic_key"]: row["id"] for row in rows}


async def found(store: SupabaseStore, person: Person, **filters: Any) -> list[str]:
    """The topics of the cards that pass, in the order they are listed."""
    listed = await store.list_insights(person.user_id, None, 100, **filters)
    return [each["topicKey"] for each in listed["insights"]]


async def test_each_filter_narrows_and_together_they_narrow_more(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """Issue 4 item 10: history with filters."""
    ids = await told(store, person, owner)
    await store.record_feedback(person.user_id, {"insight_id": str(ids["goals:house"]), "helpful": True})
    await store.record_feedback(person.user_id, {"insight_id": str(ids["performance:fund-a"]), "helpful": False})
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, TOPICS),
        ({"agents": ["goals"]}, TOPICS[3:]),
        ({"agents": ["goals", "performance"]}, TOPICS),
        ({"kinds": ["scheme"]}, TOPICS[1:3]),
        ({"agents": ["performance"], "not_kinds": ["scheme"]}, TOPICS[:1]),
        ({"topic": "goals:house"}, ["goals:house"]),
        ({"status": "active"}, TOPICS[:4]),
        ({"status": "expired"}, TOPICS[4:]),
        ({"feedback": "helpful"}, ["goals:house"]),
        ({"feedback": "unhelpful"}, ["performance:fund-a"]),
        ({"feedback": "none"}, [TOPICS[0], TOPICS[1], TOPICS[4]]),
        ({"since": "2026-03-02"}, TOPICS[:3]),
        ({"until": "2026-03-03"}, TOPICS[1:]),
        ({"since": "2026-03-03", "until": "2026-03-03"}, [TOPICS[1]]),
        ({"since": "2026-03-04", "until": "2026-03-01"}, []),
        ({"agents": ["goals"], "status": "active", "feedback": "unhelpful"}, []),
    ]
    assert [(filters, await found(store, person, **filters)) for filters, _ in expected] == expected


async def test_days_are_those_of_the_persons_own_time_zone(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """Midnight in Kolkata is still the day before in London."""
    await told(store, person, owner)
    await give_prefs(owner, person.user_id, timezone="Europe/London")
    assert await found(store, person, since="2026-03-03", until="2026-03-03") == TOPICS[:2]


async def test_pages_of_a_filter_join_without_a_gap_or_a_repeat(
    store: SupabaseStore, person: Person, owner: asyncpg.Connection
) -> None:
    """Cards of one run are made in the same instant: the cursor goes on between them."""
    await told(store, person, owner)
    await owner.execute("update ai_insights set created_at = now() where user_id = $1", person.user_id)
    pages: list[str] = []
    cursor: UUID | None = None
    while True:
        page = await store.list_insights(person.user_id, cursor, 2, status="active")
        pages += [each["topicKey"] for each in page["insights"]]
        if page["cursor"] is None:
            break
        cursor = UUID(page["cursor"])
    assert pages == TOPICS[:4]


async def test_filters_show_nobody_elses_insights(
    store: SupabaseStore, person: Person, stranger: Person, owner: asyncpg.Connection
) -> None:
    """S0-1.2b: neither by what is asked for, nor by another's cursor. Security row 7."""
    ids = await told(store, person, owner)
    for filters in ({}, {"topic": "goals:house"}, {"kinds": ["scheme"]}, {"status": "expired"}):
        assert await found(store, stranger, **filters) == []
    assert await store.list_insights(stranger.user_id, ids[TOPICS[0]], 100) == {"insights": [], "cursor": None}
