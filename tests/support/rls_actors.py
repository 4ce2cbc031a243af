"""Somebody tries one statement: as their real login and role, with their claims, in a transaction that is undone."""

import json
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from tests.support.rls_rows import literal

DENIED = "42501"
"""insufficient_privilege: a missing grant, or a row that a policy's check refuses."""


@dataclass(frozen=True)
class Actor:
    """A login, the role it takes on, and what it says about itself (None: nothing at all)."""

    name: str
    login: str
    role: str | None
    claims: str | None = None

    @property
    def acts_as(self) -> str:
        """The role whose rights count."""
        return self.role or self.login


@dataclass(frozen=True)
class Outcome:
    """``result`` is the number of rows, or the SQLSTATE of a refusal; ``others`` is what all others' rows became."""

    result: int | str
    others: str = ""


class _UndoError(Exception):
    """Ends the attempt's savepoint."""


def claims(user_id: UUID | None, role: str) -> str:
    """Claims of a signed-in user."""
    return json.dumps({"role": role, "sub": str(user_id)} if user_id else {"role": role})


def person(user_id: UUID, name: str = "person") -> Actor:
    """A browser: the gateway's login, the signed-in role."""
    return Actor(name, "authenticator", "authenticated", claims(user_id, "authenticated"))


def engine(user_id: UUID, name: str = "engine") -> Actor:
    """The service acting for a user."""
    return Actor(name, "aicoach_service", "aicoach_engine", claims(user_id, "aicoach_engine"))


JOBS = Actor("jobs", "aicoach_service", "aicoach_jobs", claims(None, "aicoach_jobs"))


async def become(db: asyncpg.Connection, actor: Actor, prepare: str = "select") -> None:
    """``prepare``, then be the actor until the transaction ends; ``db`` is a superuser's connection inside one."""
    steps = [prepare, f"set local session authorization {actor.login}"]
    if actor.claims is not None:
        steps.insert(1, f"select set_config('request.jwt.claims', {literal(actor.claims)}, true)")
    if actor.role is not None:
        steps.append(f"set local role {actor.role}")
    await db.execute(";".join(steps))


async def attempt(
    db: asyncpg.Connection, actor: Actor, sql: str, look: str = "select ''", prepare: str = "select"
) -> Outcome:
    """Let the owner ``prepare``, try ``sql``, ``look`` with the owner's eyes at what came of it, and undo all of it."""
    outcome = Outcome(0)
    try:
        async with db.transaction():
            await become(db, actor, prepare)
            words = (await db.execute(sql)).split()
            await db.execute("reset session authorization")
            outcome = Outcome(int(words[-1]) if words[-1].isdigit() else 0, await db.fetchval(look))
            raise _UndoError
    except _UndoError:
        return outcome
    except asyncpg.PostgresError as error:
        return Outcome(error.sqlstate or "unknown")
