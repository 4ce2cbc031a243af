"""What a worker does with the three tasks: ``begin`` a job, ``plan`` for a page of people, ``serve`` a few of them.

Each may come twice. A plan puts one page and then itself behind it, so a queue holds about a page however many are
due; and because being due is state, a queue that is lost is planned again.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from aicoach.app.fanout import TaskQueue
from aicoach.app.jobs import ERRANDS, do_job
from aicoach.app.settings import Settings
from aicoach.core.observe import note, observe
from aicoach.jobs.errand import Errand, Owed
from aicoach.jobs.pages import Pace
from aicoach.worker.dead_letters import DeadLetters
from aicoach.worker.home import Home
from aicoach.worker.serving import Served, serve_people

_log: Final = logging.getLogger("aicoach.worker")

#: A person as a message tells of them: the user's id, and the time of being due.
Told = Sequence[str | None]


class Work:
    """The work of one process; made after the fork, because nothing of it may be shared."""

    def __init__(self, settings: Settings, queue: TaskQueue) -> None:
        self._settings, self._queue = settings, queue
        self._home, self._dead = Home(settings), DeadLetters.of(settings)

    def close(self) -> None:
        """Let go of all connections."""
        self._home.close()
        self._dead.close()

    def begin(self, job: str) -> None:
        """Do a job whole, or begin a plan for each coach; not while tasks of an earlier plan wait."""
        if self._queue.waiting(job):
            _log.info("skipped", extra={"job": job, "reason": "still under way"})
            return
        if job not in ERRANDS:
            self._do_whole(job)
            return
        for errand in ERRANDS[job](self._home.wired):
            self._queue.plan(job, errand.coach, None)

    def _do_whole(self, job: str) -> None:
        report = self._home.run(do_job(self._home.wired, job))
        _log.info("job_done", extra=report.answer())
        if report.more and report.started:
            self._queue.begin(job)

    def plan(self, job: str, coach: str, after: str | None) -> None:
        """Hand out one page of those who are due, then the plan for the next page."""
        size = self._settings.worker_page
        page = self._home.run(self._errand(job, coach).due(UUID(after) if after else None, size))
        people = self._dead.without_dead(job, coach, page.people)
        for start in range(0, len(people), self._settings.worker_batch):
            self._queue.serve(job, coach, people[start : start + self._settings.worker_batch])
        _log.info("planned", extra={"job": job, "due": len(page.people), "dead": len(page.people) - len(people)})
        if page.next is not None:
            self._queue.plan(job, coach, str(page.next))

    def serve(self, job: str, coach: str, people: Iterable[Told], broken: int) -> None:
        """Serve these people; those whose turn did not come wait again, those who broke something wait alone."""
        served = self._home.run(self._serve(job, coach, _owed(people)))
        _log.info("served", extra={"job": job, **served.told, "broken": len(served.broken)})
        if served.unreached:
            self._queue.serve(job, coach, served.unreached, broken)
        for owed, why in served.broken:
            self._try_alone(job, coach, owed, why, broken + 1)

    async def _serve(self, job: str, coach: str, people: Sequence[Owed]) -> Served:
        settings = self._settings
        pace = Pace(settings.job_seconds, settings.drain_seconds, settings.job_runs_at_once)
        with observe("job", job=job) as about:
            served = await serve_people(self._errand(job, coach), people, self._home.wired.clock, pace)
            about.update(served.told)
        return served

    def serve_after_loss(self, job: str, coach: str, people: Iterable[Told], broken: int) -> None:
        """The process that had these people ended. Each goes on alone: one may have ended it, the others did not."""
        for owed in _owed(people):
            self._try_alone(job, coach, owed, "WorkerLost", broken + 1)

    def _try_alone(self, job: str, coach: str, owed: Owed, why: str, broken: int) -> None:
        if broken < self._settings.worker_attempts:
            # A run that was left behind can be taken over then.
            self._queue.serve(job, coach, [owed], broken, delay=self._settings.lease_seconds + 1)
            return
        # One that is not kept, because there are too many, is still due, and is tried again by the next plan.
        kept = self._dead.put(job, coach, owed, why, self._home.wired.clock.now())
        note("dead_letter", job=job, why=why, kept=kept)
        _log.error("dead_letter", extra={"job": job, "why": why, "kept": kept})

    def _errand(self, job: str, coach: str) -> Errand:
        """Raises KeyError for a coach that is gone since the plan: its people are due for nothing any more."""
        return {errand.coach: errand for errand in ERRANDS[job](self._home.wired)}[coach]


def _owed(people: Iterable[Told]) -> Sequence[Owed]:
    return [Owed(UUID(user_id), mark) for user_id, mark in people]
