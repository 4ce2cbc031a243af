"""Places where a test holds a run still until it has arranged what breaks next."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from aicoach.adapters.failpoints import Failpoints
from aicoach.core.model import Coach, Finding, Insight, JsonObject, Plan, Run
from aicoach.core.narrator import Narrator, Voice
from aicoach.core.planner import make_plan
from aicoach.core.ports import EventQueue, Subscription
from aicoach.core.relay import Relay
from tests.coaches.orchard import COACH as ORCHARD
from tests.coaches.orchard import Season

PATIENCE_SECONDS = 60


class Gate:
    """Holds an agent back, in the thread it runs in, until the test opens it."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def hold(self, agent: Callable[[Season], Sequence[Finding]]) -> Callable[[Season], Sequence[Finding]]:
        """``agent``, behind this gate."""

        def held(season: Season) -> Sequence[Finding]:
            self.reached.set()
            if not self._open.wait(PATIENCE_SECONDS):
                raise TimeoutError("nobody opened the gate")
            return agent(season)

        return held

    def open(self) -> None:
        """Let everybody through, from now on."""
        self._open.set()


def gated_coaches(gate: Gate, task: str = "takings") -> Mapping[str, Coach[Any]]:
    """The orchard coach, which waits at ``gate`` before it judges ``task``."""
    agents = {**ORCHARD.agents, task: gate.hold(ORCHARD.agents[task])}
    return {ORCHARD.name: replace(ORCHARD, agents=agents)}


def _independent(focus: Sequence[str], season: Season) -> Plan:
    return make_plan(focus, ("harvest", "takings"), {}, {})


#: The orchard coach with two tasks that need not wait for each other.
SIDE_BY_SIDE: Mapping[str, Coach[Any]] = {ORCHARD.name: replace(ORCHARD, plan=_independent)}


class PaidNarrator(Narrator):
    """Says what the template says, but counts as one that must be waited for: tasks then work side by side."""

    costs = True


class HeldQueue:
    """An event queue that keeps the card of one task back until the test lets it go."""

    def __init__(self, queue: EventQueue, task: str) -> None:
        self._queue, self._task = queue, task
        self.released = asyncio.Event()

    async def emit_event(self, session_id: UUID, event: JsonObject) -> None:
        """See EventQueue."""
        if event["type"] == "insight" and event["task"] == self._task:
            await self.released.wait()
        await self._queue.emit_event(session_id, event)

    async def last_id(self, session_id: UUID) -> int:
        """See EventQueue."""
        return await self._queue.last_id(session_id)

    def follow(self, session_id: UUID, after: int) -> Subscription:
        """See EventQueue."""
        return self._queue.follow(session_id, after)


class Hold(Failpoints):
    """Holds back whoever passes ``point`` (``name`` or ``name@n``), once, until the test releases it."""

    def __init__(self, point: str) -> None:
        super().__init__()
        self._name, _, nth = point.partition("@")
        self._left = int(nth or 1)
        self.reached, self._released = asyncio.Event(), asyncio.Event()

    async def hit(self, name: str) -> None:
        """See Failpoints."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                self.reached.set()
                await self._released.wait()

    def release(self) -> None:
        """Let it go on, from now on."""
        self._released.set()


class PassingVoice(Voice):
    """Says what the template says, and passes the failpoint ``say`` before each card."""

    def __init__(self, coach: Coach[Any], run: Run, failpoints: Failpoints) -> None:
        super().__init__(coach, run)
        self._failpoints = failpoints

    async def say(self, finding: Finding, task: str, *, free: bool = False) -> Insight:
        """See Voice."""
        await self._failpoints.hit("say")
        return await super().say(finding, task, free=free)


class PassingNarrator(Narrator):
    """Gives every run a voice that passes failpoints."""

    def __init__(self, failpoints: Failpoints) -> None:
        self._failpoints = failpoints

    def voice(self, coach: Coach[Any], run: Run, relay: Relay) -> Voice:
        """See Narrator."""
        return PassingVoice(coach, run, self._failpoints)
