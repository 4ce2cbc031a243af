"""Neither foreign keys, unique keys nor functions tell a stranger's id from one that never was."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.rls_actors import JOBS, Actor, attempt, become, engine
from tests.support.rls_policy import ARGUMENTS, FUNCTIONS, TABLES
from tests.support.rls_rows import Row, Rows, insert, literal

OWN = sorted(name for name, table in TABLES.items() if table.rows == "own")
ANA, BEN = uuid4(), uuid4()
FOREIGN_KEY = "23503"


def caller(function: str) -> Actor:
    """Whoever may call it, for Ana where it acts for somebody."""
    return JOBS if "aicoach_jobs" in FUNCTIONS[f"public.{function}"] else engine(ANA)


async def hooks(rows: Rows, table: str) -> set[str]:
    """The columns by which the table hangs on a person's rows, without user_id."""
    to_people = [r for r in await rows.references(table) if "user_id" in r.mine]
    return {column for reference in to_people for column in reference.mine} - {"user_id"}


@pytest.mark.parametrize("table", OWN)
async def test_nobody_can_hang_a_row_on_a_strangers_row_or_learn_that_it_exists(
    db: asyncpg.Connection, rows: Rows, table: str
) -> None:
    """Security.md 2: a copy of Ben's row in Ana's name fails as if Ben's session, insight or goal were unknown."""
    columns = await hooks(rows, table)
    taken: Row = {name: value for name, value in (await rows.make(table, BEN)).items() if name != "id"}
    fresh = await rows.draft(table, BEN)
    mine = {"user_id": literal(ANA)} | ({"scope_id": literal(ANA)} if "scope_id" in taken else {})
    for copied in (taken, fresh):
        row = {name: value for name, value in copied.items() if name != "id"} | mine
        unknown = row | {column: literal(uuid4()) for column in columns & row.keys()}
        theirs = await attempt(db, engine(ANA), insert(table, row))
        never = await attempt(db, engine(ANA), insert(table, unknown))
        assert theirs == never
        if columns:
            assert theirs.result == FOREIGN_KEY


@pytest.mark.parametrize("table", OWN)
async def test_nobody_can_move_a_row_of_theirs_onto_a_strangers(db: asyncpg.Connection, rows: Rows, table: str) -> None:
    """The same by UPDATE: Ana's row stays where it is."""
    await rows.make(table, ANA)
    ben = await rows.make(table, BEN)
    for column in await hooks(rows, table) & ben.keys():
        outcome = await attempt(db, engine(ANA), f"update {table} set {column} = {ben[column]}")
        assert outcome.result == FOREIGN_KEY, column


async def answer(db: asyncpg.Connection, function: str, argument: dict[str, Any]) -> object:
    """What the function says to its caller, ids of the question and moments left out; undone."""
    savepoint = db.transaction()
    await savepoint.start()
    try:
        await become(db, caller(function))
        return await db.fetchval(f"select public.{function}($1::jsonb)", json.dumps(argument))
    except asyncpg.PostgresError as error:
        return (error.sqlstate, error.message, error.detail, error.hint)
    finally:
        await savepoint.rollback()


@pytest.mark.parametrize("function", sorted(ARGUMENTS))
async def test_a_function_answers_for_a_strangers_id_as_for_one_that_never_was(
    db: asyncpg.Connection, rows: Rows, function: str
) -> None:
    """DESIGN 4.1: another user's id answers exactly like an id that does not exist. Security row 7."""
    for table in OWN:
        await rows.make(table, BEN)
    template = ARGUMENTS[function]
    ids = {name: str(table) for name, table in template.items() if str(table) in TABLES}
    theirs = template | {name: (await rows.make(table, BEN))["id"].strip("'") for name, table in ids.items()}
    never = template | {name: str(uuid4()) for name in ids}
    if ids:
        assert await answer(db, function, theirs) == await answer(db, function, never)
    elif caller(function) is not JOBS:
        assert str(BEN) not in str(await answer(db, function, theirs))


@pytest.mark.parametrize("claims", [None, "{}", '{"sub": null}', '{"sub": ""}', '{"sub": "x"}', "[]", "no JSON"])
async def test_the_engines_functions_serve_nobody_without_a_user(
    db: asyncpg.Connection, rows: Rows, claims: str | None
) -> None:
    """PT401, not found, or claims that are none: never somebody's rows, and nothing written."""
    nobody = Actor("nobody", "aicoach_service", "aicoach_engine", claims)
    for function, template in ARGUMENTS.items():
        if caller(function) is JOBS:
            continue
        ids = {name: str(table) for name, table in template.items() if str(table) in TABLES}
        argument = template | {name: (await rows.make(table, BEN))["id"].strip("'") for name, table in ids.items()}
        sql = f"select public.{function}({literal(json.dumps(argument))}::jsonb)"
        assert (await attempt(db, nobody, sql)).result in {"PT401", "PT404", "22P02"}, function


async def test_a_run_in_ones_own_name_never_becomes_a_strangers_run(db: asyncpg.Connection, rows: Rows) -> None:
    """Even if the service were tricked into Ben's scope, his run is neither joined nor shown."""
    session = await rows.make("public.ai_sessions", BEN)
    coach = session["coach"].strip("'")
    said = await answer(db, "ai_start_session", {"scope_id": str(BEN), "coach": coach})
    assert str(UUID(session["id"].strip("'"))) not in str(said)
    assert isinstance(said, tuple)
    assert said[0] == "PT503"
