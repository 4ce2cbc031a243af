"""Gives a person of a test a portfolio of a known kind, in the demo market of supabase/seed.sql."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

SEED: Final = Path(__file__).parents[2] / "supabase" / "seed.sql"
ASHA: Final = UUID("11111111-1111-4111-8111-111111111111")
RAVI: Final = UUID("22222222-2222-4222-8222-222222222222")
FLEXI, INDEX, DEBT = "INF9A1K01AA3", "INF9B2K01AC6", "INF9C3K01AE9"
UNPRICED: Final = "INF9Z9K01ZZ9"
#: A row dated later was known by then: rows of the future, and redemptions of 2024 on.
LATEST_IMPORT: Final = datetime(2024, 3, 1, tzinfo=UTC)

#: ISIN, day, kind, amount, units (None: as many as the amount buys at that day's NAV).
Row = tuple[str, date, str, str, str | None]

HEALTHY: Final[list[Row]] = [
    (FLEXI, date(2023, 1, 2), "purchase", "100000", None),
    (FLEXI, date(2023, 7, 3), "purchase", "50000", None),
]
ROWS: Final[dict[str, list[Row]]] = {
    "empty": [],
    "one_transaction": HEALTHY[:1],
    "over_redeemed": [
        *HEALTHY,
        (INDEX, date(2023, 2, 1), "purchase", "20000", "1000"),
        (INDEX, date(2023, 9, 1), "redemption", "90000", "4000"),
    ],
    "nav_missing": [*HEALTHY, (UNPRICED, date(2023, 3, 1), "purchase", "30000", "3000")],
    "future_dates": [*HEALTHY, (FLEXI, date(2099, 1, 1), "purchase", "100000", "1000")],
    "odd_amounts": [
        *HEALTHY,
        (FLEXI, date(2023, 8, 1), "purchase", "0", "0"),
        (FLEXI, date(2023, 8, 2), "purchase", "-5000", "-100"),
        (FLEXI, date(2023, 8, 3), "redemption", "NaN", "10"),
        (FLEXI, date(2023, 8, 4), "purchase", "Infinity", "10"),
        (FLEXI, date(2023, 8, 5), "misc", "100", "1"),
    ],
    "all_redeemed": [
        (DEBT, date(2023, 1, 2), "purchase", "100000", "3000"),
        (DEBT, date(2024, 2, 1), "redemption", "110000", "3000"),
    ],
}


async def give_portfolio(conn: asyncpg.Connection, user_id: UUID, kind: str) -> None:
    """Make ``user_id`` own a portfolio; ``conn`` is the database's owner.

    Kinds: ``demo`` (Asha's of the seed), ``first_year`` (Ravi's), ``big`` (300 transactions in all schemes), and
    the keys of ``ROWS``. Raises KeyError for another one.
    """
    await make_market(conn)
    special: dict[str, Callable[[], Awaitable[None]]] = {
        "demo": lambda: _copy(conn, ASHA, user_id),
        "first_year": lambda: _copy(conn, RAVI, user_id),
        "big": lambda: _add(conn, user_id, _big()),
    }
    if kind in special:
        await special[kind]()
    else:
        await _add(conn, user_id, ROWS[kind])


async def make_market(conn: asyncpg.Connection) -> None:
    """The seed's schemes and prices, and a scheme that has none, if they are not there yet."""
    async with conn.transaction():
        # Several workers of a test run may share one database.
        await conn.execute("select pg_advisory_xact_lock(20251018)")
        if not await conn.fetchval("select exists (select from public.navs where isin = $1)", FLEXI):
            await conn.execute(SEED.read_text("utf-8"))
        await conn.execute(
            "insert into public.schemes (isin, name, amc) values ($1, 'Himadri Unpriced Fund', 'Himadri Mutual Fund') "
            "on conflict do nothing",
            UNPRICED,
        )


async def _copy(conn: asyncpg.Connection, owner: UUID, user_id: UUID) -> None:
    folios = {row["id"]: uuid4() for row in await conn.fetch("select id from folios where user_id = $1", owner)}
    goals = {row["id"]: uuid4() for row in await conn.fetch("select id from investor_goals where user_id = $1", owner)}
    await _copy_rows(conn, "folios", owner, {"user_id": user_id}, {"id": folios})
    await _copy_rows(conn, "transactions", owner, {"user_id": user_id}, {"folio_id": folios}, fresh="id")
    await _copy_rows(conn, "investor_goals", owner, {"user_id": user_id}, {"id": goals})
    await _copy_rows(conn, "investor_goal_schemes", owner, {"user_id": user_id}, {"goal_id": goals})
    await _copy_rows(conn, "target_allocations", owner, {"user_id": user_id}, {})


async def _copy_rows(
    conn: asyncpg.Connection,
    table: str,
    owner: UUID,
    changes: dict[str, Any],
    renamed: dict[str, dict[UUID, UUID]],
    fresh: str | None = None,
) -> None:
    found = [dict(row) for row in await conn.fetch(f"select * from public.{table} where user_id = $1", owner)]
    rows = [
        row
        | changes
        | {column: names[row[column]] for column, names in renamed.items()}
        | ({fresh: uuid4()} if fresh else {})
        for row in found
    ]
    if rows:
        await conn.copy_records_to_table(
            table, schema_name="public", columns=list(rows[0]), records=[tuple(row.values()) for row in rows]
        )


async def _add(conn: asyncpg.Connection, user_id: UUID, rows: list[Row]) -> None:
    folio = uuid4()
    await conn.execute(
        "insert into public.folios (id, user_id, amc, number_hash, number_masked) values ($1, $2, $3, $4, $5)",
        *(folio, user_id, "Meghdoot Mutual Fund", folio.hex, "XXXXXX0001"),
    )
    for number, (isin, day, kind, amount, units) in enumerate(rows):
        known_at = min(datetime.combine(day, time(18), UTC), LATEST_IMPORT)
        await conn.execute(
            "insert into public.transactions "
            "(user_id, folio_id, isin, tx_date, kind, amount, units, source_key, created_at) values "
            "($1, $2, $3, $4, $5, $6, coalesce($7::numeric, round($6::numeric / (select nav from public.navs "
            "where isin = $3 and nav_date <= $4 order by nav_date desc limit 1), 3)), $8, $9)",
            *(user_id, folio, isin, day, kind, Decimal(amount), None if units is None else Decimal(units)),
            *(f"test:{number:04}", known_at),
        )


def _big() -> list[Row]:
    """300 rows in ten schemes, two of them unknown to the market: instalments, and some redemptions."""
    isins = [*(f"INF9{tail}" for tail in ("A1K01AA3", "A1K01AB1", "B2K01AC6", "B2K01AD4", "C3K01AE9", "C3K01AF6"))]
    isins += ["INF9D4K01AG1", "INF9D4K01AH9", UNPRICED, "INF9Y8K01YY8"]
    rows: list[Row] = []
    for number in range(300):
        isin, month = isins[number % 10], number // 10
        day = date(2021 + month // 12, month % 12 + 1, 5 + number % 10)
        units = "10" if number % 10 >= 8 else None
        rows.append((isin, day, "redemption" if month % 10 == 9 else "purchase", "5000", units))
    return rows
