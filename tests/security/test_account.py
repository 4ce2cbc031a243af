"""Whoever leaves leaves nothing behind."""

import asyncpg
import pytest

from tests.support.rls_policy import TABLES
from tests.support.rls_rows import Rows
from tests.support.service import Client

_EVERY_TABLE = """
select format('%I.%I', schemaname, tablename) from pg_catalog.pg_tables
where schemaname not in ('pg_catalog', 'information_schema')
"""
OWN = sorted(name for name, table in TABLES.items() if table.rows == "own")


async def mentions(owner: asyncpg.Connection, text: str) -> dict[str, int]:
    """How many rows of which table hold this text anywhere, in whatever schema."""
    tables = [row[0] for row in await owner.fetch(_EVERY_TABLE)]
    counts = {
        table: await owner.fetchval(f"select count(*) from {table} t where to_jsonb(t)::text like $1", f"%{text}%")
        for table in tables
    }
    return {table: count for table, count in counts.items() if count}


async def test_a_person_who_leaves_is_named_in_no_table(client: Client, owner: asyncpg.Connection) -> None:
    """Security row 14: a row in every table that can hold one; afterwards the id is nowhere in the database."""
    rows, person = Rows(owner), client.person.user_id
    for table in OWN:
        await rows.make(table, person)
    key = str(person)
    await owner.execute("insert into private.token_counters values ($1, current_date, 5) on conflict do nothing", key)
    assert set(await mentions(owner, key)) >= {*OWN, "private.token_counters"}
    assert (await client.call("DELETE", "/me")).status_code == 200
    left = await mentions(owner, key)
    assert not [table for table in left if table.partition(".")[0] in {"public", "private"}], left


@pytest.mark.parametrize("table", OWN)
async def test_a_row_of_a_person_says_whose_it_is(table: str, owner: asyncpg.Connection) -> None:
    """Security row 14: deletion goes by user_id, so a table without it would be forgotten."""
    column = (
        "select 1 from pg_catalog.pg_attribute where attrelid = $1::regclass and attname = 'user_id' and attnotnull"
    )
    assert await owner.fetchval(column, table) == 1
