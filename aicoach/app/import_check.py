"""Whether a statement fits what is known from earlier files, so that nothing is missing and nothing counts twice."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from aicoach.adapters.supabase import SupabaseStore
from aicoach.coaches.goals.statements import Holding, Line, Numbering, Statement
from aicoach.coaches.goals.statements.judge import units_moved
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import JsonObject

BATCH: Final = 2_000


async def misfits(
    store: SupabaseStore, user_id: UUID, statement: Statement, number: Callable[[], Numbering]
) -> dict[int, str]:
    """Places of the holdings that do not fit, with the reason's key.

    A holding fits when the units known before the period are those it begins with, and when what is known within the
    period is in the statement too: a row that another file told in other words would be counted twice.
    """
    numbering, (first, last) = number(), statement.period
    days = (first, last + timedelta(days=1))
    asked = [_asked(holding, day, numbering) for holding in statement.holdings for day in days]
    answer = await store.import_transactions(user_id, (), dry_run=True, openings=asked)
    held = [Decimal(units) for units in answer["held"]]
    known = await _known_units(store, user_id, statement, number()) if any(held) else {}
    found: dict[int, str] = {}
    for at, holding in enumerate(statement.holdings):
        before, through = held[2 * at], held[2 * at + 1]
        if holding.opening - before > THRESHOLDS.unit_dust:
            found[at] = "opening_unknown"
        elif max(before - holding.opening, abs(through - before - known.get(at, 0))) > THRESHOLDS.unit_dust:
            found[at] = "conflict"
    return found


def _asked(holding: Holding, day: date, numbering: Numbering) -> JsonObject:
    return numbering.folio(holding.amc, holding.folio) | {"isin": holding.isin, "before": day.isoformat()}


async def _known_units(
    store: SupabaseStore, user_id: UUID, statement: Statement, numbering: Numbering
) -> dict[int, Decimal]:
    """Units that moved, by holding, in the lines of this statement that are stored already."""
    lines = [(at, line) for at, holding in enumerate(statement.holdings) for line in holding.lines]
    units: dict[int, Decimal] = {}
    for start in range(0, len(lines), BATCH):
        batch = await asyncio.to_thread(_numbered, lines[start : start + BATCH], numbering)
        rows = [row for _, _, row in batch]
        answer = await store.import_transactions(user_id, rows, dry_run=True, tell_known=True)
        keys = frozenset(answer["known_keys"])
        for at, line, row in batch:
            if row["source_key"] in keys:
                units[at] = units.get(at, Decimal(0)) + units_moved((line,))
    return units


def _numbered(lines: list[tuple[int, Line]], numbering: Numbering) -> list[tuple[int, Line, JsonObject]]:
    return [(at, line, numbering.row(line)) for at, line in lines]
