"""The one table of who may do what (tests/contract/rls/policy.toml), and where the database differs from it."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

FOLDER = Path(__file__).parents[1] / "contract" / "rls"
ROLES = ("authenticated", "aicoach_engine", "aicoach_jobs", "aicoach_observer")
_DATA: dict[str, Any] = tomllib.loads((FOLDER / "policy.toml").read_text())

_GRANTED = """
with acl as (
  select c.oid, null::name as attname, x.* from pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) x
  union all
  select a.attrelid, a.attname, x.* from pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) x
)
select n.nspname || '.' || c.relname as object, c.relkind::text as kind,
       coalesce(array_agg(pg_get_userbyid(acl.grantee) || ' ' || lower(acl.privilege_type)
                || coalesce('(' || acl.attname || ')', '')) filter (where acl.grantee <> c.relowner), '{}') as rights
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join acl on acl.oid = c.oid
where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f')
group by n.nspname, c.relname, c.relkind, c.relowner
"""
_EXECUTABLE = """
select n.nspname || '.' || p.proname as object,
       array[case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end]
       || array(select case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee)::text end
                from pg_catalog.aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                where x.grantee <> p.proowner) as rights
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private')
"""


@dataclass(frozen=True)
class Relation:
    """A table or a view, and the rights each role has on it."""

    name: str
    rows: str
    rights: dict[str, frozenset[str]]
    sees_all: dict[str, str] = field(default_factory=dict)
    sample: dict[str, str] = field(default_factory=dict)
    over: str | None = None
    touch: str = ""
    deletes: str = "true"

    def may(self, role: str | None, privilege: str, column: str | None = None) -> bool:
        """Whether ``role`` has the privilege on the whole relation, or on this (any, when None) column."""
        held = self.rights.get(role or "", frozenset())
        if column is None:
            return any(right.partition("(")[0] == privilege for right in held)
        return privilege in held or f"{privilege}({column})" in held

    def assign(self, column: str, value: str | None = None) -> str:
        """A SET clause for the column (to its own value), with what every update of this table must set."""
        must = self.touch if self.touch and not self.touch.startswith(f"{column} ") else ""
        own = f"{column} = {value or column}" if must or not self.touch else self.touch
        return f"{own}, {must}" if must else own

    def columns(self, role: str | None, privilege: str) -> list[str]:
        """The columns on which ``role`` has the privilege although not on the whole relation."""
        mark = f"{privilege}("
        return sorted(r[len(mark) : -1] for r in self.rights.get(role or "", ()) if r.startswith(mark))


def _each(right: str) -> list[str]:
    privilege, bracket, columns = right.rstrip(")").partition("(")
    return [f"{privilege}({column.strip()})" for column in columns.split(",")] if bracket else [privilege]


def _relation(name: str, entry: dict[str, Any]) -> Relation:
    rights = {role: frozenset(one for right in entry.get(role, ()) for one in _each(right)) for role in ROLES}
    known = {key: entry[key] for key in ("sees_all", "sample", "over", "touch", "deletes") if key in entry}
    return Relation(name, entry.get("rows", "own"), rights, **known)


TABLES = {name: _relation(name, entry) for name, entry in _DATA["tables"].items()}
VIEWS = {name: _relation(name, entry) for name, entry in _DATA["views"].items()}
FUNCTIONS: dict[str, frozenset[str]] = {
    f"{schema}.{name}": frozenset(words.split())
    for schema, functions in _DATA["functions"].items()
    for name, words in functions.items()
}
ARGUMENTS: dict[str, dict[str, Any]] = _DATA["arguments"]


async def rule_faults(db: asyncpg.Connection, rule: str) -> list[str]:
    """What breaks the catalog rule ``rules/<rule>.sql``, one sentence each."""
    rows = await db.fetch((FOLDER / "rules" / f"{rule}.sql").read_text())
    return sorted(row["fault"] for row in rows)


async def grant_faults(db: asyncpg.Connection) -> list[str]:
    """Where the rights in the database differ from policy.toml, unknown and missing objects included."""
    rows = await db.fetch(_GRANTED)
    real = {row["object"]: frozenset(row["rights"]) for row in rows}
    kinds = {row["object"]: row["kind"] for row in rows}
    said = {
        name: frozenset(f"{role} {right}" for role, rights in relation.rights.items() for right in rights)
        for name, relation in (TABLES | VIEWS).items()
    }
    wrong_kind = [name for name in kinds if name in said and (kinds[name] == "v") != (name in VIEWS)]
    return [f"{name} is filed under the wrong kind" for name in wrong_kind] + _differences(said, real)


async def function_faults(db: asyncpg.Connection) -> list[str]:
    """Where who may execute a function, and its volatility, differ from policy.toml."""
    real = {row["object"]: frozenset(row["rights"]) for row in await db.fetch(_EXECUTABLE)}
    return _differences(FUNCTIONS, real)


def _differences(said: dict[str, frozenset[str]], real: dict[str, frozenset[str]]) -> list[str]:
    faults = [f"{name} is not classified in policy.toml" for name in sorted(real.keys() - said.keys())]
    faults += [f"{name} is in policy.toml and not in the database" for name in sorted(said.keys() - real.keys())]
    for name in sorted(said.keys() & real.keys()):
        faults += [f"{name}: {right} was never meant" for right in sorted(real[name] - said[name])]
        faults += [f"{name}: {right} is missing" for right in sorted(said[name] - real[name])]
    return faults
