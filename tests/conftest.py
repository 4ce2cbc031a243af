"""One stack of real parts for the whole session; every test brings people of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from aicoach.adapters.supabase import Transport
from aicoach.app.bootstrap import COACHES, Container, build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.coaches.orchard import COACH as ORCHARD
from tests.support import outside
from tests.support.people import Person, Signer
from tests.support.service import Client, serve

LONGEST_FIRST = ("e2e", "faults", "deploy", "model", "jobs", "integration", "contract", "story")
ALL_COACHES = {**COACHES, ORCHARD.name: ORCHARD}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--store`` chooses the transport that the contract suite, the stories and the kill tests run on."""
    parser.addoption("--store", choices=["postgres", "rest", "both"], default="both")


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is imported that reads settings."""
    outside.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no worker is left with one of them at the end."""

    def turn(item: pytest.Item) -> int:
        folders = item.path.parts
        return next((place for place, folder in enumerate(LONGEST_FIRST) if folder in folders), len(LONGEST_FIRST))

    items.sort(key=turn)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged may be no valid text on purpose; a report must still travel between processes."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(autouse=True)
def nothing_reaches_outside() -> Iterator[None]:
    """Fail the test in which anything in this process tried to leave the machine."""
    yield
    tried, outside.attempts[:] = list(outside.attempts), []
    assert tried == []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that asks for a transport runs on each chosen one."""
    if "transport_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--store")
        names = ["postgres", "rest"] if chosen == "both" else [chosen]
        metafunc.parametrize("transport_name", names, scope="session")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Postgres, Redis and the REST gateway, on free ports."""
    home: Path = tmp_path_factory.mktemp("stack")
    with Stack(home, parts=("postgres", "redis", "lite")) as running:
        yield running


@pytest.fixture(scope="session")
def signer(stack: Stack) -> Signer:
    """The façade's key."""
    return Signer(stack.bridge_private_pem)


@pytest.fixture
def person(signer: Signer) -> Person:
    """Somebody new."""
    return Person(signer)


@pytest.fixture
def stranger(signer: Signer) -> Person:
    """Somebody else."""
    return Person(signer)


@pytest.fixture
def settings(stack: Stack) -> Callable[..., Settings]:
    """The stack's settings, with changes."""

    def make(**changes: Any) -> Settings:
        return Settings.from_env(stack.env()).model_copy(update=changes)

    return make


@pytest.fixture
async def container(settings: Callable[..., Settings], transport_name: str) -> AsyncIterator[Container]:
    """A wired service over the chosen transport, with a second coach beside the real one."""
    wired = build(settings(store=transport_name), ALL_COACHES)
    yield wired
    await wired.aclose()


@pytest.fixture
async def service(container: Container) -> AsyncIterator[str]:
    """The service over HTTP; gives its base URL."""
    async with serve(create_app(container)) as url:
        yield url


@pytest.fixture
async def http(service: str) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client of the service."""
    async with httpx.AsyncClient(base_url=service, timeout=30) as client:
        yield client


@pytest.fixture
def client(http: httpx.AsyncClient, person: Person) -> Client:
    """The person's view of the service."""
    return Client(http, person)


@pytest.fixture
def cron(stack: Stack) -> dict[str, str]:
    """What the scheduler sends."""
    return {"Authorization": f"Bearer {stack.cron_secret}"}


@pytest.fixture
async def owner(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner: to arrange and to look, never to act for a user."""
    connection = await asyncpg.connect(stack.dsn_owner)
    yield connection
    await connection.close()


@pytest.fixture
def transport(container: Container) -> Transport:
    """The transport under test."""
    return container.store.transport


@pytest.fixture
def wait_until() -> Callable[..., Awaitable[None]]:
    """Poll until something is true; no fixed sleeps."""

    async def wait(check: Callable[[], Any], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while True:
                found = check()
                if asyncio.iscoroutine(found):
                    found = await found
                if found:
                    return
                await asyncio.sleep(0.02)

    return wait
