"""Workers as processes of their own, which may be killed with all their children, as a machine dies."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil

from aicoach.app.fanout import TaskQueue, celery_app
from aicoach.app.settings import Settings
from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack

#: Short enough to wait for what a dead worker leaves behind: leases of two seconds, tasks of nine.
PACE: Mapping[str, str] = {
    "AICOACH_LEASE_SECONDS": "2",
    "AICOACH_JOB_SECONDS": "4",
    "AICOACH_DRAIN_SECONDS": "2",
    "AICOACH_WORKER_VISIBILITY_SECONDS": "9",
}


class Workers:
    """Starts ``python -m aicoach worker``, and can do with it what an operator or a crash does."""

    def __init__(self, stack: Stack, logs: Path) -> None:
        self.env = {**environment.base(), **stack.env(), **PACE}
        self.settings = Settings.from_env(self.env)
        self.queue = TaskQueue(celery_app(self.settings))
        self._logs = logs
        self._running: list[asyncio.subprocess.Process] = []

    async def start(self, count: int = 1, *options: str, **env: str) -> list[asyncio.subprocess.Process]:
        """So many workers; they take tasks a moment later."""
        started = []
        for _ in range(count):
            argv = [sys.executable, "-m", "aicoach", "worker", *options]
            with (self._logs / f"worker-{len(self._running) + 1}.log").open("wb") as log:
                worker = await asyncio.create_subprocess_exec(
                    *argv, cwd=ROOT, env={**self.env, **env}, stdout=log, stderr=log, start_new_session=True
                )
            self._running.append(worker)
            started.append(worker)
        return started

    def told(self, **fields: object) -> bool:
        """True once one of them wrote a log line with these fields."""
        text = "".join(path.read_text() for path in self._logs.glob("worker-*.log"))
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]
        return any(fields.items() <= line.items() for line in lines)

    async def command(self, *arguments: str) -> tuple[int, str]:
        """``python -m aicoach …``: its exit code and what it printed."""
        argv, pipe = [sys.executable, "-m", "aicoach", *arguments], asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, env=self.env, stdout=pipe, stderr=pipe)
        out, err = await process.communicate()
        return process.returncode or 0, (out + err).decode()

    async def kill(self, worker: asyncio.subprocess.Process) -> None:
        """SIGKILL to the worker and its children."""
        if worker.returncode is None:
            for each in [*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)]:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
        await worker.wait()

    async def stop(self, worker: asyncio.subprocess.Process) -> int:
        """SIGTERM, as a host sends it; the exit code."""
        os.kill(worker.pid, signal.SIGTERM)
        return await worker.wait()

    async def kill_all(self) -> None:
        """None of them is left."""
        for worker in self._running:
            await self.kill(worker)


@asynccontextmanager
async def workers(stack: Stack, logs: Path) -> AsyncIterator[Workers]:
    """Workers of this stack; all of them are gone when the block ends."""
    crew = Workers(stack, logs)
    try:
        yield crew
    finally:
        await crew.kill_all()
