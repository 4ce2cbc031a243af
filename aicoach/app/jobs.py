"""The jobs by name, each wired to what it needs; called by cron, the command line and workers."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import httpx

from aicoach.adapters.supabase.store import Due
from aicoach.app.bootstrap import Container
from aicoach.app.settings import Settings
from aicoach.core.model import Status
from aicoach.core.ports import DailyRule, DigestRule, StartRequest
from aicoach.jobs.navs import Feed, navs
from aicoach.jobs.pages import EveryoneDue, Pace
from aicoach.jobs.report import JobReport, Outcome
from aicoach.jobs.sweep import sweep
from aicoach.jobs.week import Week, week_of
from aicoach.jobs.weekly import Owed, Writer

_log: Final = logging.getLogger("aicoach.jobs")

#: A chain of calls, each begun by the one before, is at most this long: cron begins the next one.
MAX_HOPS: Final = 200
_HAND_ON_SECONDS: Final = 5.0

R = TypeVar("R")


async def daily(wired: Container, as_of: datetime | None = None) -> JobReport:
    """A run for everyone who is due, of every coach that has a rule for it; ``as_of`` None is now."""
    reports, ends = [], _ends(wired)
    for coach, rule in _rules(wired, DailyRule):
        due, run = _due(wired, rule, as_of), _run(wired, coach, as_of)
        reports.append(await EveryoneDue("daily", due, run, wired.clock, _pace(wired, ends)).run())
    return _sum("daily", reports)


async def weekly(wired: Container) -> JobReport:
    """The digest of this week for everyone who is owed one, of every coach that writes digests."""
    reports, ends = [], _ends(wired)
    for coach, rule in _rules(wired, DigestRule):
        week = week_of(wired.clock.now(), rule.zone)
        owed, write = _owed(wired, coach, week), _write(Writer(wired.store, coach, rule), week)
        reports.append(await EveryoneDue("weekly", owed, write, wired.clock, _pace(wired, ends)).run())
    return _sum("weekly", reports)


async def _sweep(wired: Container) -> JobReport:
    return await sweep(wired.store.orphaned_sessions, wired.runner.finish, wired.clock, wired.settings.job_seconds)


async def _navs(wired: Container) -> JobReport:
    settings = wired.settings
    feed = Feed(settings.navs_url, min(settings.navs_seconds, settings.job_seconds))
    return await navs(feed, wired.queue, wired.store.upsert_navs, wired.clock, settings.job_seconds)


JOBS: Final[Mapping[str, Callable[[Container], Awaitable[JobReport]]]] = {
    "daily": daily,
    "weekly": weekly,
    "sweep": _sweep,
    "navs": _navs,
}


def digest_writer(wired: Container, coach: str) -> Writer | None:
    """What composes the digests of a coach; None when it has none."""
    return next((Writer(wired.store, name, rule) for name, rule in _rules(wired, DigestRule) if name == coach), None)


async def hand_on(settings: Settings, job: str, hop: int) -> bool:
    """Ask this service, at its own address, to go on with a job that has work left; False when that failed.

    It does not wait for the work: an answer that takes long is the sign that the next call works.
    """
    if not settings.self_url or not settings.cron_secrets or hop >= MAX_HOPS:
        return False
    url = f"{settings.self_url.rstrip('/')}/api/aicoach/webhook"
    headers = {"Authorization": f"Bearer {settings.cron_secrets[0]}"}
    try:
        async with httpx.AsyncClient(timeout=_HAND_ON_SECONDS, follow_redirects=False, trust_env=False) as client:
            answer = await client.post(url, params={"job": job, "hop": hop + 1}, headers=headers)
    except httpx.ReadTimeout:
        return True
    except httpx.HTTPError as error:
        _log.warning("job_not_handed_on", extra={"job": job, "reason": type(error).__name__})
        return False
    return answer.is_success


def _rules(wired: Container, kind: type[R]) -> Sequence[tuple[str, R]]:
    return [(coach.name, rule) for coach in wired.coaches.values() for rule in coach.jobs if isinstance(rule, kind)]


def _ends(wired: Container) -> float:
    """When this call stops taking new work: all coaches share one call's time."""
    return wired.clock.monotonic() + wired.settings.job_seconds


def _pace(wired: Container, ends: float) -> Pace:
    left = max(ends - wired.clock.monotonic(), 0.0)
    return Pace(left, wired.settings.drain_seconds, wired.settings.job_runs_at_once)


def _due(
    wired: Container, rule: DailyRule, as_of: datetime | None
) -> Callable[[UUID | None, int], Awaitable[Sequence[Due]]]:
    async def page(after: UUID | None, limit: int) -> Sequence[Due]:
        due, checked = await wired.store.due_users(rule, after, limit, as_of)
        _log.info("due", extra={"job": "daily", "due": len(due), "checked": checked})
        return due

    return page


def _run(wired: Container, coach: str, as_of: datetime | None) -> Callable[[Due], Awaitable[Outcome]]:
    async def run(due: Due) -> Outcome:
        # One time of being due is one run, whoever asks for it and however often: the key names that time.
        key = f"daily:{coach}:{due.since or 'first'}"
        scope = wired.coaches[coach].scope(due.user_id, None)
        request = StartRequest(due.user_id, scope, coach, (), {}, "daily", key, "daily", as_of)
        started = await wired.store.start_session(request)
        if started.run is None:
            return Outcome.SKIPPED
        status = await wired.runner.start(started.run, started.events)
        return Outcome.STARTED if status in (Status.COMPLETED, Status.PARTIAL) else Outcome.FAILED

    return run


def _owed(wired: Container, coach: str, week: Week) -> Callable[[UUID | None, int], Awaitable[Sequence[Owed]]]:
    async def page(after: UUID | None, limit: int) -> Sequence[Owed]:
        found = await wired.store.due_digests(coach, week.name, week.since, week.until, after, limit)
        return [Owed(user_id) for user_id in found]

    return page


def _write(writer: Writer, week: Week) -> Callable[[Owed], Awaitable[Outcome]]:
    async def write(owed: Owed) -> Outcome:
        return await writer.write(owed.user_id, week)

    return write


def _sum(job: str, reports: Sequence[JobReport]) -> JobReport:
    return JobReport(
        job,
        started=sum(report.started for report in reports),
        skipped=sum(report.skipped for report in reports),
        failed=sum(report.failed for report in reports),
        more=any(report.more for report in reports),
    )
