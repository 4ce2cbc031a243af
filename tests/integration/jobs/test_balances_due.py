"""People whose depository statement tells balances only: they are due as others are, and never in vain."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import daily
from tests.integration.jobs.crowd import FUND, gather, make_fund, price, state, user_id
from tests.integration.jobs.slices import RULE

FIRST = datetime(2026, 10, 1, 2, tzinfo=UTC)
STATED = date(2026, 8, 31)
OTHER = "INF9Q1K01AA2"
HOLDER = user_id(1)


@pytest.fixture
async def holder(owner: asyncpg.Connection) -> asyncpg.Connection:
    """The database with somebody who holds 1,000 units of a fund at 100 rupees, by a statement alone."""
    await make_fund(owner)
    await nav(owner, FIRST, "100")
    await state(owner, HOLDER, STATED, FIRST - timedelta(days=9), **{FUND: 1000})
    return owner


async def nav(owner: asyncpg.Connection, morning: datetime, rupees: str) -> None:
    """The price of the day before a morning, known that evening."""
    await price(owner, morning.date() - timedelta(days=1), Decimal(rupees), morning - timedelta(hours=8))


async def looks(wired: Container, morning: datetime) -> list[str]:
    """Why people are due that morning; they are all looked at."""
    found = await wired.store.due_users(RULE, None, 100, morning)
    assert (await daily(wired, morning)).started == len(found.users)
    return [who.why for who in found.users]


def after(days: int) -> datetime:
    """So many mornings after the first."""
    return FIRST + timedelta(days=days)


async def test_a_new_holder_is_looked_at_and_again_when_the_window_is_over(
    holder: asyncpg.Connection, wired: Container
) -> None:
    """Issue 4: once, then after thirty days of nothing."""
    assert [await looks(wired, after(day)) for day in range(32)] == [["never_looked"], *[[]] * 29, ["window"], []]


@pytest.mark.parametrize(("rupees", "why"), [("104.9", []), ("105.1", ["moved"]), ("94.9", ["moved"])])
async def test_the_value_is_the_balance_at_the_latest_price(
    holder: asyncpg.Connection, wired: Container, rupees: str, why: list[str]
) -> None:
    """Beyond five percent of what was last said, the person hears it."""
    await looks(wired, FIRST)
    await nav(holder, after(1), rupees)
    assert [await looks(wired, after(day)) for day in (1, 2)] == [why, []]
    told = "select data -> 'facts' -> 'portfolio_value' ->> 'value' from ai_insights where topic_key = $1"
    values = [Decimal(row[0]) for row in await holder.fetch(f"{told} order by created_at", "performance:portfolio")]
    assert values == [Decimal(100_000), *(1000 * Decimal(rupees) for _ in why)]


async def test_a_later_statement_is_a_change_and_an_older_one_that_comes_late_is_none(
    holder: asyncpg.Connection, wired: Container
) -> None:
    """Only the latest statement counts: also when all that it says is that a fund is not held any more."""
    await gather(holder, 1, date(2024, 1, 1))
    await holder.execute("insert into schemes (isin, name, amc) values ($1, 'Other Fund', 'Other AMC')", OTHER)
    await state(holder, HOLDER, date(2026, 9, 15), FIRST - timedelta(days=5), **{FUND: 1000, OTHER: 5})
    await looks(wired, FIRST)
    await state(holder, HOLDER, date(2026, 7, 31), after(1) - timedelta(hours=1), **{OTHER: 7})
    assert await looks(wired, after(1)) == []
    await state(holder, HOLDER, date(2026, 9, 30), after(2) - timedelta(hours=1), **{FUND: 1000})
    assert [await looks(wired, after(day)) for day in (2, 3)] == [["changed"], []]


async def test_a_fund_that_has_no_price_yet_is_looked_at_when_it_has_one(
    holder: asyncpg.Connection, wired: Container
) -> None:
    """Until then the card says that the price is missing."""
    await holder.execute("insert into schemes (isin, name, amc) values ($1, 'Other Fund', 'Other AMC')", OTHER)
    await state(holder, HOLDER, STATED, FIRST - timedelta(days=9), **{OTHER: 10})
    await looks(wired, FIRST)
    await holder.execute("insert into navs values ($1, $2, 10, $3)", OTHER, FIRST.date(), after(1) - timedelta(hours=8))
    assert [await looks(wired, after(day)) for day in (1, 2)] == [["moved"], []]
