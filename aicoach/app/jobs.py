"""The jobs by name, each wired to what it needs; called by cron, the command line and workers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aicoach.app.bootstrap import Container
from aicoach.jobs.report import JobReport
from aicoach.jobs.sweep import sweep


async def _sweep(wired: Container) -> JobReport:
    return await sweep(wired.store.orphaned_sessions, wired.runner.finish, wired.clock, wired.settings.job_seconds)


JOBS: Final[Mapping[str, Callable[[Container], Awaitable[JobReport]]]] = {"sweep": _sweep}
