"""Applies supabase/migrations the way the Supabase CLI does, and records it where that CLI looks."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aicoach.local.errors import LocalError
from aicoach.local.paths import HERE, SUPABASE
from aicoach.local.psql import Psql

MIGRATIONS = SUPABASE / "migrations"
_NAME = re.compile(r"(?P<version>\d{14})_(?P<name>[a-z0-9_]+)\.sql")
_SQL = HERE / "sql"
_RECORD = """
insert into supabase_migrations.schema_migrations (version, name, statements)
values (:'aicoach_version', :'aicoach_name', array[{text}]);
"""


@dataclass(frozen=True)
class Migration:
    """One file, its 14-digit version and its name."""

    path: Path
    version: str
    name: str

    @property
    def is_grants(self) -> bool:
        """Grants files are idempotent and are applied again after a gateway has granted too much."""
        return self.name.endswith("_grants")


def migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """All migrations in order; raises LocalError for a name or a version that the Supabase CLI refuses."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise LocalError(f"{path.name} is no migration name; it must look like 20260131235959_words.sql")
        if found and found[-1].version == match["version"]:
            raise LocalError(f"Two migrations have the version {match['version']}.")
        found.append(Migration(path, match["version"], match["name"]))
    return found


def migrate(owner: Psql, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing, each file in one transaction; the names that were applied."""
    owner.run_files([_SQL / "history.sql", _SQL / "platform.sql"])
    applied = set(owner.run("select version from supabase_migrations.schema_migrations").split())
    pending = [m for m in migrations(folder) if m.version not in applied]
    for migration in pending:
        _apply(owner, migration)
    return [m.path.name for m in pending]


def changed_since_applied(owner: Psql, folder: Path = MIGRATIONS) -> list[str]:
    """Names of files that no longer are what was applied to this database."""
    rows = owner.run("select version, md5(statements[1]) from supabase_migrations.schema_migrations").splitlines()
    applied = dict(row.split("\t") for row in rows)
    now = {m.version: (m.path.name, hashlib.md5(m.path.read_bytes()).hexdigest()) for m in migrations(folder)}
    return [name for version, (name, digest) in now.items() if applied.get(version, digest) != digest]


def undo_gateway_grants(owner: Psql, folder: Path = MIGRATIONS) -> None:
    """Put back functions and privileges after Supabase Lite changed them; safe to run at any time."""
    grants = [m.path for m in migrations(folder) if m.is_grants]
    owner.run_files([_SQL / "platform.sql", _SQL / "after_lite.sql", *grants])


def allow_service_login(owner: Psql, password: str) -> None:
    """Give the pool's role its local password; migrations carry none."""
    owner.run("alter role aicoach_service login password :'aicoach_password'", {"aicoach_password": password})


def seed(owner: Psql, files: Iterable[Path]) -> list[str]:
    """Run each seed file once per content, as the Supabase CLI does; the names that ran."""
    known = dict(
        line.split("\t") for line in owner.run("select path, hash from supabase_migrations.seed_files").splitlines()
    )
    ran = []
    for path in files:
        name, digest = f"supabase/{path.name}", hashlib.sha256(path.read_bytes()).hexdigest()
        if known.get(name) == digest:
            continue
        note = """
insert into supabase_migrations.seed_files (path, hash) values (:'aicoach_path', :'aicoach_hash')
on conflict (path) do update set hash = excluded.hash;
"""
        owner.run_files([path], note, {"aicoach_path": name, "aicoach_hash": digest})
        ran.append(path.name)
    return ran


def _apply(owner: Psql, migration: Migration) -> None:
    values = {"aicoach_version": migration.version, "aicoach_name": migration.name}
    record = _RECORD.format(text=_dollar_quoted(migration.path.read_text()))
    try:
        owner.run_files([migration.path], record, values)
    except LocalError as error:
        raise LocalError(f"Migration {migration.path.name} failed. {error}") from error


def _dollar_quoted(text: str) -> str:
    tag = f"$t{hashlib.sha256(text.encode()).hexdigest()[:16]}$"
    return f"{tag}{text}{tag}"
