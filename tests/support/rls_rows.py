"""Makes a valid row of any table out of the catalog, with the rows it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid4

import asyncpg

from tests.support.rls_policy import TABLES

Row = dict[str, str]
"""Column name to SQL expression."""

_COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull and not a.atthasdef and a.attidentity = '' as required,
       a.attidentity <> '' or a.attgenerated <> '' as given,
       (select (regexp_match(pg_get_constraintdef(k.oid), $$'([^']+)'::text$$))[1] from pg_constraint k
        where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum]
          and pg_get_constraintdef(k.oid) like '%ARRAY[%' limit 1) as word
from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_REFERENCES = """
select n.nspname || '.' || c.relname as parent,
       array(select a.attname::text from unnest(k.conkey) with ordinality u(num, n)
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by u.n) as mine,
       array(select a.attname::text from unnest(k.confkey) with ordinality u(num, n)
             join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by u.n) as theirs
from pg_constraint k join pg_class c on c.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace
where k.conrelid = $1::regclass and k.contype = 'f' and k.confrelid <> k.conrelid order by k.conname
"""
_BY_TYPE = {"uuid": "gen_random_uuid()", "jsonb": "'{{}}'", "date": "current_date", "boolean": "false"}
_numbers = count(1)


@dataclass(frozen=True)
class Reference:
    """A foreign key: these columns of mine hold those of the parent."""

    parent: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


class Rows:
    """Rows of a few people, made by the owner of the database; one row per table and person, made once."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self._db = db
        self._made: dict[tuple[str, UUID | None], Row] = {}

    async def make(self, table: str, user: UUID) -> Row:
        """Insert the person's row, and before it what it refers to; gives its values as SQL."""
        key = (table, user if self._belongs_to_somebody(table) else None)
        if key not in self._made:
            row = await self.draft(table, user)
            stored = await self._db.fetchrow(f"{insert(table, row)} returning *")
            self._made[key] = {name: literal(value) for name, value in stored.items() if value is not None}
        return self._made[key]

    async def draft(self, table: str, user: UUID) -> Row:
        """A row that could be inserted for the person; its parents exist."""
        row: Row = {}
        for reference in await self.references(table):
            parent = await self.make(reference.parent, user)
            row |= {mine: parent[theirs] for mine, theirs in zip(reference.mine, reference.theirs, strict=True)}
        for column in await self._db.fetch(_COLUMNS, table):
            name, sample = column["attname"], self._sample(table, column["attname"])
            if sample is not None:
                row[name] = sample
            elif name in {"user_id", "scope_id"}:
                row[name] = literal(user)
            elif name not in row and column["required"] and not column["given"]:
                row[name] = self._guess(name, column["type"], column["word"], user)
        return row

    async def references(self, table: str) -> list[Reference]:
        """The table's foreign keys to other tables."""
        rows = await self._db.fetch(_REFERENCES, table)
        return [Reference(row["parent"], tuple(row["mine"]), tuple(row["theirs"])) for row in rows]

    @staticmethod
    def _belongs_to_somebody(table: str) -> bool:
        return table not in TABLES or TABLES[table].rows == "own"

    @staticmethod
    def _sample(table: str, column: str) -> str | None:
        sample = TABLES[table].sample.get(column) if table in TABLES else None
        return sample.format(n=next(_numbers)) if sample is not None else None

    @staticmethod
    def _guess(name: str, kind: str, word: str | None, user: UUID) -> str:
        if name == "id" and kind == "uuid":
            return literal(user)
        if word is not None:
            return literal(word)
        if kind.startswith("timestamp"):
            return "now()"
        if kind in {"integer", "bigint", "smallint", "numeric"} or kind.startswith("numeric"):
            return "1"
        return _BY_TYPE.get(kind, f"'{name}-{next(_numbers)}'").format()


def insert(table: str, row: Mapping[str, str]) -> str:
    """The statement that inserts ``row``."""
    return f"insert into {table} ({', '.join(row)}) values ({', '.join(row.values())})"


def literal(value: object) -> str:
    """A value read from the database, or any text, as an SQL literal of unknown type."""
    if isinstance(value, list):
        return "'{" + ",".join(str(item) for item in value) + "}'"
    return "'" + str(value).replace("'", "''") + "'"


def nobody() -> UUID:
    """An id that never was."""
    return uuid4()
