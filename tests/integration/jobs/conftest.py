"""A stack of the jobs' own: a job asks for everybody, so nobody else's people may be there."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from aicoach.app.bootstrap import COACHES, Container, SystemClock, build
from aicoach.app.settings import Settings
from aicoach.core.ports import Clock
from aicoach.local.stack import Stack
from tests.integration.jobs.crowd import EVERYTHING
from tests.support.people import Signer

Wire = Callable[..., Container]


class Ticking(SystemClock):
    """A clock by which every look at it takes a second, so that a busy machine ends no call early or late."""

    def __init__(self) -> None:
        self._looks = 0

    def monotonic(self) -> float:
        """How often it was looked at."""
        self._looks += 1
        return self._looks


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Postgres and Redis, without the demo users."""
    home: Path = tmp_path_factory.mktemp("jobs")
    with Stack(home, parts=("postgres", "redis"), durable=False, seeded=False) as running:
        yield running


@pytest.fixture(scope="session")
def signer(stack: Stack) -> Signer:
    """The façade's key of this stack: the one for all tests belongs to another."""
    return Signer(stack.bridge_private_pem)


@pytest.fixture
async def owner(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner, empty."""
    connection = await asyncpg.connect(stack.dsn_owner)
    await connection.execute(f"truncate {EVERYTHING} cascade")
    yield connection
    await connection.close()


@pytest.fixture
async def wire(settings: Callable[..., Settings], owner: asyncpg.Connection) -> AsyncIterator[Wire]:
    """Wires services, over Postgres unless told otherwise, each with settings of its own; all are closed at the end."""
    made: list[Container] = []

    def make(coaches: Mapping[str, Any] = COACHES, clock: Clock | None = None, **changes: Any) -> Container:
        made.append(build(settings(**{"store": "postgres"} | changes), coaches, clock))
        return made[-1]

    yield make
    for wired in made:
        await wired.aclose()


@pytest.fixture
def wired(wire: Wire) -> Container:
    """A service as it comes."""
    return wire()


@pytest.fixture
async def written(owner: asyncpg.Connection) -> Callable[[], Any]:
    """How many rows were ever written: by this connection, and by those that are closed."""

    async def count() -> int:
        await owner.execute("select pg_stat_force_next_flush()")
        return int(
            await owner.fetchval(
                "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_all_tables "
                "where schemaname in ('public', 'private')"
            )
        )

    return count
