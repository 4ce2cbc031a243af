"""What the engine's values look like as JSON: numbers and dates as text, keys as a browser reads them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from aicoach.core.formatting import format_fact
from aicoach.core.labels import NO_LABELS, Labels
from aicoach.core.model import Fact, FactValue, Finding, Insight, JsonObject, Plan, Run, Series, Task, Topic

#: What events look like (``core/events.py``); told in ``init``, and goes up by one when something is added.
EVENTS_VERSION: Final = 1


def value_text(value: FactValue) -> str | None:
    """A fact's value as text that loses nothing; None stays None."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def fact_json(key: str, fact: Fact, locale: str, order: int, labels: Labels = NO_LABELS) -> JsonObject:
    """A fact with the very text that a person reads, so that no page ever formats a number itself.

    ``order`` is its place on the card: a stored object keeps no order of its own.
    """
    called = labels.of_fact(key, fact)
    return {
        "order": order,
        "value": value_text(fact.value),
        "unit": fact.unit,
        "label": called.label,
        "how": called.how,
        "asOf": value_text(fact.as_of),
        "text": format_fact(labels.shown(key, fact), locale),
    }


def series_json(series: Series) -> JsonObject:
    """A chart's points as [date, number] in text."""
    return {
        "key": series.key,
        "label": series.label,
        "unit": series.unit,
        "points": [[day.isoformat(), str(amount)] for day, amount in series.points],
    }


def finding_data(finding: Finding, locale: str, labels: Labels = NO_LABELS) -> JsonObject:
    """``ai_insights.data``: every fact can explain itself, in the words of ``labels``."""
    return {
        "facts": {key: fact_json(key, fact, locale, n, labels) for n, (key, fact) in enumerate(finding.facts.items())},
        "series": [series_json(labels.of_series(series)) for series in finding.series],
    }


def topic_json(topic: Topic) -> JsonObject:
    """A topic as the ledger compares it."""
    return {
        "key": topic.key,
        "window_days": topic.window_days,
        "triggers": {
            name: {
                "value": None if trigger.value is None else str(trigger.value),
                "threshold": None if trigger.threshold is None else str(trigger.threshold),
                "relative": trigger.relative,
            }
            for name, trigger in topic.triggers.items()
        },
    }


def insight_json(insight: Insight) -> JsonObject:
    """An insight as ``ai_commit_task`` takes it."""
    finding = insight.finding
    return {
        "kind": finding.kind,
        "severity": finding.severity.value,
        "topic": topic_json(finding.topic),
        "title": insight.title,
        "body_md": insight.body_md,
        "data": insight.data,
        "source": insight.source,
        "reason": insight.reason,
        "model": insight.model,
        "prompt_version": insight.prompt_version,
        "tokens": insight.tokens,
        "recommendations": [
            {"key": hint.key, "title": hint.title, "body": hint.body, "action": dict(hint.action)}
            for hint in insight.recommendations
        ],
    }


def plan_json(plan: Plan) -> JsonObject:
    """A plan as it is stored on the session."""
    tasks = [{"key": task.key, "agent": task.agent, "needs": list(task.needs)} for task in plan.tasks]
    return {"tasks": tasks, "skipped": dict(plan.skipped)}


def read_plan(stored: Mapping[str, Any] | None) -> Plan | None:
    """A plan as the first owner stored it."""
    if stored is None:
        return None
    tasks = tuple(Task(task["key"], task["agent"], tuple(task["needs"])) for task in stored["tasks"])
    return Plan(tasks, dict(stored["skipped"]))


def read_run(session: Mapping[str, Any], epoch: int) -> Run:
    """A claimed session, from the store's answer."""
    return Run(
        session_id=UUID(session["id"]),
        user_id=UUID(session["user_id"]),
        scope_id=UUID(session["scope_id"]),
        coach=session["coach"],
        epoch=epoch,
        focus=tuple(session["focus"]),
        params=session["params"],
        as_of=datetime.fromisoformat(session["as_of"]),
        plan=read_plan(session["plan"]),
        done_tasks={key: mark["status"] for key, mark in session["tasks"].items()},
        locale=session["locale"],
        timezone=session["timezone"],
        llm_enabled=session["llm_enabled"],
    )


def decimal_or_none(text: str | None) -> Decimal | None:
    """A number that crossed JSON as text."""
    return None if text is None else Decimal(text)
