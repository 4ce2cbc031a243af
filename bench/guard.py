"""What the guard would cost on top, had a model written every card of a run: a line of its own."""

import asyncio
import time
from uuid import UUID

from aicoach.app.bootstrap import build
from aicoach.app.settings import Settings
from aicoach.coaches.goals import COACH
from aicoach.core.guardrails import check_narration
from aicoach.core.narrator import Voice
from aicoach.core.ports import StartRequest
from bench.world import World, investor

TIMES = 5


def guard_ms(world: World) -> float:
    """CPU milliseconds of checking all cards of the first investor once, the mean of five times."""
    took = asyncio.run(_check(Settings.from_env(world.stack.env()), investor(1)))
    world.forget()
    return took


async def _check(settings: Settings, user_id: UUID) -> float:
    wired = build(settings)
    try:
        started = await wired.store.start_session(StartRequest(user_id, user_id, COACH.name, (), {}))
        if started.run is None:
            raise RuntimeError(f"The run was not started: {started.outcome}.")
        snapshot = await COACH.read(wired.store, started.run)
    finally:
        await wired.aclose()
    plan, voice = COACH.plan((), snapshot), Voice(COACH, started.run)
    findings = [finding for task in plan.tasks for finding in COACH.agents[task.agent](snapshot)]
    cards = [(voice.template(finding).body_md, finding.facts) for finding in findings]
    began = time.process_time()
    for _ in range(TIMES):
        for text, facts in cards:
            check_narration(text, facts, started.run.locale, COACH.policy)
    return (time.process_time() - began) / TIMES * 1000
