"""Lines on their way into the store, in batches: what is new, what is known, and what only looks new."""

import asyncio
from collections.abc import Collection, Sequence
from itertools import compress
from typing import Final
from uuid import UUID

from aicoach.adapters.supabase import SupabaseStore
from aicoach.app.import_report import Report
from aicoach.coaches.goals.statements import Line, Numbering, Rejected, likely_duplicates
from aicoach.core.model import JsonObject

Rows = Sequence[Line | Rejected]
_NONE: Final[frozenset[int]] = frozenset()


class Sending:
    """Sends the rows of one file in their order. With ``allow_duplicates`` nothing is held back for looking alike."""

    def __init__(
        self, store: SupabaseStore, user_id: UUID, numbering: Numbering, report: Report, *, allow_duplicates: bool
    ) -> None:
        self._store, self._user, self._numbering, self._report = store, user_id, numbering, report
        self._allow_duplicates = allow_duplicates
        self._began: str | None = None

    async def send(self, batch: Rows) -> None:
        """Add the lines of a batch, or in a dry run only ask; all of it is counted in the report."""
        lines = [row for row in batch if isinstance(row, Line)]
        rows = await asyncio.to_thread(lambda: [self._numbering.row(line) for line in lines])
        doubles = _NONE if self._allow_duplicates or not rows else await self._doubles(rows)
        held_back = {id(lines[at]) for at in doubles}
        self._report.count([_held_back(row) if id(row) in held_back else row for row in batch])
        if kept := _without(rows, doubles):
            dry_run = self._report.dry_run
            self._report.add(await self._store.import_transactions(self._user, kept, dry_run=dry_run))

    async def _doubles(self, rows: Sequence[JsonObject]) -> frozenset[int]:
        """Places of rows that tell what an earlier file told already. What this file added itself is not earlier."""
        asked = {"tell_known": True, "tell_neighbours": True, "stored_before": self._began}
        answer = await self._store.import_transactions(self._user, rows, dry_run=True, **asked)
        self._began = self._began or answer["at"]
        if not answer["neighbours"]:
            return _NONE
        known = frozenset(answer["known_keys"])
        fresh = [at for at, row in enumerate(rows) if row["source_key"] not in known]
        found = likely_duplicates([rows[at] for at in fresh], answer["neighbours"])
        return frozenset(fresh[place] for place in found)


def _without(rows: Sequence[JsonObject], places: Collection[int]) -> Sequence[JsonObject]:
    return list(compress(rows, (at not in places for at in range(len(rows))))) if places else rows


def _held_back(row: Line | Rejected) -> Rejected:
    return Rejected(row.row, "likely_duplicate", scheme=row.scheme)
