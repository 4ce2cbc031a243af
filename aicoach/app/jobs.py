"""The jobs by name, each wired to what it needs; called by cron, the command line and workers."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from aicoach.app.bootstrap import Container
from aicoach.app.settings import Settings
from aicoach.core.model import Status
from aicoach.core.observe import observe
from aicoach.core.ports import DailyRule, DigestRule, ResearchRule, StartRequest
from aicoach.jobs.errand import Errand, Owed, Page
from aicoach.jobs.market_note import MarketNotes
from aicoach.jobs.navs import Feed, navs
from aicoach.jobs.pages import EveryoneDue, Pace
from aicoach.jobs.report import JobReport, Outcome
from aicoach.jobs.sweep import sweep
from aicoach.jobs.week import week_of
from aicoach.jobs.weekly import Writer

_log: Final = logging.getLogger("aicoach.jobs")

#: A chain of calls, each begun by the one before, is at most this long: cron begins the next one.
MAX_HOPS: Final = 200
_HAND_ON_SECONDS: Final = 5.0

R = TypeVar("R")


async def daily(wired: Container, as_of: datetime | None = None) -> JobReport:
    """A run for everyone who is due, of every coach that has a rule for it; ``as_of`` None is now."""
    return await _run_errands(wired, "daily", daily_errands(wired, as_of))


async def weekly(wired: Container) -> JobReport:
    """The digest of this week for everyone who is owed one, of every coach that writes digests."""
    return await _run_errands(wired, "weekly", weekly_errands(wired))


def daily_errands(wired: Container, as_of: datetime | None = None) -> Sequence[Errand]:
    """What ``daily`` does, coach by coach."""
    return [
        Errand(coach, _due(wired, rule, as_of), _run(wired, coach, as_of)) for coach, rule in _rules(wired, DailyRule)
    ]


def weekly_errands(wired: Container) -> Sequence[Errand]:
    """What ``weekly`` does, coach by coach."""
    return [
        Errand(coach, _owed(wired, coach, rule), _write(wired, coach, rule))
        for coach, rule in _rules(wired, DigestRule)
    ]


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


async def do_job(wired: Container, job: str) -> JobReport:
    """Do a job here and now, and tell whoever watches what came of it; raises what the job raises."""
    with observe("job", job=job) as about:
        report = await JOBS[job](wired)
        about.update(report.answer())
    return report


def sweep_errands(wired: Container) -> Sequence[Errand]:
    """What ``sweep`` does, coach by coach: the mark is the run. What is more than a page waits for the next sweep."""
    return [Errand(coach, _orphans(wired, coach), _finish(wired)) for coach in wired.coaches]


#: The jobs that do something for everyone who is due; the others are one piece of work.
ERRANDS: Final[Mapping[str, Callable[[Container], Sequence[Errand]]]] = {
    "daily": daily_errands,
    "weekly": weekly_errands,
    "sweep": sweep_errands,
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
    # Imported here because a cold start need not pay for it.
    import httpx

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


async def _run_errands(wired: Container, job: str, errands: Sequence[Errand]) -> JobReport:
    """Here and now; all coaches share one call's time."""
    reports, settings = [], wired.settings
    ends = wired.clock.monotonic() + settings.job_seconds
    for errand in errands:
        left = max(ends - wired.clock.monotonic(), 0.0)
        pace = Pace(left, settings.drain_seconds, settings.job_runs_at_once)
        reports.append(await EveryoneDue(job, errand, wired.clock, pace).run())
    return _sum(job, reports)


def _due(wired: Container, rule: DailyRule, as_of: datetime | None) -> Callable[[UUID | None, int], Awaitable[Page]]:
    async def page(after: UUID | None, limit: int) -> Page:
        found = await wired.store.due_users(rule, after, limit, as_of)
        _log.info("due", extra={"job": "daily", "due": len(found.users), "checked": found.checked})
        return Page([Owed(who.user_id, who.since) for who in found.users], found.next)

    return page


def _run(wired: Container, coach: str, as_of: datetime | None) -> Callable[[Owed], Awaitable[Outcome]]:
    async def run(owed: Owed) -> Outcome:
        # One time of being due is one run, whoever asks for it and however often: the key names that time.
        key = f"daily:{coach}:{owed.mark or 'first'}"
        subject = wired.coaches[coach]
        scope, agents = subject.scope(owed.user_id, None), tuple(subject.agents)
        request = StartRequest(owed.user_id, scope, coach, (), {}, "daily", key, "daily", as_of, agents)
        started = await wired.store.start_session(request)
        if started.run is None:
            return Outcome.SKIPPED
        status = await wired.runner.start(started.run, started.events)
        return Outcome.STARTED if status in (Status.COMPLETED, Status.PARTIAL) else Outcome.FAILED

    return run


def _owed(wired: Container, coach: str, rule: DigestRule) -> Callable[[UUID | None, int], Awaitable[Page]]:
    async def page(after: UUID | None, limit: int) -> Page:
        week = week_of(wired.clock.now(), rule.zone)
        found = await wired.store.due_digests(coach, week.name, week.since, week.until, after, limit)
        return Page([Owed(user_id, week.name) for user_id in found], found[-1] if len(found) == limit else None)

    return page


def _write(wired: Container, coach: str, rule: DigestRule) -> Callable[[Owed], Awaitable[Outcome]]:
    writer = Writer(wired.store, coach, rule, _market_notes(wired, coach))

    async def write(owed: Owed) -> Outcome:
        return await writer.write(owed.user_id, week_of(wired.clock.now(), rule.zone, owed.mark))

    return write


def _market_notes(wired: Container, coach: str) -> MarketNotes | None:
    if wired.research is None:
        return None
    rule = next((rule for name, rule in _rules(wired, ResearchRule) if name == coach), None)
    policy = wired.coaches[coach].policy
    return MarketNotes(wired.research, wired.queue, coach, rule, policy) if rule is not None else None


def _orphans(wired: Container, coach: str) -> Callable[[UUID | None, int], Awaitable[Page]]:
    async def page(_: UUID | None, limit: int) -> Page:
        found = await wired.store.orphaned_sessions(limit)
        return Page([Owed(orphan.user_id, str(orphan.session_id)) for orphan in found if orphan.coach == coach])

    return page


def _finish(wired: Container) -> Callable[[Owed], Awaitable[Outcome]]:
    async def finish(owed: Owed) -> Outcome:
        taken = await wired.runner.finish(owed.user_id, UUID(owed.mark))
        return Outcome.STARTED if taken else Outcome.SKIPPED

    return finish


def _sum(job: str, reports: Sequence[JobReport]) -> JobReport:
    return JobReport(
        job,
        started=sum(report.started for report in reports),
        skipped=sum(report.skipped for report in reports),
        failed=sum(report.failed for report in reports),
        more=any(report.more for report in reports),
    )
