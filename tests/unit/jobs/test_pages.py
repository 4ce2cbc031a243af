"""A job goes through everyone who is due, once a call, until the time is over."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import pytest

from aicoach.core.errors import Unavailable
from aicoach.jobs.errand import Errand, Owed, Page
from aicoach.jobs.pages import EveryoneDue, Pace
from aicoach.jobs.report import Outcome

PEOPLE = [Owed(UUID(int=n)) for n in range(1, 26)]


@dataclass
class Clock:
    """Time that moves when told."""

    at: float = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)

    def monotonic(self) -> float:
        return self.at


@dataclass
class Office:
    """People who are due, and what came of each."""

    people: list[Owed]
    serve_one: Callable[[Owed], Outcome] = lambda owed: Outcome.STARTED
    served: Counter[UUID] = field(default_factory=Counter)
    asked: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def due(self, after: UUID | None, limit: int) -> Page:
        """Ten people are looked at a time, and some of them are due."""
        self.asked += 1
        first = after.int if after else 0
        people = [owed for owed in self.people if first < owed.user_id.int <= first + 10]
        over = not any(owed.user_id.int > first + 10 for owed in self.people)
        return Page(people[:limit], None if over else UUID(int=first + 10))

    async def serve(self, owed: Owed) -> Outcome:
        self.served[owed.user_id] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return self.serve_one(owed)

    def job(self, clock: Clock, **pace: float) -> EveryoneDue:
        errand = Errand("goals", self.due, self.serve)
        return EveryoneDue("daily", errand, clock, Pace(**({"seconds": 60, "page": 10} | pace)))  # type: ignore[arg-type]


async def test_nobody_due_is_one_question() -> None:
    """S0-9.1b"""
    office = Office([])
    report = await office.job(Clock()).run()
    assert report.answer() == {"job": "daily", "started": 0, "skipped": 0, "failed": 0, "more": False}
    assert office.asked == 1


async def test_everybody_is_served_once_a_few_at_a_time() -> None:
    """S0-9.1a"""
    office = Office(PEOPLE)
    report = await office.job(Clock(), at_once=3).run()
    assert (report.started, report.more) == (25, False)
    assert office.served == Counter(owed.user_id for owed in PEOPLE)
    assert (office.asked, office.most_at_once) == (3, 3)


async def test_people_of_whom_nobody_is_due_are_passed_over() -> None:
    """A page may be empty; it says where to go on all the same."""
    office = Office(PEOPLE[-2:])
    report = await office.job(Clock()).run()
    assert (report.started, report.more, office.asked) == (2, False, 3)


async def test_the_time_may_be_over_between_two_questions() -> None:
    """However many people there are of whom nobody is due, a call ends."""
    clock = Clock()

    class Slow(Office):
        async def due(self, after: UUID | None, limit: int) -> Page:
            clock.at += 40
            return await super().due(after, limit)

    office = Slow(PEOPLE[-2:])
    report = await office.job(clock).run()
    assert (report.started, report.more, office.asked) == (0, True, 2)


async def test_somebody_who_fails_is_not_tried_again_within_the_call() -> None:
    """One statement a page; a failing user keeps nobody waiting."""

    def serve(owed: Owed) -> Outcome:
        if owed.user_id.int == 3:
            raise Unavailable
        return Outcome.FAILED if owed.user_id.int % 2 else Outcome.SKIPPED

    office = Office(PEOPLE, serve)
    report = await office.job(Clock()).run()
    assert (report.started, report.skipped, report.failed, report.more) == (0, 12, 13, False)
    assert set(office.served.values()) == {1}


async def test_when_the_time_is_over_no_new_work_is_taken_and_more_is_said() -> None:
    """DESIGN 4.1: the report says that work is left."""
    clock = Clock()

    def serve(owed: Owed) -> Outcome:
        clock.at += 10
        return Outcome.STARTED

    office = Office(PEOPLE, serve)
    report = await office.job(clock, at_once=1).run()
    assert (report.started, report.more) == (6, True)
    assert office.asked == 1


async def test_work_under_way_is_given_up_when_the_grace_is_over() -> None:
    """A run that hangs must not outlive the host's limit; its lease ends and it is adopted."""
    ended = asyncio.Event()

    class Hanging(Office):
        async def serve(self, owed: Owed) -> Outcome:
            if owed.user_id.int > 1:
                return Outcome.STARTED
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            return Outcome.STARTED

    report = await Hanging(PEOPLE[:5]).job(Clock(), seconds=0.01, grace=0.01, at_once=2).run()
    assert (report.started, report.more) == (4, True)
    assert ended.is_set()


async def test_a_defect_is_not_swallowed() -> None:
    """Only errors of our family count as failed."""

    def serve(owed: Owed) -> Outcome:
        raise LookupError

    with pytest.raises(LookupError):
        await Office(PEOPLE, serve).job(Clock()).run()
