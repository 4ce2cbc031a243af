"""A coach that costs nearly nothing: the goals coach's snapshot SQL, two tasks, two commits, six durable events.

Peers are compared on it: with the real coach's own work, which is the same in all, engines could hardly differ.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aicoach.core.guardrails import STRICT
from aicoach.core.model import Coach, Finding, Hint, Plan, Run, Severity, Topic, Trigger, number
from aicoach.core.planner import make_plan
from aicoach.core.ports import SnapshotSource

TASKS = ("first", "second")


async def read(source: SnapshotSource, run: Run) -> dict[str, Any]:
    """The rows as they come."""
    return await source.read_snapshot(run, "ai_goals_snapshot", {})


def plan(focus: Sequence[str], snapshot: dict[str, Any]) -> Plan:
    """Both tasks."""
    return make_plan((), TASKS, {})


def _agent(task: str) -> Any:
    def judge(snapshot: dict[str, Any]) -> list[Finding]:
        kinds = number(len(snapshot), "count:kind", "Kinds of figures", "counted")
        topic = Topic(task, {"kinds": Trigger(str(len(snapshot)))}, 30)
        return [Finding(task, topic, Severity.INFO, "card", {"kinds": kinds}, hints=(Hint("look", "hint"),))]

    return judge


COACH: Coach[dict[str, Any]] = Coach(
    name="goals",
    snapshot=dict,
    read=read,
    plan=plan,
    agents={task: _agent(task) for task in TASKS},
    thresholds=None,
    phrases=Path(__file__).parent / "phrases",
    policy=STRICT,
)
