"""The question who is due in slices as small as a test needs them, and a walk through all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aicoach.adapters.supabase import SupabaseStore
from aicoach.adapters.supabase.store import DuePage
from aicoach.coaches.goals import COACH as GOALS
from aicoach.core.ports import DailyRule

(RULE,) = (job for job in GOALS.jobs if isinstance(job, DailyRule))


def slices_of(people: int, transactions: int = 1000) -> DailyRule:
    """The goals coach's rule, with slices of at most so many people and so many transactions."""
    return replace(RULE, argument={**RULE.argument, "people": people, "transactions": transactions})


def coach_with(rule: DailyRule) -> Mapping[str, Any]:
    """The coaches of a service: goals, asking by this rule."""
    return {"goals": replace(GOALS, jobs=(rule,))}


async def walk(store: SupabaseStore, rule: DailyRule, limit: int, as_of: datetime) -> Sequence[DuePage]:
    """Every page, from the first to the last."""
    pages = [await store.due_users(rule, None, limit, as_of)]
    while pages[-1].next is not None:
        pages.append(await store.due_users(rule, pages[-1].next, limit, as_of))
    return pages
