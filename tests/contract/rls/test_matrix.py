"""Every role tries every verb on every table and view: what happens is what policy.toml says, and nothing else."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.support.rls_actors import DENIED, JOBS, Actor, attempt, claims, engine, person
from tests.support.rls_policy import TABLES, VIEWS, Relation
from tests.support.rls_rows import Rows, insert

OWN = sorted(name for name, table in TABLES.items() if table.rows == "own")
SHARED = sorted(name for name, table in TABLES.items() if table.rows == "shared")
ANA, BEN, CY = uuid4(), uuid4(), uuid4()
"""Ana and Ben have rows everywhere; Cy has none, only what his rows would refer to."""

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
    "no JSON": "sub=" + str(ANA),
}
ACTORS = [
    Actor("anon", "authenticator", "anon", claims(None, "anon")),
    Actor("anon with Ana's claims", "authenticator", "anon", claims(ANA, "authenticated")),
    person(ANA, "Ana"),
    person(CY, "Cy, a stranger"),
    engine(ANA, "the engine for Ana"),
    engine(CY, "the engine for Cy, a stranger"),
    JOBS,
    Actor("jobs with Ana's claims", "aicoach_service", "aicoach_jobs", claims(ANA, "aicoach_engine")),
    Actor("the login without a role", "aicoach_service", None),
    Actor("the login with Ana's claims", "aicoach_service", None, claims(ANA, "aicoach_engine")),
    Actor("the gateway without a role", "authenticator", None, claims(ANA, "authenticated")),
    Actor("service_role", "authenticator", "service_role", claims(ANA, "service_role")),
]
NOBODIES = [
    Actor(f"{role}, whose claims: {how}", login, role, text)
    for login, role in [("authenticator", "authenticated"), ("aicoach_service", "aicoach_engine")]
    for how, text in CLAIMS_OF_NOBODY.items()
]


@dataclass(frozen=True)
class Case:
    """One statement and the result that the policy table says it has."""

    verb: str
    sql: str
    expected: int | str


@dataclass(frozen=True)
class Scene:
    """A table with one row of Ana's and one of Ben's."""

    table: Relation
    mine: dict[str, str]
    theirs: dict[str, str]

    def cases(self, actor: Actor, me: UUID) -> list[Case]:
        """Every verb, with what must come of it; ``me`` has a row exactly when it is Ana."""
        t, name, role = self.table, self.table.name, actor.acts_as
        own = 1 if me == ANA else 0
        everyone = role in t.sees_all
        column = next(iter(t.columns(role, "update")), "user_id")

        def allowed(privilege: str, rows: int | str) -> int | str:
            return rows if t.may(role, privilege) else DENIED

        give = "user_id" if t.may(role, "update", "user_id") else None
        return [
            Case("read mine", f"select 1 from {name} where user_id = '{me}'", allowed("select", own)),
            Case("read theirs", f"select 1 from {name} where user_id = '{BEN}'", allowed("select", int(everyone))),
            Case("read all", f"select 1 from {name}", allowed("select", 2 if everyone else own)),
            Case("add mine", insert(name, self.mine), allowed("insert", 1)),
            Case("add theirs", insert(name, self.theirs), DENIED),
            Case("change mine", f"update {name} set {column} = {column} where user_id = '{me}'", allowed("update", own)),
            Case("change theirs", f"update {name} set {column} = {column} where user_id = '{BEN}'", allowed("update", 0)),
            Case("change all", f"update {name} set {column} = {column}", allowed("update", own)),
            Case("give mine away", f"update {name} set user_id = '{BEN}'", own and DENIED if give else DENIED),
            Case("take all", f"update {name} set user_id = '{me}'", own if give else DENIED),
            Case("lock all", f"select 1 from {name} for update", allowed("update", own)),
            Case("remove mine", f"delete from {name} where user_id = '{me}'", allowed("delete", own)),
            Case("remove theirs", f"delete from {name} where user_id = '{BEN}'", allowed("delete", 0)),
            Case("remove all", f"delete from {name}", allowed("delete", own)),
            Case("truncate", f"truncate {name} cascade", DENIED),
        ]

    @property
    def look(self) -> str:
        """What Ben's rows are, down to their physical versions: even a change to the same value shows."""
        return (
            f"select coalesce(string_agg(t.ctid::text || t.xmin::text || t::text, ',' order by t.ctid), '') "
            f"from {self.table.name} t where t.user_id = '{BEN}'"
        )


async def empty(db: asyncpg.Connection) -> None:
    """No rows but the test's own; undone with it."""
    await db.execute(f"truncate {', '.join(TABLES)} cascade")


async def scene(db: asyncpg.Connection, rows: Rows, table: str, me: UUID) -> Scene:
    """Ana's and Ben's rows stand; drafts of one more for me, and of one more for Ben, are ready."""
    await empty(db)
    await rows.make(table, ANA)
    await rows.make(table, BEN)
    return Scene(TABLES[table], await rows.draft(table, me), await rows.draft(table, BEN))


async def wrong(db: asyncpg.Connection, stage: Scene, actor: Actor, cases: list[Case]) -> list[str]:
    """The cases that did not end as they must, or that touched one of Ben's rows."""
    before = await db.fetchval(stage.look)
    faults = []
    for case in cases:
        outcome = await attempt(db, actor, case.sql, stage.look)
        if outcome.result != case.expected:
            faults.append(f"{actor.name} can {case.verb}: {outcome.result}, not {case.expected}")
        elif isinstance(outcome.result, int) and outcome.others != before:
            faults.append(f"{actor.name}, {case.verb}: a stranger's row has changed")
    return faults


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)
@pytest.mark.parametrize("table", OWN)
async def test_a_role_does_to_peoples_rows_what_the_policy_says(
    db: asyncpg.Connection, rows: Rows, table: str, actor: Actor
) -> None:
    """Issue 2, done when, 4; security.md 5, row 9."""
    me = CY if "Cy" in actor.name else ANA
    stage = await scene(db, rows, table, me)
    if me == ANA:  # her row must not stand in the way of the one she adds
        cases = [case for case in stage.cases(actor, me) if case.verb != "add mine"]
        faults = await wrong(db, stage, actor, cases)
        await db.execute(f"delete from {table} where user_id = '{ANA}'")
    else:
        faults = await wrong(db, stage, actor, [case for case in stage.cases(actor, me) if case.verb != "add mine"])
    added = [case for case in stage.cases(actor, me) if case.verb == "add mine"]
    faults += await wrong(db, stage, actor, added)
    assert not faults, "\n".join(faults)
