"""Goes through everyone who is due, page by page, a few at a time, until all are done or the time is over."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aicoach.core.errors import CoachError
from aicoach.core.ports import Clock
from aicoach.jobs.errand import Errand, Owed
from aicoach.jobs.report import JobReport, Outcome

_log: Final = logging.getLogger("aicoach.jobs")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a job may go. Seconds: ``seconds`` until it takes no new work, ``grace`` more for work under way."""

    seconds: float
    grace: float = 20.0
    at_once: int = 4
    page: int = 5000


@dataclass(slots=True)
class EveryoneDue:
    """One call of a job for everyone to whom an errand is due.

    Being due is state, so nothing is remembered between calls; within a call everybody is served once at most,
    whatever comes of it.
    """

    job: str
    errand: Errand
    clock: Clock
    pace: Pace

    async def run(self) -> JobReport:
        """Serve page after page. Raises what a question raises; whoever was served before it stays served."""
        ends = self.clock.monotonic() + self.pace.seconds
        counts: Counter[Outcome] = Counter()
        after: UUID | None = None
        more = False
        while not more:
            page = await self.errand.due(after, self.pace.page)
            more = not await self._serve_page(iter(page.people), ends, counts)
            after = page.next
            if after is None:
                break
            more = more or self.clock.monotonic() >= ends
        if not counts and not more:
            _log.info("skipped", extra={"job": self.job})
        return JobReport(self.job, counts[Outcome.STARTED], counts[Outcome.SKIPPED], counts[Outcome.FAILED], more)

    async def _serve_page(self, page: Iterator[Owed], ends: float, counts: Counter[Outcome]) -> bool:
        """False when somebody of the page was not reached, or not finished, in time."""
        workers = [asyncio.create_task(self._work(page, ends, counts)) for _ in range(self.pace.at_once)]
        left = max(ends - self.clock.monotonic(), 0) + self.pace.grace
        try:
            _, late = await asyncio.wait(workers, timeout=left)
        finally:
            for worker in workers:
                worker.cancel()
            outcomes = await asyncio.gather(*workers, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return not late and next(page, None) is None

    async def _work(self, page: Iterator[Owed], ends: float, counts: Counter[Outcome]) -> None:
        while self.clock.monotonic() < ends and (owed := next(page, None)) is not None:
            counts[await self._serve(owed)] += 1

    async def _serve(self, owed: Owed) -> Outcome:
        try:
            return await self.errand.serve(owed)
        except CoachError:
            _log.exception("user_not_served", extra={"job": self.job})
            return Outcome.FAILED
