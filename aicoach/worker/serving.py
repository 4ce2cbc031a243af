"""One task's people: each is served for itself, a few side by side, so that one who breaks something harms nobody."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aicoach.core.errors import CoachError
from aicoach.core.ports import Clock
from aicoach.jobs.errand import Errand, Owed
from aicoach.jobs.pages import Pace
from aicoach.jobs.report import Outcome

_log: Final = logging.getLogger("aicoach.worker")


@dataclass(slots=True)
class Served:
    """What became of everybody. Whoever is in no list was served, or stays due and is planned for again."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    #: The time was over before their turn.
    unreached: list[Owed] = field(default_factory=list)
    #: Something raised what is no refusal of our own; with the name of its class.
    broken: list[tuple[Owed, str]] = field(default_factory=list)

    @property
    def told(self) -> Mapping[str, int]:
        """The counts as logs and metrics name them."""
        return {outcome.value: count for outcome, count in self.counts.items()}


async def serve_people(errand: Errand, people: Sequence[Owed], clock: Clock, pace: Pace) -> Served:
    """Serve each once; nobody is begun after ``pace.seconds``, and whoever takes the grace as well is cut."""
    ends = clock.monotonic() + pace.seconds
    turns = asyncio.Semaphore(pace.at_once)

    async def serve(owed: Owed) -> Outcome | None:
        async with turns:
            left = ends - clock.monotonic()
            if left <= 0:
                return None
            async with asyncio.timeout(left + pace.grace):
                return await errand.serve(owed)

    results = await asyncio.gather(*(serve(owed) for owed in people), return_exceptions=True)
    served = Served()
    for owed, result in zip(people, results, strict=True):
        _note(served, owed, result)
    return served


def _note(served: Served, owed: Owed, result: Outcome | BaseException | None) -> None:
    if result is None:
        served.unreached.append(owed)
    elif isinstance(result, Outcome):
        served.counts[result] += 1
    elif isinstance(result, CoachError):
        # A database that does not answer is nobody's fault: they stay due, and the next plan finds them.
        _log.warning("user_not_served", exc_info=result)
        served.counts[Outcome.FAILED] += 1
    elif isinstance(result, Exception):
        _log.error("user_broke_the_task", exc_info=result)
        served.broken.append((owed, type(result).__name__))
    else:
        raise result
