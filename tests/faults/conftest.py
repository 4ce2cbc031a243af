"""Service processes on the session's stack, and the database as its owner for many questions at once."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest

from aicoach.local.stack import Stack
from tests.faults import table
from tests.faults.matrix import ROWS
from tests.support.processes import Services, services

TellRow = Callable[[str, table.Row], None]
_UPDATE = bool(os.environ.get("UPDATE_FAULT_TABLE"))


@pytest.fixture
def tell_row(record_property: Callable[[str, object], None]) -> TellRow:
    """Report a row of the fault table; fails when it is not the committed one, unless that is to be written anew."""

    def tell(name: str, row: table.Row) -> None:
        record_property(table.PROPERTY, (name, dict(row)))
        assert _UPDATE or table.committed().get(name) == row, "docs/faults.md says otherwise (UPDATE_FAULT_TABLE=1)"

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the rows that were played; with UPDATE_FAULT_TABLE=1 write them into docs/faults.md."""
    reports = [report for name in ("passed", "failed") for report in terminalreporter.stats.get(name, [])]
    played = dict(value for report in reports for name, value in report.user_properties if name == table.PROPERTY)
    if not played:
        return
    terminalreporter.section("fault table")
    terminalreporter.write(table.render({name: played[name] for name in ROWS if name in played}))
    if _UPDATE:
        table.write(played, ROWS)


@pytest.fixture(scope="module")
async def started(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    """Starts service processes; all of them are gone when the module ends."""
    logs: Path = tmp_path_factory.mktemp("services")
    async with services(stack.env(), logs) as running:
        yield running


@pytest.fixture(scope="module")
async def database(stack: Stack) -> AsyncIterator[asyncpg.Pool]:
    """The database as its owner, for several questions side by side."""
    async with asyncpg.create_pool(stack.dsn_owner, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that can reach any number of services."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        yield client
