"""Every role tries every verb on every table and view: what happens is what policy.toml says, and nothing else."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.rls_actors import DENIED, JOBS, Actor, attempt, claims, engine, person
from tests.support.rls_policy import TABLES, VIEWS, Relation
from tests.support.rls_rows import Row, Rows, insert

OWN = sorted(name for name, table in TABLES.items() if table.rows == "own")
SHARED = sorted(name for name, table in TABLES.items() if table.rows == "shared")
ANA, BEN, CY = uuid4(), uuid4(), uuid4()
"""Ana and Ben have a row everywhere; Cy has none, only what his rows would refer to."""

ACTORS = [
    Actor("anon", "authenticator", "anon", claims(None, "anon")),
    Actor("anon with Ana's claims", "authenticator", "anon", claims(ANA, "authenticated")),
    person(ANA, "Ana"),
    person(CY, "Cy"),
    engine(ANA, "the engine for Ana"),
    engine(CY, "the engine for Cy"),
    JOBS,
    Actor("jobs with Ana's claims", "aicoach_service", "aicoach_jobs", claims(ANA, "aicoach_engine")),
    Actor("the login without a role", "aicoach_service", None),
    Actor("the login with Ana's claims", "aicoach_service", None, claims(ANA, "aicoach_engine")),
    Actor("the gateway without a role", "authenticator", None, claims(ANA, "authenticated")),
    Actor("service_role", "authenticator", "service_role", claims(ANA, "service_role")),
]
CLAIMS_OF_NOBODY = {
    "says nothing": None,
    "empty": "",
    "has no sub": "{}",
    "sub is null": '{"sub": null}',
    "sub is empty": '{"sub": ""}',
    "sub is no uuid": '{"sub": "x\' or true --"}',
    "sub is a list": f'{{"sub": ["{ANA}"]}}',
    "user_id instead of sub": f'{{"user_id": "{ANA}", "role": "aicoach_engine"}}',
    "a list": f'[{{"sub": "{ANA}"}}]',
    "no JSON": f"sub={ANA}",
}
NOBODIES = [
    Actor(f"{role} whose claims are: {how}", login, role, text)
    for login, role in [("authenticator", "authenticated"), ("aicoach_service", "aicoach_engine")]
    for how, text in CLAIMS_OF_NOBODY.items()
]
NOTHING = {0, DENIED, "22P02"}
"""No row, no right, or claims that are no claims: what nobody may ever get beyond."""


@dataclass(frozen=True)
class Case:
    """One statement, the result that the policy table says it has, and what the owner does just before."""

    verb: str
    sql: str
    expected: int | str
    prepare: str = "select"


def look(table: Relation) -> str:
    """What Ben's rows are, down to their physical versions: even a change to the same value shows."""
    return (
        "select coalesce(string_agg(t.ctid::text || t.xmin::text || t::text, ',' order by t.ctid), '') "
        f"from {table.name} t where t.user_id = '{BEN}'"
    )


async def cases(db: asyncpg.Connection, table: Relation, actor: Actor, drafts: dict[UUID, Row]) -> list[Case]:
    """Every verb, with what must come of it for this actor, who is Cy or else Ana."""
    name, role = table.name, actor.acts_as
    me = CY if "Cy" in actor.name else ANA
    own = 1 if me == ANA else 0
    everyone = table.sees_all.get(role)
    seen = await db.fetchval(f"select count(*) from {name} where {everyone}") if everyone else own
    column = next(iter(table.columns(role, "update")), "user_id")
    give = DENIED if own or not table.may(role, "update", "user_id") else 0

    def allowed(privilege: str, rows: int) -> int | str:
        return rows if table.may(role, privilege) else DENIED

    by_user = table.may(role, "select", "user_id")
    update, clear = f"update {name} set {column} = {column}", f"delete from {name} where user_id = '{me}'"
    return [
        Case("read mine", f"select 1 from {name} where user_id = '{me}'", own if by_user else DENIED),
        Case(
            "read theirs", f"select 1 from {name} where user_id = '{BEN}'", int(bool(everyone)) if by_user else DENIED
        ),
        Case("read all", f"select 1 from {name}", allowed("select", seen)),
        Case("add mine", insert(name, drafts[me]), allowed("insert", 1), clear),
        Case("add theirs", insert(name, drafts[BEN]), DENIED),
        Case("change mine", f"{update} where user_id = '{me}'", allowed("update", own)),
        Case("change theirs", f"{update} where user_id = '{BEN}'", allowed("update", 0)),
        Case("change all", update, allowed("update", own)),
        Case("give mine away", f"update {name} set user_id = '{BEN}'", give),
        Case("lock all", f"select 1 from {name} for update", allowed("update", own)),
        Case("remove mine", f"delete from {name} where user_id = '{me}'", allowed("delete", own)),
        Case("remove theirs", f"delete from {name} where user_id = '{BEN}'", allowed("delete", 0)),
        Case("remove all", f"delete from {name}", allowed("delete", own)),
        Case("truncate", f"truncate {name} cascade", DENIED),
    ]


