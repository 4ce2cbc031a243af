"""Goes through everyone who is due, page by page, a few at a time, until all are done or the time is over."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from aicoach.core.errors import CoachError
from aicoach.core.ports import Clock
from aicoach.jobs.report import JobReport, Outcome

_log: Final = logging.getLogger("aicoach.jobs")


class _Owed(Protocol):
    """Somebody who is due."""

    @property
    def user_id(self) -> UUID: ...


D = TypeVar("D", bound=_Owed)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a job may go. Seconds: ``seconds`` until it takes no new work, ``grace`` more for work under way."""

    seconds: float
    grace: float = 20.0
    at_once: int = 4
    page: int = 500


@dataclass(slots=True)
class EveryoneDue(Generic[D]):
    """One call of a job for everyone who is due.

    ``due(after, limit)`` gives a page by user id; ``serve`` does the work for one. Being due is state, so nothing is
    remembered between calls; within a call everybody is served once at most, whatever comes of it.
    """

    job: str
    due: Callable[[UUID | None, int], Awaitable[Sequence[D]]]
    serve: Callable[[D], Awaitable[Outcome]]
    clock: Clock
    pace: Pace

    async def run(self) -> JobReport:
        """Serve page after page. Raises what the first page raises: then nothing was done."""
        ends = self.clock.monotonic() + self.pace.seconds
        counts: Counter[Outcome] = Counter()
        after: UUID | None = None
        more = False
        while not more:
            page = await self.due(after, self.pace.page)
            more = not await self._serve_page(iter(page), ends, counts)
            if len(page) < self.pace.page:
                break
            after = page[-1].user_id
            more = more or self.clock.monotonic() >= ends
        if not counts and not more:
            _log.info("skipped", extra={"job": self.job})
        return JobReport(self.job, counts[Outcome.STARTED], counts[Outcome.SKIPPED], counts[Outcome.FAILED], more)

    async def _serve_page(self, page: Iterator[D], ends: float, counts: Counter[Outcome]) -> bool:
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

    async def _work(self, page: Iterator[D], ends: float, counts: Counter[Outcome]) -> None:
        while self.clock.monotonic() < ends and (owed := next(page, None)) is not None:
            counts[await self._serve(owed)] += 1

    async def _serve(self, owed: D) -> Outcome:
        try:
            return await self.serve(owed)
        except CoachError:
            _log.exception("user_not_served", extra={"job": self.job})
            return Outcome.FAILED
