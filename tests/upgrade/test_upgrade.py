"""From every earlier schema, with people's data in it, the present release goes on: nothing is lost, runs work."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from aicoach.app.bootstrap import Container, build
from aicoach.app.settings import Settings
from tests.conftest import ALL_COACHES
from tests.support.rls_rows import Rows, insert
from tests.support.runs import let_lease_end, request
from tests.upgrade.conftest import FILES, Cluster, apply
from tests.upgrade.first_release import finish_a_run, leave_a_run_half_done

#: By table.
Stored = dict[str, list[dict[str, Any]]]

RELEASED = Path(__file__).with_name("released.sha256")

_TABLES = """
select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private') and c.relkind = 'r' order by 1
"""
_RUNS_WORK = "select has_function_privilege('aicoach_engine', to_regprocedure('ai_finish_session(jsonb)'), 'execute')"


async def stored(db: asyncpg.Connection) -> Stored:
    """Every row of every table."""
    tables = [row[0] for row in await db.fetch(_TABLES)]
    found = {table: await db.fetch(f"select to_jsonb(t)::text from {table} t") for table in tables}
    return {table: [json.loads(row[0]) for row in rows] for table, rows in found.items()}


async def fill(db: asyncpg.Connection, user_id: UUID) -> None:
    """A valid row in every table there is."""
    rows = Rows(db)
    for (table,) in await db.fetch(_TABLES):
        if table == "public.ai_events":
            # Digests came later than their kind: before, feedback alone was written without an id.
            row = await rows.draft(table, user_id)
            row.pop("digest_key", None)
            await db.execute(insert(table, row | {"kind": "'feedback'"}))
        else:
            await rows.make(table, user_id)


def lost(before: Stored, after: Stored) -> list[str]:
    """Rows that are no longer there as they were; columns, rows and tables may have been added."""
    return [
        f"{table}: {row}"
        for table, rows in before.items()
        for row in rows
        if not any(row.items() <= now.items() for now in after.get(table, []))
    ]


@asynccontextmanager
async def present(settings: Callable[..., Settings], dsn: str) -> AsyncIterator[Container]:
    """The present release over a database."""
    container = build(settings(store="postgres", database_url=SecretStr(dsn)), ALL_COACHES)
    try:
        yield container
    finally:
        await container.aclose()


async def ids_and_end(wired: Container, user_id: UUID, session_id: UUID) -> tuple[list[int], str]:
    """The ids of a session's events, and how it ended."""
    _, events = await wired.store.read_events(user_id, session_id, 0)
    return [event["id"] for event in events], events[-1].get("status", "")


@pytest.mark.parametrize("applied", range(1, len(FILES) + 1), ids=lambda n: FILES[n - 1].stem)
async def test_an_earlier_schema_is_brought_up_with_all_its_data(
    applied: int, cluster: Cluster, settings: Callable[..., Settings]
) -> None:
    """Issue 6 point 9: rows of every table that was there, and runs that the first release began and ended."""
    name, user_id, newcomer = f"upgrade_{applied}", uuid4(), uuid4()
    dsn = await cluster.create(name, applied)
    db = await asyncpg.connect(dsn)
    await fill(db, user_id)
    async with present(settings, cluster.service_dsn(name)) as wired:
        ran = await db.fetchval(_RUNS_WORK)
        if ran:
            finished = await finish_a_run(wired.store.transport, user_id)
            begun = await leave_a_run_half_done(wired.store.transport, user_id)
        before = await stored(db)
        assert all(before.values())
        await db.close()

        await apply(dsn, FILES[applied:])

        db = await asyncpg.connect(dsn)
        assert lost(before, await stored(db)) == []
        if ran:
            await let_lease_end(db, begun)
            assert await wired.runner.finish(user_id, begun)
            assert await ids_and_end(wired, user_id, begun) == ([1, 2, 3, 4, 5, 6], "completed")
            assert await ids_and_end(wired, user_id, finished) == ([1, 2, 3, 4], "completed")
        started = await wired.store.start_session(request(newcomer))
        assert started.run is not None
        assert await wired.runner.start(started.run, started.events) == "completed"
        await db.close()
    await cluster.drop(name)


def test_no_released_migration_was_changed() -> None:
    """A database that has applied it would never hear of the change; a release adds its files to the list."""
    now = {f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in FILES}
    assert set(RELEASED.read_text().splitlines()) <= now


def test_what_is_lost_is_noticed() -> None:
    """A lock is tested with what must not get through."""
    row = {"id": 1, "words": "kept"}
    assert lost({"t": [row]}, {"t": [row | {"more": None}], "u": []}) == []
    worse: list[Stored] = [{}, {"t": []}, {"t": [{"id": 1}]}, {"t": [{"id": 1, "words": "changed"}]}]
    for after in worse:
        assert len(lost({"t": [row]}, after)) == 1
