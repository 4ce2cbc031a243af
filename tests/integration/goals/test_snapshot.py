"""``ai_goals_snapshot``: one person's rows, as they were known at one moment, the same over both transports."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from aicoach.app.bootstrap import Container
from aicoach.coaches.goals.portfolio_reader import parse_snapshot
from aicoach.coaches.goals.positions import counted, positions
from aicoach.coaches.goals.snapshot import Snapshot
from tests.fakes.portfolios import FLEXI, ROWS, UNPRICED, give_portfolio
from tests.integration.goals.conftest import Ask
from tests.support.people import Person
from tests.support.runs import give_prefs, started

NOON = "2024-03-11T06:30:00Z"


async def test_both_transports_give_the_same_snapshot_byte_for_byte(
    container: Container, owner: asyncpg.Connection, person: Person, ask: Ask
) -> None:
    """Issue 2 item 3, S0-4.1a"""
    await give_portfolio(owner, person.user_id, "demo")
    run = await started(container.store, person.user_id, as_of=datetime.fromisoformat(NOON))
    over_the_wire = await container.store.read_snapshot(run, "ai_goals_snapshot", {})
    assert json.dumps(over_the_wire) == json.dumps(await ask(person.user_id, NOON))


async def test_numbers_and_dates_are_text_and_no_folio_leaves_the_database(
    owner: asyncpg.Connection, person: Person, ask: Ask
) -> None:
    """DESIGN 4.5; notes/security.md 3: PII stays out by structure."""
    await give_portfolio(owner, person.user_id, "demo")
    told = await ask(person.user_id, NOON)

    def leaves(value: Any) -> list[Any]:
        if isinstance(value, dict):
            assert not any(re.fullmatch(r"-?\d+", key) for key in value)
            return [leaf for part in value.values() for leaf in leaves(part)]
        return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list) else [value]

    assert {type(leaf) for leaf in leaves(told)} <= {str, type(None)}
    hidden = await owner.fetch("select number_hash, number_masked, id from folios where user_id = $1", person.user_id)
    assert hidden
    assert not any(str(value) in json.dumps(told) for row in hidden for value in row)


async def test_an_unknown_user_has_an_empty_portfolio(ask: Ask) -> None:
    """S0-4.1a"""
    assert parse_snapshot(await ask(uuid4(), NOON)) == Snapshot(datetime(2024, 3, 11, tzinfo=UTC).date())


async def test_nobody_sees_a_strangers_rows(
    owner: asyncpg.Connection, person: Person, stranger: Person, ask: Ask
) -> None:
    """S0-1.2b"""
    await give_portfolio(owner, person.user_id, "demo")
    await give_portfolio(owner, stranger.user_id, "one_transaction")
    theirs = parse_snapshot(await ask(stranger.user_id, NOON))
    assert len(theirs.transactions) == 1
    assert theirs.goals == ()


async def hold_a_new_scheme(owner: asyncpg.Connection, user_id: UUID) -> str:
    """The person bought 10 units, on a Monday, of a scheme of its own with a NAV of 10 and an index of its own."""
    isin = f"INF{uuid4().hex[:9].upper()}"
    await owner.execute("insert into schemes (isin, name, amc, benchmark) values ($1, 'New Fund', 'AMC', $1)", isin)
    await know(owner, isin, "2024-03-04", "10", "2024-03-04T17:30Z")
    folio = await owner.fetchval(
        "insert into folios (user_id, amc, number_hash, number_masked) values ($1, 'AMC', $2, 'X') returning id",
        *(user_id, isin),
    )
    await owner.execute(
        "insert into transactions (user_id, folio_id, isin, tx_date, kind, amount, units, source_key, created_at) "
        "values ($1, $2, $3, '2024-03-04', 'purchase', 100, 10, $3, '2024-03-05')",
        *(user_id, folio, isin),
    )
    return isin


async def know(owner: asyncpg.Connection, isin: str, day: str, value: str, at: str) -> None:
    """A NAV and an index value of the scheme become known."""
    for table in ("navs", "benchmark_values"):
        await owner.execute(
            f"insert into {table} values ($1, $2::text::date, $3::text::numeric, $4::text::timestamptz)",
            *(isin, day, value, at),
        )


async def test_what_became_known_later_is_not_seen(owner: asyncpg.Connection, person: Person, ask: Ask) -> None:
    """DESIGN 3.5: a resumed run reads what its first owner read, corrections and late rows notwithstanding."""
    isin = await hold_a_new_scheme(owner, person.user_id)
    before = await ask(person.user_id, NOON)
    await know(owner, isin, "2024-03-04", "11", "2024-03-11T07:00Z")
    await know(owner, isin, "2024-03-08", "12", "2024-03-11T07:00Z")
    assert await ask(person.user_id, NOON) == before
    after = await ask(person.user_id, "2024-03-11T07:30:00Z")
    assert (before["latest_navs"]["nav"], after["latest_navs"]["nav"]) == (["10"], ["12"])
    bought = after["benchmark_values"]["day"].index("2024-03-04")
    assert (before["benchmark_values"]["value"], after["benchmark_values"]["value"][bought]) == (["10"], "11")


async def test_a_late_row_is_not_seen_either(owner: asyncpg.Connection, person: Person, ask: Ask) -> None:
    """DESIGN 3.5"""
    await hold_a_new_scheme(owner, person.user_id)
    early = await ask(person.user_id, "2024-03-04T23:00:00Z")
    assert early["transactions"]["isin"] is None
    assert len((await ask(person.user_id, NOON))["transactions"]["isin"]) == 1


async def test_prices_of_the_future_are_not_given_and_its_transactions_are(
    owner: asyncpg.Connection, person: Person, ask: Ask
) -> None:
    """Issue 2, bad input: future dates are said, so they must be seen."""
    isin = await hold_a_new_scheme(owner, person.user_id)
    await know(owner, isin, "2024-03-12", "99", "2024-03-01T00:00Z")
    await give_portfolio(owner, person.user_id, "future_dates")
    told = await ask(person.user_id, NOON)
    assert "99" not in told["latest_navs"]["nav"]
    assert "2099-01-01" in told["transactions"]["date"]
    assert "2099-01-01" not in told["benchmark_values"]["day"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [(None, "2024-03-12"), ("Asia/Kolkata", "2024-03-12"), ("UTC", "2024-03-11"), ("Mars/Olympus", "2024-03-12")],
)
async def test_the_day_is_the_persons_own(
    owner: asyncpg.Connection, person: Person, ask: Ask, zone: str | None, day: str
) -> None:
    """A quarter past midnight in India; a zone that does not exist counts as India."""
    if zone:
        await give_prefs(owner, person.user_id, timezone=zone)
    assert (await ask(person.user_id, "2024-03-11T18:45:00Z"))["as_of_date"] == day


async def test_month_ends_carry_the_last_nav_of_the_month_for_at_most_ten_years(
    owner: asyncpg.Connection, person: Person, ask: Ask
) -> None:
    """The chart's points: none before the first transaction, none for the month that has not ended."""
    await give_portfolio(owner, person.user_id, "one_transaction")
    months = parse_snapshot(await ask(person.user_id, NOON)).month_navs[FLEXI]
    assert (min(months), max(months), len(months)) == (_day("2023-01-31"), _day("2024-02-29"), 14)
    assert all(price.day <= month_end for month_end, price in months.items())
    much_later = parse_snapshot(await ask(person.user_id, "2043-06-15T00:00:00Z")).month_navs[FLEXI]
    assert len(much_later) == 120


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).date()


