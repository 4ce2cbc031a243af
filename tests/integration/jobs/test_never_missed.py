"""Two people with the same books: one is looked at every morning, the other when the daily job finds them due.

Both must hear the same on the same days, and no look may be in vain: then the question who is due neither misses
what an agent would say nor asks for nothing. A goal's projection alone may come later, with the next look.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import asyncpg
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import daily
from tests.integration.jobs.crowd import state, user_id
from tests.support.runs import request

EVERY_MORNING, WHEN_DUE = user_id(1), user_id(2)
FIRST: Final = date(2026, 3, 2)
DAYS: Final = 80


@dataclass(frozen=True)
class Fund:
    """A fund, how it swings (a day's standard deviation), and what comes in: from, until, the day of the month."""

    isin: str
    amc: str
    asset_class: str
    category: str
    plan: str
    swing: float
    since: date
    until: date
    day: int
    amount: int


EQUITY, DEBT, GOLD = "INF1N1K01AA1", "INF1N1K01AA2", "INF1N1K01AA3"
FUNDS: Final = (
    Fund(EQUITY, "Aravali", "equity", "Flexi Cap", "direct", 0.006, date(2023, 1, 1), date(2026, 4, 15), 5, 6000),
    Fund(DEBT, "Aravali", "debt", "Short Term", "regular", 0.001, date(2024, 6, 1), date(2026, 3, 31), 31, 4000),
    Fund(GOLD, "Vindhya", "gold", "Gold & FoF", "direct", 0.005, date(2025, 4, 1), date(2025, 12, 31), 20, 3000),
)

#: What no new row and no price brings about: instalments missed (six days after they were due) and a SIP that ended,
#: by the fund of the SIP; a goal whose last month has begun, and one that has come near.
TIME_ALONE: Final = {
    ("discipline:sips", date(2026, 3, 26)): GOLD,
    ("discipline:sips", date(2026, 3, 31)): GOLD,
    ("discipline:sips", date(2026, 5, 6)): DEBT,
    ("discipline:sips", date(2026, 5, 11)): EQUITY,
    ("goals:2026-05-10", date(2026, 4, 11)): "",
    ("goals:2029-04-20", date(2026, 4, 20)): "",
}

#: Depository statements: the day on which each is known, and the units it tells. What it tells of a fund whose
#: transactions are known must not count.
STATED: Final = {
    FIRST: {EQUITY: 2500, DEBT: 900, GOLD: 400},
    date(2026, 4, 7): {EQUITY: 2600, DEBT: 900, GOLD: 300},
    date(2026, 5, 4): {EQUITY: 2600, GOLD: 310},
}


def walk() -> dict[str, dict[date, Decimal]]:
    """A NAV for each fund and day: level before the first look, then a random walk."""
    chance = random.Random(7)
    levels = {fund.isin: 100.0 for fund in FUNDS}
    navs: dict[str, dict[date, Decimal]] = {fund.isin: {} for fund in FUNDS}
    for n in range(DAYS):
        for fund in FUNDS:
            navs[fund.isin][FIRST + timedelta(days=n)] = Decimal(str(round(levels[fund.isin], 4)))
            levels[fund.isin] *= 1 + chance.gauss(0.0003, fund.swing)
    return navs


def morning_after(day: date) -> datetime:
    """When cron calls."""
    return datetime.combine(day + timedelta(days=1), time(2), UTC)


def instalments(fund: Fund) -> list[date]:
    """One a month, at its end where the month is short."""
    months = [date(year, month, 1) for year in range(2023, 2027) for month in range(1, 13)]
    ends = [(first + timedelta(days=31)).replace(day=1) - timedelta(days=1) for first in months]
    days = [min(first + timedelta(days=fund.day - 1), end) for first, end in zip(months, ends, strict=True)]
    return [day for day in days if fund.since <= day <= fund.until]


async def open_books(owner: asyncpg.Connection) -> None:
    """Funds, goals and targets, all known long before; one goal comes near and one comes due on the way."""
    for fund in FUNDS:
        await owner.execute(
            "insert into schemes (isin, name, amc, asset_class, category, plan) values ($1, $2, $3, $4, $5, $6)",
            *(fund.isin, f"{fund.amc} {fund.asset_class}", fund.amc, fund.asset_class, fund.category, fund.plan),
        )
    long_ago = morning_after(FIRST) - timedelta(days=100)
    for person in (EVERY_MORNING, WHEN_DUE):
        await owner.execute(
            "insert into folios (id, user_id, amc, number_hash, number_masked) values ($1, $1, 'A', 'h', 'X')", person
        )
        for name, share in (("Equity", "0.6"), ("debt", "0.3"), ("gold", "0.1")):
            await owner.execute(
                "insert into target_allocations values ($1, 'asset_class', $2, $3::text::numeric, $4)",
                *(person, name, share, long_ago),
            )
        for target in (date(2029, 4, 20), date(2026, 5, 10)):
            goal = await owner.fetchval(
                "insert into investor_goals (user_id, name, target_amount, target_date, annual_rate, created_at, "
                "updated_at) values ($1, 'A goal', 900000, $2, 0.09, $3, $3) returning id",
                *(person, target, long_ago),
            )
            await owner.execute(
                "insert into investor_goal_schemes values ($1, $2, $3, 0.5, $4)",
                *(goal, person, FUNDS[0].isin, long_ago),
            )


async def come_in(
    owner: asyncpg.Connection, before: date, navs: Mapping[str, Mapping[date, Decimal]], balances: Collection[str]
) -> None:
    """Instalments before a day that are not known yet, and a statement: they are known that day, at its start.

    Of ``balances`` no transaction is ever known.
    """
    known_at = datetime.combine(before, time(0), UTC)
    for person in (EVERY_MORNING, WHEN_DUE) if balances else ():
        await state(owner, person, before - timedelta(days=5), known_at, **STATED.get(before, {}))
    for fund in (fund for fund in FUNDS if fund.isin not in balances):
        for day in instalments(fund):
            if day == before - timedelta(days=1) or day < before == FIRST:
                nav = navs[fund.isin].get(day, Decimal(70))
                await owner.execute(
                    "insert into transactions (user_id, folio_id, isin, tx_date, kind, amount, units, source_key, "
                    "created_at) select u, u, $2, $3, 'purchase_sip', $4, $4 / $5::numeric, $7, $6 "
                    "from unnest($1::uuid[]) u on conflict do nothing",
                    *([EVERY_MORNING, WHEN_DUE], fund.isin, day, Decimal(fund.amount), nav),
                    *(known_at, f"{fund.isin} {day}"),
                )


async def close(owner: asyncpg.Connection, day: date, navs: Mapping[str, Mapping[date, Decimal]]) -> None:
    """The prices of a day, known in its evening."""
    for fund in FUNDS:
        await owner.execute(
            "insert into navs values ($1, $2, $3, $4)",
            *(fund.isin, day, navs[fund.isin][day], morning_after(day) - timedelta(hours=8)),
        )


async def heard(owner: asyncpg.Connection, who: object) -> set[tuple[str, date]]:
    """What was said, and on which morning; goals by their date, not by their id."""
    rows = await owner.fetch(
        "select coalesce('goals:' || g.target_date, i.topic_key) as topic, s.as_of from ai_insights i "
        "join ai_sessions s on s.id = i.session_id "
        "left join investor_goals g on i.topic_key = 'goals:' || g.id where i.user_id = $1",
        who,
    )
    return {(row["topic"], row["as_of"].date()) for row in rows}


@pytest.mark.parametrize("balances", [(), (GOLD,), (EQUITY, DEBT, GOLD)], ids=["transactions", "both", "balances"])
async def test_who_is_looked_at_when_due_hears_what_a_look_every_morning_would_say(
    owner: asyncpg.Connection, wired: Container, balances: Collection[str]
) -> None:
    """Issue 4 item 8: no due user is missed, and hardly a look is in vain, also where balances are all there is."""
    navs = walk()
    await open_books(owner)
    for n in range(DAYS):
        day = FIRST + timedelta(days=n)
        morning = morning_after(day)
        await come_in(owner, day, navs, balances)
        await close(owner, day, navs)
        started = await wired.store.start_session(request(EVERY_MORNING, as_of=morning))
        assert started.run is not None
        await wired.runner.start(started.run, started.events)
        report = await daily(wired, morning)
        assert not report.failed
    every, due = await heard(owner, EVERY_MORNING), await heard(owner, WHEN_DUE)
    assert due == every
    rows = await owner.fetch("select as_of from ai_sessions where user_id = $1", WHEN_DUE)
    looks, spoke = {row["as_of"].date() for row in rows}, {day for _, day in due}
    came_in = {day + timedelta(days=2) for fund in FUNDS for day in instalments(fund)}
    came_in |= {day + timedelta(days=1) for day in STATED if balances}
    assert looks - spoke <= came_in, "only new rows may be looked at without a word"
    assert 5 < len(looks) < DAYS * 0.7
    assert due >= {said for said, isin in TIME_ALONE.items() if isin not in balances}
