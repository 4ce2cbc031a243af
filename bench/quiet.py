"""What should cost nothing: the next market day of people with nothing new, and a re-run that says nothing new."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

from aicoach.app.bootstrap import Container, build
from aicoach.app.jobs import daily
from aicoach.app.settings import Settings
from aicoach.core.ports import StartRequest
from bench.measure import StatementLog, rows_written
from bench.world import World, investor


@dataclass(frozen=True)
class QuietDay:
    """The daily job over people for whom nothing moved beyond a threshold."""

    people: int
    calls: list[str]
    rows: int
    started: int
    seconds: float


def quiet_day(world: World, people: int) -> QuietDay:
    """One call of the daily job, with its SQL calls and the rows it wrote; only the crowd may be in the world."""
    world.sql("crowd", people=people)
    owner = world.stack.owner
    owner.run("analyze")
    before, log = rows_written(owner), StatementLog(owner, world.stack.home.logs / "postgres.log")
    with log.listening():
        began = time.perf_counter()
        started = asyncio.run(_daily(Settings.from_env(world.stack.env())))
        seconds = time.perf_counter() - began
    day = QuietDay(people, log.calls(), rows_written(owner) - before, started, seconds)
    world.sql("forget_crowd")
    return day


async def _daily(settings: Settings) -> int:
    wired = build(settings)
    try:
        report = await daily(wired)
    finally:
        await wired.aclose()
    return report.started + report.failed


def tokens_of_two_runs(world: World) -> tuple[int, int]:
    """Model tokens of a run and of the same one right after it, with the scripted model on."""
    settings = Settings.from_env(world.stack.env() | {"AICOACH_LLM": "scripted"})
    tokens = asyncio.run(_two_runs(settings, investor(1)))
    world.forget()
    return tokens


async def _two_runs(settings: Settings, user_id: UUID) -> tuple[int, int]:
    wired = build(settings)
    try:
        return await _tokens(wired, user_id), await _tokens(wired, user_id)
    finally:
        await wired.aclose()


async def _tokens(wired: Container, user_id: UUID) -> int:
    started = await wired.store.start_session(StartRequest(user_id, user_id, "goals", (), {}))
    if started.run is None:
        raise RuntimeError(f"The run was not started: {started.outcome}.")
    await wired.runner.start(started.run, started.events)
    answer = await wired.store.get_session(user_id, started.run.session_id)
    session = answer["session"]
    return int(session["tokens_in"]) + int(session["tokens_out"])