async def test_an_argument_that_was_encoded_twice_is_understood(person: Person, ask: Ask) -> None:
    """notes/web.md 5: some REST gateways do that."""
    assert await ask(person.user_id, "", json.dumps({"as_of": NOON})) == await ask(person.user_id, NOON)


@pytest.mark.parametrize("argument", [{}, {"as_of": None}, {"as_of": "infinity"}, {"as_of": "-infinity"}])
async def test_a_moment_that_is_none_is_refused(person: Person, ask: Ask, argument: Any) -> None:
    """Functions raise PTxxx codes."""
    with pytest.raises(asyncpg.PostgresError) as refused:
        await ask(person.user_id, "", argument)
    assert refused.value.sqlstate == "PT422"


@pytest.mark.parametrize(("role", "readonly"), [("aicoach_engine", True), ("authenticated", False)])
async def test_the_reader_cannot_write(owner: asyncpg.Connection, person: Person, role: str, readonly: bool) -> None:
    """S0-4.1b: the snapshot is read in a read-only transaction, and a person's own role may not write at all."""
    transaction = owner.transaction(readonly=readonly)
    await transaction.start()
    await owner.execute(f"set local role {role}")
    insert = "insert into target_allocations (user_id, dimension, name, share) values ($1, 'category', 'Gold', 1)"
    with pytest.raises((asyncpg.ReadOnlySQLTransactionError, asyncpg.InsufficientPrivilegeError)):
        await owner.execute(insert, person.user_id)
    await transaction.rollback()


async def test_jobs_add_prices_and_never_back_date_them(owner: asyncpg.Connection, person: Person) -> None:
    """What was known at a moment stays known."""
    isin = await hold_a_new_scheme(owner, person.user_id)
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("set local role aicoach_jobs")
    await owner.execute("insert into navs (isin, nav_date, nav) values ($1, '2024-03-05', 1)", isin)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("insert into navs values ($1, '2024-03-05', 1, '2024-03-05')", isin)
    await transaction.rollback()


@pytest.mark.parametrize("kind", ["demo", "first_year", "big", *ROWS])
async def test_todays_portfolio_as_a_view_agrees_with_the_coach(
    owner: asyncpg.Connection, person: Person, ask: Ask, kind: str
) -> None:
    """notes/goals.md ask 6: the same number everywhere."""
    await give_portfolio(owner, person.user_id, kind)
    held = counted(positions(parse_snapshot(await ask(person.user_id, datetime.now(UTC).isoformat()))))
    rows = await owner.fetch("select isin, units, value from current_portfolio where user_id = $1", person.user_id)
    shown = {row["isin"]: (row["units"], row["value"]) for row in rows}
    for position in held:
        if position.units:
            units, value = shown[position.scheme.isin]
            assert (units, value) == (position.units, round(position.money.value, 2))
    assert UNPRICED not in {position.scheme.isin for position in held}
