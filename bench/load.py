"""Waves of runs: so many at once, on a fresh process (cold) and on the same one again (warm), arm by arm."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.client.process import ClientProcess
from bench.measure import StatementLog, cpu_seconds, redis_commands, resident_bytes
from bench.servers import Server, serving
from bench.world import World


@dataclass(frozen=True)
class Arm:
    """Something that carries out the same runs: how it is started, and what it changes in the environment."""

    name: str
    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wave:
    """What one wave saw and cost; seconds of CPU, milliseconds of waiting."""

    arm: str
    parallel: int
    warm: bool
    seconds: float
    runs: list[dict[str, Any]]
    cpu: float
    coach: float
    words: float
    database_cpu: float
    commands: int
    resident: int

    @property
    def good(self) -> list[dict[str, Any]]:
        """The runs that went as they must."""
        return [run for run in self.runs if not run["error"]]

    @property
    def own(self) -> float:
        """CPU that is the arm's own: neither the coach's code nor its words."""
        return self.cpu - self.coach - self.words


@dataclass
class Load:
    """Every wave of a bench."""

    world: World
    logs: Path
    focus: list[str] = field(default_factory=list)
    waves: list[Wave] = field(default_factory=list)

    def round(self, arms: Sequence[Arm], sizes: Iterable[tuple[int, int]]) -> None:
        """One fresh process per arm and size, arm after arm: a noisy moment hits neighbours, not one arm alone.

        ``sizes`` are (at once, warm runs).
        """
        for parallel, runs in sizes:
            for arm in arms:
                self._visit(arm, parallel, runs)

    def statements(self, arm: Arm, runs: int = 10) -> float:
        """Statements per run, by the database's log; in waves of their own, because logging costs time."""
        log = StatementLog(self.world.stack.owner, self.world.stack.home.logs / "postgres.log")
        with log.listening(), self._server(arm) as server:
            self._wave(server, 1, runs, warm=False)
        self.world.forget()
        return len(log.statements) / runs

    def _visit(self, arm: Arm, parallel: int, runs: int) -> None:
        with self._server(arm) as server:
            self.waves.append(self._wave(server, parallel, parallel, warm=False))
            self.world.forget()
            self.waves.append(self._wave(server, parallel, runs, warm=True))
            self.world.forget()

    def _server(self, arm: Arm) -> Any:
        return serving(arm.name, self.world.env(**arm.env), self.logs / f"{arm.name}.log", arm.argv)

    def _wave(self, server: Server, parallel: int, runs: int, *, warm: bool) -> Wave:
        before = self._counters(server)
        tokens = self.world.tokens(runs)
        parallel = min(parallel, runs)
        job = ClientProcess("runs", port=server.port, tokens=tokens, parallel=parallel, focus=self.focus)
        result = job.result()
        # What a run does after its last event is still its cost.
        time.sleep(0.1)
        after = self._counters(server)
        spent = {name: after[name] - before[name] for name in after}
        return Wave(
            arm=server.arm,
            parallel=parallel,
            warm=warm,
            seconds=result["seconds"],
            runs=result["runs"],
            cpu=spent["cpu"],
            coach=spent["coach"],
            words=spent["words"],
            database_cpu=spent["database"],
            commands=round(spent["commands"]),
            resident=resident_bytes(server.pid),
        )

    def _counters(self, server: Server) -> dict[str, float]:
        meter = server.meter()
        return {
            "cpu": cpu_seconds(server.pid),
            "coach": meter.get("coach", 0.0),
            "words": meter.get("words", 0.0),
            "database": cpu_seconds(self.world.stack.processes["postgres"].pid),
            "commands": redis_commands(self.world.stack.redis_url),
        }
