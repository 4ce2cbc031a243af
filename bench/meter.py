"""CPU of a coach's own code and of its words, taken inside the process that runs them: both arms count alike."""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from aicoach.coaches.goals import COACH
from aicoach.coaches.goals.portfolio_reader import parse_snapshot
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.model import Coach, Finding, Insight, Run
from aicoach.core.narrator import Voice
from aicoach.core.ports import SnapshotSource

Agent = Callable[[Any], Sequence[Finding]]


class Meter:
    """CPU seconds by name. One thread's clock at a time, so what runs beside it is not counted."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def over(self, name: str) -> Iterator[None]:
        """Add the block's CPU to ``name``; the block must not await."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.seconds[name] += time.thread_time() - began

    def read(self) -> dict[str, float]:
        """What was counted so far."""
        return dict(self.seconds)


def metered_coach(meter: Meter) -> Coach[Any]:
    """The goals coach; reading rows, planning and judging are counted as ``coach``.

    With BENCH_COACH=light in the environment it is the one that peers are compared on, which has nothing to count.
    """
    if os.environ.get("BENCH_COACH") == "light":
        from bench.light import COACH as LIGHT

        return LIGHT

    async def read(source: SnapshotSource, run: Run) -> Snapshot:
        answer = await source.read_snapshot(run, "ai_goals_snapshot", {})
        with meter.over("coach"):
            return parse_snapshot(answer)

    def metered(agent: Agent) -> Agent:
        def judge(snapshot: Any) -> Sequence[Finding]:
            with meter.over("coach"):
                return agent(snapshot)

        return judge

    def plan(focus: Sequence[str], snapshot: Snapshot) -> Any:
        with meter.over("coach"):
            return COACH.plan(focus, snapshot)

    agents = {name: metered(agent) for name, agent in COACH.agents.items()}
    return replace(COACH, read=read, plan=plan, agents=agents)


def meter_words(meter: Meter) -> None:
    """Count template words and the formatting of facts as ``words``, for every voice of this process."""
    said = Voice.template

    def template(self: Voice, finding: Finding, reason: str | None = None) -> Insight:
        with meter.over("words"):
            return said(self, finding, reason)

    Voice.template = template  # type: ignore[method-assign]
