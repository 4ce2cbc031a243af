"""Runs and results to commit, made by hand where a test needs to stand between two steps."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from aicoach.adapters.supabase import SupabaseStore
from aicoach.core.model import Finding, Insight, Recommendation, Run, Severity, Topic, Trigger, number
from aicoach.core.ports import Started, StartRequest, TaskResult
from aicoach.core.wire import finding_data


def request(user_id: UUID, scope_id: UUID | None = None, **changes: Any) -> StartRequest:
    """A request for a goals run of ``user_id``."""
    values: dict[str, Any] = {"coach": "goals", "focus": (), "params": {}} | changes
    return StartRequest(user_id=user_id, scope_id=scope_id or user_id, **values)


async def started(store: SupabaseStore, user_id: UUID, **changes: Any) -> Run:
    """A run this test owns."""
    answer: Started = await store.start_session(request(user_id, **changes))
    assert answer.run is not None, answer.outcome
    return answer.run


def insight(topic: str, value: str = "100", threshold: str = "10", window_days: int = 30, hints: int = 0) -> Insight:
    """One insight about ``topic`` whose trigger stands at ``value``."""
    trigger = Trigger(Decimal(value), Decimal(threshold))
    facts = {"amount": number(Decimal(value), "INR", "Amount", "made up for a test")}
    finding = Finding("test", Topic(topic, {"amount": trigger}, window_days), Severity.INFO, "none", facts)
    proposals = tuple(Recommendation(f"hint{n}", f"Hint {n}", "Words", {"n": n}) for n in range(hints))
    data = finding_data(finding, "en-IN")
    return Insight(finding, f"About {topic}", f"It stands at {value}.", data, recommendations=proposals)


def result(task: str, *insights: Insight) -> TaskResult:
    """What a task leaves behind."""
    return TaskResult(task, insights)


async def let_lease_end(owner: asyncpg.Connection, session_id: UUID) -> None:
    """As if the owner of the run had died half a minute ago."""
    await owner.execute("update ai_sessions set lease_until = now() - interval '1 second' where id = $1", session_id)


async def give_prefs(owner: asyncpg.Connection, user_id: UUID, **prefs: object) -> None:
    """Preferences, as if chosen earlier."""
    columns = ", ".join(["user_id", "scope_id", *prefs])
    marks = ", ".join(f"${n}" for n in range(1, len(prefs) + 3))
    await owner.execute(f"insert into ai_user_prefs ({columns}) values ({marks})", user_id, user_id, *prefs.values())


def fresh() -> UUID:
    """An id nobody has."""
    return uuid4()