async def matrix_faults(db: asyncpg.Connection, rows: Rows, table: Relation) -> list[str]:
    """What does not end as policy.toml says, or touches one of Ben's rows."""
    for user in (ANA, BEN):
        await rows.make(table.name, user)
    drafts = {user: await rows.draft(table.name, user) for user in (ANA, BEN, CY)}
    before, faults = await db.fetchval(look(table)), []
    for actor in ACTORS:
        for case in await cases(db, table, actor, drafts):
            outcome = await attempt(db, actor, case.sql, look(table), case.prepare)
            if outcome.result != case.expected:
                faults.append(f"{actor.name}, {case.verb}: {outcome.result}, not {case.expected}")
            elif isinstance(outcome.result, int) and outcome.others != before:
                faults.append(f"{actor.name}, {case.verb}: a stranger's row has changed")
    return faults


@pytest.mark.parametrize("table", OWN)
async def test_each_role_does_to_peoples_rows_what_the_policy_says(
    db: asyncpg.Connection, rows: Rows, table: str
) -> None:
    """Issue 2, done when, 4; security.md 5, rows 7 and 9."""
    faults = await matrix_faults(db, rows, TABLES[table])
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("table", OWN)
async def test_who_is_nobody_gets_nothing(db: asyncpg.Connection, rows: Rows, table: str) -> None:
    """Security.md 2: claims whose sub is null or broken give no rows, whatever the statement."""
    ana = await rows.make(table, ANA)
    faults = []
    for actor in NOBODIES:
        for sql in (
            f"select 1 from {table}",
            f"select 1 from {table} where user_id = '{ANA}' or user_id is null",
            f"update {table} set user_id = user_id",
            f"delete from {table}",
            insert(table, await rows.draft(table, ANA)),
        ):
            outcome = await attempt(db, actor, sql)
            if outcome.result not in NOTHING:
                faults.append(f"{actor.name}: {outcome.result} by {sql}")
    assert not faults, "\n".join(faults)
    assert ana["user_id"] == f"'{ANA}'"


@pytest.mark.parametrize("table", SHARED)
async def test_each_role_does_to_shared_rows_what_the_policy_says(
    db: asyncpg.Connection, rows: Rows, table: str
) -> None:
    """Market data is read by everyone who signed in and brought by jobs; token counters are the engine's."""
    fence = TABLES[table]
    await rows.make(table, ANA)
    total: int = await db.fetchval(f"select count(*) from {table}")
    gone: int = await db.fetchval(f"select count(*) from {table} where {fence.deletes.format(user=ANA)}")
    draft, faults = await rows.draft(table, BEN), []
    key = next(iter(draft))
    for actor in ACTORS:
        role = actor.acts_as
        column = next(iter(fence.columns(role, "update")), key)
        for privilege, sql, count in [
            ("select", f"select 1 from {table}", total),
            ("insert", insert(table, draft), 1),
            ("update", f"update {table} set {fence.assign(column)}", total),
            ("delete", f"delete from {table}", gone),
            ("truncate", f"truncate {table} cascade", 0),
        ]:
            outcome = await attempt(db, actor, sql)
            expected = count if fence.may(role, privilege) else DENIED
            if outcome.result != expected:
                faults.append(f"{actor.name}, {privilege}: {outcome.result}, not {expected}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("view", sorted(VIEWS))
async def test_a_view_shows_people_their_own_rows_and_changes_none(
    db: asyncpg.Connection, rows: Rows, view: str
) -> None:
    """S0-4.1a: a view without security_invoker would bypass all of it."""
    fence = VIEWS[view]
    assert fence.over is not None
    for user in (ANA, BEN):
        await rows.make(fence.over, user)
    faults = []
    for actor in [*ACTORS, *NOBODIES]:
        own = 1 if actor in (person(ANA, "Ana"), engine(ANA, "the engine for Ana")) else 0
        expected = {own} if fence.may(actor.acts_as, "select") else {DENIED}
        for sql, allowed in [
            (f"select 1 from {view}", expected if actor in ACTORS else NOTHING),
            (f"select 1 from {view} where user_id = '{BEN}'", {0, DENIED} if actor in ACTORS else NOTHING),
            (f"delete from {view}", {DENIED, "55000"}),
            (f"update {view} set user_id = user_id", {DENIED, "55000"}),
        ]:
            outcome = await attempt(db, actor, sql)
            if outcome.result not in allowed:
                faults.append(f"{actor.name}: {outcome.result} by {sql}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("table", sorted(TABLES))
async def test_a_column_is_written_only_by_whom_it_was_meant_for(
    db: asyncpg.Connection, rows: Rows, table: str
) -> None:
    """DESIGN 4.3; security.md 5, row 8: column by column, for each role of ours."""
    await rows.make(table, ANA)
    fence, faults = TABLES[table], []
    columns = await db.fetch(
        "select attname, attidentity <> '' or attgenerated <> '' as given from pg_attribute "
        "where attrelid = $1::regclass and attnum > 0 and not attisdropped", table
    )  # fmt: skip
    for actor in (person(ANA), engine(ANA), JOBS, ACTORS[0]):
        for name, given in columns:
            outcome = await attempt(db, actor, f"update {table} set {fence.assign(name, 'default' if given else None)}")
            if (outcome.result != DENIED) is not fence.may(actor.role, "update", name):
                faults.append(f"{actor.name} sets {name}: {outcome.result}")
    assert not faults, "\n".join(faults)


async def test_a_read_only_transaction_writes_nothing_even_as_the_engine(db: asyncpg.Connection, rows: Rows) -> None:
    """S0-4.1b: what reads a portfolio cannot write one."""
    for table in OWN:
        await rows.make(table, ANA)
        reading = f"set local transaction_read_only = on; delete from {table}"
        assert (await attempt(db, engine(ANA), reading)).result == "25006"
