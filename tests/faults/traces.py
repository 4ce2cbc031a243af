"""What a run left behind, in a form in which two runs of the same facts are equal."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

#: What differs between two runs of the same facts, and may.
_OWN = {"id", "at", "sessionId", "insightId", "createdAt"}
#: Everybody's goals have ids of their own, which topics and hints name.
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Trace:
    """Rows and durable events of one session, without ids and times, in the order they were made."""

    status: str
    insights: list[dict[str, Any]]
    hints: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    events: list[dict[str, Any]]


async def trace_of(owner: asyncpg.Pool, session_id: UUID) -> Trace:
    """What the database holds of a session; a resumed run is told from an undisturbed one by nothing else."""
    session = await owner.fetchrow("select status, scope_id, coach from ai_sessions where id = $1", session_id)
    insights = await owner.fetch(
        "select task_key, kind, severity, topic_key, title, body_md, data, source, reason from ai_insights "
        "where session_id = $1 order by position, task_key, topic_key",
        session_id,
    )
    hints = await owner.fetch(
        "select hint_key, title, body, action, status from ai_recommendations where session_id = $1 order by hint_key",
        session_id,
    )
    ledger = await owner.fetch(
        "select topic_key, trigger_values, times_seen from ai_topic_ledger "
        "where scope_id = $1 and coach = $2 order by topic_key",
        session["scope_id"],
        session["coach"],
    )
    events = [plain(event) for event in await events_of(owner, session_id) if event.get("msg") != "resumed"]
    return Trace(session["status"], _rows(insights), _rows(hints), _rows(ledger), events)


async def events_of(owner: asyncpg.Pool, session_id: UUID) -> list[dict[str, Any]]:
    """All durable events of a session, in id order."""
    rows = await owner.fetch(
        "select payload from ai_events where session_id = $1 and stream_id is not null order by stream_id", session_id
    )
    return [json.loads(row["payload"]) for row in rows]


async def sessions_of(owner: asyncpg.Pool, user_id: UUID) -> list[UUID]:
    """The sessions a person has, final or not."""
    rows = await owner.fetch("select id from ai_sessions where user_id = $1", user_id)
    return [row["id"] for row in rows]


async def is_final(owner: asyncpg.Pool, session_ids: Sequence[UUID]) -> bool:
    """True when none of these sessions is still under way."""
    left = await owner.fetchval(
        "select count(*) from ai_sessions where id = any($1) and status in ('queued', 'running')", list(session_ids)
    )
    return bool(left == 0)


def plain(event: dict[str, Any]) -> dict[str, Any]:
    """An event, or a card within it, without what is its own."""
    return {
        name: plain(value) if isinstance(value, dict) and name in {"insight", "recommendation"} else nameless(value)
        for name, value in event.items()
        if name not in _OWN
    }


def nameless(value: Any) -> Any:
    """A value of an event or a row, with every id in it made the same."""
    if isinstance(value, str):
        return _ID.sub("an id", value)
    if isinstance(value, list):
        return [nameless(each) for each in value]
    if isinstance(value, dict):
        return {name: nameless(each) for name, each in value.items()}
    return value


def _rows(records: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    return [{name: nameless(value) for name, value in record.items()} for record in records]
