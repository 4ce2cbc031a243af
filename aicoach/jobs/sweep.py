"""Finishes runs that nobody holds: what a killed process left behind ends here, if nobody was looking."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol
from uuid import UUID

from aicoach.core.errors import CoachError
from aicoach.core.ports import Clock
from aicoach.jobs.report import JobReport

_log: Final = logging.getLogger("aicoach.jobs.sweep")
_BATCH: Final = 100


class Orphan(Protocol):
    """A run that nobody holds."""

    @property
    def session_id(self) -> UUID: ...
    @property
    def user_id(self) -> UUID: ...


async def sweep(
    orphans: Callable[[int], Awaitable[Sequence[Orphan]]],
    finish: Callable[[UUID, UUID], Awaitable[bool]],
    clock: Clock,
    seconds: float,
) -> JobReport:
    """Adopt and finish orphaned runs, oldest first, until none is left or ``seconds`` are over.

    Being orphaned is state: any later call goes on where this one stopped.
    """
    ends = clock.monotonic() + seconds
    started = skipped = failed = 0
    found = await orphans(_BATCH)
    for index, orphan in enumerate(found):
        if clock.monotonic() >= ends:
            return JobReport("sweep", started, skipped, failed, more=index < len(found))
        try:
            taken = await finish(orphan.user_id, orphan.session_id)
        except CoachError:
            _log.exception("orphan_not_finished", extra={"session_id": str(orphan.session_id)})
            failed += 1
            continue
        started, skipped = started + taken, skipped + (not taken)
    return JobReport("sweep", started, skipped, failed, more=len(found) == _BATCH)
