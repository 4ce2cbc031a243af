"""One command runs several workers beside a running stack, and Ctrl-C leaves none of them behind."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import asyncpg
import psutil
from redis.asyncio import Redis

from aicoach.local.paths import ROOT
from aicoach.local.ports import setting
from aicoach.local.stack import Stack
from tests.integration.jobs.crowd import gather
from tests.support.workers import Workers

COMMAND = [sys.executable, "-m", "aicoach.local.workers", "--count", "3"]
Wait = Callable[..., Awaitable[None]]


async def test_three_workers_share_a_job_and_ctrl_c_ends_them(
    stack: Stack, owner: asyncpg.Connection, crew: Workers, redis: Redis, wait_until: Wait
) -> None:
    """Issue 5 item 6: `make workers`, against what `make up` started."""
    await gather(owner, 90, date(2024, 1, 1))
    assert await crew.command("job", "daily", "--workers") == (0, "daily: in the workers' queue.\n")
    env = {**os.environ, "AICOACH_HOME": str(stack.home.path)}
    env |= {setting(name): str(port) for name, port in asdict(stack.ports).items()}
    command = await asyncio.create_subprocess_exec(
        *COMMAND, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        finished = "select count(*) = 90 from ai_sessions where status = 'completed'"
        await wait_until(lambda: owner.fetchval(finished), 60)
        children = psutil.Process(command.pid).children(recursive=True)
        logs = [stack.home.logs / f"worker-{number}.log" for number in (1, 2, 3)]
        await wait_until(lambda: all('"event":"worker_started"' in log.read_text() for log in logs))
    finally:
        os.kill(command.pid, signal.SIGINT)
        said, _ = await command.communicate()
    assert command.returncode == 0
    assert said.decode().endswith("Stopping …\n")
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


async def test_without_a_stack_it_says_so(tmp_path: Path) -> None:
    """A clear sentence instead of workers that wait for nothing."""
    env = {**os.environ, "AICOACH_HOME": str(tmp_path)}
    command = await asyncio.create_subprocess_exec(*COMMAND, cwd=ROOT, env=env, stderr=asyncio.subprocess.PIPE)
    _, said = await command.communicate()
    assert (command.returncode, said.decode().strip()) == (1, "The stack is not running; start it with `make up`.")
