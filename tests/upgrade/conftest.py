"""Databases as earlier releases left them: one for each migration, each a copy of the one before and one step more."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from aicoach.local.migrate import migrations
from aicoach.local.paths import HERE
from aicoach.local.stack import Stack

PLATFORM = HERE / "sql" / "platform.sql"
FILES = [migration.path for migration in migrations()]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A cluster of our own, for roles belong to the cluster: its first database has all migrations."""
    home: Path = tmp_path_factory.mktemp("upgrade")
    with Stack(home, parts=("postgres", "redis"), durable=False, seeded=False) as running:
        yield running


class Cluster:
    """Makes databases whose schema is that of the first ``n`` migrations."""

    def __init__(self, stack: Stack, admin: asyncpg.Connection) -> None:
        self._stack, self._admin = stack, admin
        self._made = -1

    def dsn(self, database: str) -> str:
        """The owner's login."""
        return replace(self._stack.owner, database=database).dsn

    def service_dsn(self, database: str) -> str:
        """The service's own login."""
        return urlunsplit(urlsplit(self._stack.dsn_service)._replace(path=f"/{database}"))

    async def create(self, name: str, applied: int) -> str:
        """A database of this name as it was after ``applied`` migrations; gives the owner's address of it."""
        while self._made < applied:
            await self._next()
        await self._copy(f"schema_{applied}", name)
        return self.dsn(name)

    async def drop(self, name: str) -> None:
        """Whoever still looks at it is cut off."""
        await self._admin.execute(f"drop database {name} with (force)")

    async def _next(self) -> None:
        self._made += 1
        name = f"schema_{self._made}"
        if self._made == 0:
            await self._copy("template0", name)
            await apply(self.dsn(name), [PLATFORM])
        else:
            await self._copy(f"schema_{self._made - 1}", name)
            await apply(self.dsn(name), FILES[self._made - 1 : self._made])

    async def _copy(self, source: str, name: str) -> None:
        await self._admin.execute(f"create database {name} template {source}")


async def apply(dsn: str, files: list[Path]) -> None:
    """Each file in one transaction, as the Supabase CLI does."""
    connection = await asyncpg.connect(dsn)
    try:
        for file in files:
            await connection.execute(file.read_text())
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def cluster(stack: Stack) -> AsyncIterator[Cluster]:
    """One for all tests: each earlier schema is made once."""
    admin = await asyncpg.connect(stack.dsn_owner)
    yield Cluster(stack, admin)
    await admin.close()
