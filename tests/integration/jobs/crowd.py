"""Crowds: thousands of people with portfolios, made in a few statements by the database itself."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg

FUND: Final = "INF9Q1K01AA1"
EVERYTHING: Final = (
    "ai_sessions, ai_events, ai_insights, ai_recommendations, ai_topic_ledger, ai_usage, ai_user_prefs, "
    "folios, transactions, balances, investor_goals, target_allocations, schemes, navs"
)
UNITS: Final = Decimal(1000)
SPOKEN: Final = Decimal(100_000)


def user_id(number: int) -> UUID:
    """The id of person ``number`` of a crowd, from 1."""
    return UUID(int=(0xC0DE << 112) + number)


_USER: Final = "('c0de0000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid"


async def make_fund(owner: asyncpg.Connection) -> None:
    """One scheme, without a price."""
    await owner.execute(
        "insert into schemes (isin, amfi_code, name, amc, created_at) values ($1, '1', 'Crowd Fund', 'Crowd AMC', $2)",
        *(FUND, datetime.fromisoformat("2020-01-01T00:00Z")),
    )


async def price(owner: asyncpg.Connection, day: date, nav: Decimal, known_at: datetime) -> None:
    """The fund's NAV of a day."""
    await owner.execute(
        "insert into navs (isin, nav_date, nav, created_at) values ($1, $2, $3, $4)", FUND, day, nav, known_at
    )


async def gather(owner: asyncpg.Connection, people: int, day: date, first: int = 1, purchases: int = 1) -> None:
    """People who hold 1,000 units each, bought on ``day`` for 50,000 rupees in all."""
    last = first + people - 1
    await owner.execute(
        f"insert into folios (id, user_id, amc, number_hash, number_masked, created_at) "
        f"select {_USER}, {_USER}, 'Crowd AMC', 'h' || n, 'XXXX', $3 from generate_series($1::int, $2::int) n",
        *(first, last, _noon(day)),
    )
    await owner.execute(
        f"insert into transactions "
        f"(user_id, folio_id, isin, tx_date, kind, amount, units, nav, source_key, created_at) "
        f"select {_USER}, {_USER}, $3, $4, 'purchase_sip', 50000.0 / $5, 1000.0 / $5, 50, 'k' || m, $6 "
        f"from generate_series($1::int, $2::int) n, generate_series(1, $5::int) m",
        *(first, last, FUND, day, purchases, _noon(day)),
    )


async def remember(owner: asyncpg.Connection, people: int, spoken_at: datetime) -> None:
    """As if everybody's run had completed at a moment and said what their portfolio was worth: 1,00,000 rupees."""
    await owner.execute(
        f"insert into ai_sessions (id, user_id, scope_id, coach, trigger, status, as_of, finished_at, created_at) "
        f"select {_USER}, {_USER}, {_USER}, 'goals', 'daily', 'completed', $2, $2, $2 "
        f"from generate_series(1, $1::int) n",
        *(people, spoken_at),
    )
    await owner.execute(
        f"insert into ai_topic_ledger (scope_id, coach, topic_key, user_id, session_id, trigger_values, last_seen_at) "
        f"select {_USER}, 'goals', 'performance:portfolio', {_USER}, {_USER}, "
        f"jsonb_build_object('value', $3::text), $2 from generate_series(1, $1::int) n",
        *(people, spoken_at, str(SPOKEN)),
    )
    await owner.execute("analyze")


async def state(owner: asyncpg.Connection, who: UUID, day: date, known_at: datetime, **units: int) -> None:
    """A depository statement of a day: units by ISIN."""
    await owner.executemany(
        "insert into balances (user_id, isin, as_of, units, created_at) values ($1, $2, $3, $4, $5)",
        [(who, isin, day, held, known_at) for isin, held in units.items()],
    )


def _noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00Z")
