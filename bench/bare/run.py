"""A run by hand: read, plan, judge, commit, publish, finish. No lease, no fence, no retry, no resume."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aicoach.core.model import Plan, Run
from aicoach.core.narrator import Voice
from aicoach.core.wire import insight_json, plan_json, read_run
from bench.bare.database import Database
from bench.bare.live import Live
from bench.meter import Meter, metered_coach


class BareRuns:
    """What a run needs; the coach's code and words are the measured service's own, called directly."""

    def __init__(self, database: Database, live: Live, meter: Meter) -> None:
        self.database, self.live, self.coach = database, live, metered_coach(meter)

    async def read_snapshot(self, run: Run, function: str, params: Any) -> Any:
        """The rows of the run's user."""
        return await self.database.call(function, {"as_of": run.as_of.isoformat()}, run.user_id, read_only=True)

    async def carry_out(self, started: dict[str, Any]) -> None:
        """Bring a started session to its end."""
        steps = Steps(self, started)
        await steps.begin()
        for task in (await steps.prepare()).tasks:
            await steps.do(task.key)
        await steps.finish()


@dataclass
class Steps:
    """The steps of one run, for whoever calls them in order."""

    runs: BareRuns
    started: dict[str, Any]
    run: Run = field(init=False)
    snapshot: Any = None
    plan: Plan = field(default_factory=lambda: Plan((), {}))

    def __post_init__(self) -> None:
        self.run = read_run(self.started["session"], self.started["epoch"])
        self.fence = {"session_id": str(self.run.session_id), "epoch": self.run.epoch}

    async def begin(self) -> None:
        """Tell that it began."""
        await self._publish(self.started["events"])

    async def prepare(self) -> Plan:
        """Read the snapshot, and store the plan."""
        await self._tell("reading", 0.05)
        self.snapshot = await self.runs.coach.read(self.runs, self.run)
        await self._tell("planning", 0.1)
        self.plan = self.runs.coach.plan(self.run.focus, self.snapshot)
        argument = self.fence | {"lease_seconds": 30, "plan": plan_json(self.plan)}
        await self.runs.database.call("ai_renew_session", argument, self.run.user_id)
        return self.plan

    async def do(self, task: str) -> None:
        """Judge, say, commit, publish."""
        await self._tell("computing", 0.5, task)
        agent = next(planned.agent for planned in self.plan.tasks if planned.key == task)
        findings = self.runs.coach.agents[agent](self.snapshot)
        voice = Voice(self.runs.coach, self.run)
        insights = [insight_json(voice.template(finding)) for finding in findings]
        argument = self.fence | {"task": task, "attempts": 1, "ms": 0, "insights": insights, "error": None}
        committed = await self.runs.database.call("ai_commit_task", argument, self.run.user_id)
        await self._publish(committed["events"])

    async def finish(self) -> None:
        """The last status and ``done``."""
        argument = self.fence | {"status": "completed", "error": None}
        finished = await self.runs.database.call("ai_finish_session", argument, self.run.user_id)
        await self._publish(finished["events"])

    async def _publish(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            await self.runs.live.publish(str(self.run.session_id), event)

    async def _tell(self, msg: str, progress: float, task: str | None = None) -> None:
        event = {"type": "status", "sessionId": str(self.run.session_id), "id": None, "msg": msg, "progress": progress}
        event |= {"at": datetime.now(UTC).isoformat(), "task": task}
        await self.runs.live.publish(str(self.run.session_id), event)
