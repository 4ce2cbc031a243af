"""``python -m bench.per_run``: what one run of the daily job costs each part; docs/scale.md multiplies it.

It prints Markdown: a first look (every card is said), the next look with nothing new (every card is skipped), the
question who is due by crowd, and a worker that waits. It has a stack of its own and takes about a minute.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import redis

from aicoach.app.bootstrap import Container, build
from aicoach.app.jobs import daily, daily_errands
from aicoach.app.settings import Settings
from aicoach.core.ports import StartRequest
from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack
from bench.measure import StatementLog, cpu_seconds
from bench.world import World, investor

PEOPLE: Final = 60
CROWD: Final = 10_000
WAITING_SECONDS: Final = 10
_TABLES: Final = "('ai_sessions','ai_events','ai_insights','ai_recommendations','ai_topic_ledger','ai_usage')"


@dataclass
class Cost:
    """What a block cost, in all; ``rows`` of our tables by kind of change."""

    seconds: float = 0
    app_cpu: float = 0
    database_cpu: float = 0
    wal_bytes: int = 0
    table_bytes: int = 0
    redis_bytes: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)


class Ledger:
    """Takes the figures of a running stack before and after."""

    def __init__(self, world: World) -> None:
        self._stack, self._owner = world.stack, world.stack.owner
        self._log = StatementLog(self._owner, self._stack.home.logs / "postgres.log")

    @contextmanager
    def over(self) -> Iterator[Cost]:
        """Fill the Cost when the block ends. Its database sessions must begin and end within it."""
        cost, before = Cost(), self._read()
        with self._log.listening():
            began, cpu = time.perf_counter(), time.process_time()
            yield cost
            cost.seconds, cost.app_cpu = time.perf_counter() - began, time.process_time() - cpu
        after = self._read()
        cost.calls, cost.commands = Counter(self._log.calls()), after[1] - before[1]
        cost.database_cpu, cost.wal_bytes, cost.table_bytes, cost.redis_bytes = (
            late - early for late, early in zip(after[0], before[0], strict=True)
        )

    def _read(self) -> tuple[tuple[Any, ...], Counter[str]]:
        sizes = f"sum(pg_total_relation_size(oid)) from pg_class where relname in {_TABLES}"
        wal = int(self._owner.run("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
        table = int(self._owner.run(f"select {sizes}"))
        with redis.Redis.from_url(self._stack.redis_url) as client:
            stats: dict[str, Any] = client.info("commandstats")
            memory: dict[str, Any] = client.info("memory")
        commands = Counter({name.removeprefix("cmdstat_"): int(row["calls"]) for name, row in stats.items()})
        database = cpu_seconds(self._stack.processes["postgres"].pid)
        return (database, wal, table, int(memory["used_memory"])), commands


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as home, Stack(Path(home), parts=("postgres", "redis"), seeded=False) as stack:
        world = World(stack, PEOPLE)
        world.fill()
        ledger = Ledger(world)
        with ledger.over() as first:
            asyncio.run(_with_service(stack, _look_at_everybody))
        with ledger.over() as again:
            asyncio.run(_with_service(stack, _look_again))
        print(_table({"first look": first, "nothing new": again}))
        world.sql("forget")
        print(_due(world))
        print(_waiting_worker(stack))


async def _with_service(stack: Stack, work: Any) -> Any:
    # So that the question who is due is measured, not cut off.
    wired = build(Settings.from_env(stack.env() | {"AICOACH_DATABASE_TIMEOUT": "120"}))
    try:
        return await work(wired)
    finally:
        await wired.aclose()


async def _look_at_everybody(wired: Container) -> None:
    report = await daily(wired)
    if report.started != PEOPLE:
        raise RuntimeError(f"not everybody was looked at: {report}")


async def _look_again(wired: Container) -> None:
    """Nobody is due, so they are asked for one by one."""
    for number in range(1, PEOPLE + 1):
        user_id = investor(number)
        request = StartRequest(user_id, user_id, "goals", (), {}, "daily", f"again:{number}", "again")
        started = await wired.store.start_session(request)
        if started.run is not None:
            await wired.runner.start(started.run, started.events)


def _due(world: World) -> str:
    """How long the question takes when nobody of a crowd is due: 12 transactions each, beside the investors' 300."""
    world.sql("crowd", people=CROWD)
    world.stack.owner.run("analyze")
    rows = int(world.stack.owner.run("select count(*) from transactions"))

    async def ask(wired: Container) -> list[float]:
        (errand,) = daily_errands(wired)
        seconds: list[float] = []
        after = None
        while not seconds or after is not None:
            began = time.perf_counter()
            after = (await errand.due(after, 5000)).next
            seconds.append(time.perf_counter() - began)
        return seconds

    seconds = asyncio.run(_with_service(world.stack, ask))
    each = f"{sum(seconds) / rows * 1e6:.1f} µs a transaction, the longest statement {max(seconds):.2f} s"
    return f"who is due, {CROWD + PEOPLE} people, {rows} transactions: {len(seconds)} statements, {each}"


def _waiting_worker(stack: Stack) -> str:
    """Redis commands a minute of a worker without work."""
    argv = [sys.executable, "-m", "aicoach", "worker"]
    with (stack.home.logs / "worker.log").open("wb") as log:
        worker = subprocess.Popen(argv, cwd=ROOT, env=World(stack, 0).env(), stdout=log, stderr=log)
    try:
        with redis.Redis.from_url(stack.redis_url) as client:
            time.sleep(5)
            before: dict[str, Any] = client.info("stats")
            time.sleep(WAITING_SECONDS)
            after: dict[str, Any] = client.info("stats")
    finally:
        worker.terminate()
        worker.wait()
    commands = (after["total_commands_processed"] - before["total_commands_processed"] - 1) / WAITING_SECONDS * 60
    return f"a worker that waits: {commands:.0f} Redis commands a minute"


def _table(costs: dict[str, Cost]) -> str:
    lines = [f"| per run, {PEOPLE} people | {' | '.join(costs)} |", "|---|" + "---:|" * len(costs)]
    figures = {
        "seconds of the job": [f"{cost.seconds / PEOPLE:.4f}" for cost in costs.values()],
        "our CPU ms": [f"{cost.app_cpu / PEOPLE * 1000:.1f}" for cost in costs.values()],
        "PostgreSQL CPU ms": [f"{cost.database_cpu / PEOPLE * 1000:.1f}" for cost in costs.values()],
        "WAL bytes": [f"{cost.wal_bytes / PEOPLE:.0f}" for cost in costs.values()],
        "bytes of our tables": [f"{cost.table_bytes / PEOPLE:.0f}" for cost in costs.values()],
        "bytes in Redis": [f"{cost.redis_bytes / PEOPLE:.0f}" for cost in costs.values()],
        "SQL calls": [f"{sum(cost.calls.values()) / PEOPLE:.2f}" for cost in costs.values()],
        "Redis commands": [f"{_total(cost) / PEOPLE:.2f}" for cost in costs.values()],
    }
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in figures.items()]
    for name in sorted(set().union(*(cost.calls for cost in costs.values()))):
        lines.append(f"| {name} | {' | '.join(f'{cost.calls[name] / PEOPLE:.2f}' for cost in costs.values())} |")
    for name in sorted(set().union(*(+cost.commands for cost in costs.values())) - {"info"}):
        lines.append(f"| {name} | {' | '.join(f'{cost.commands[name] / PEOPLE:.2f}' for cost in costs.values())} |")
    return "\n".join(lines)


def _total(cost: Cost) -> int:
    return sum(calls for name, calls in cost.commands.items() if name != "info")


if __name__ == "__main__":
    main()
