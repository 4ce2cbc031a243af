"""The service with a key for folio numbers, and people who upload files."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.support.people import Person
from tests.support.service import serve

Upload = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def http(settings: Callable[..., Settings]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service over pooled Postgres."""
    wired = build(settings(store="postgres"))
    async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        yield client


@pytest.fixture
def upload(http: httpx.AsyncClient, person: Person) -> Upload:
    """Import a file for the person, or only look (``dry_run``); ``fields`` are more fields of the form."""

    async def send(
        data: bytes, password: str | None = None, *, dry_run: bool = False, who: Person = person, **fields: str
    ) -> httpx.Response:
        form = fields if password is None else {"password": password, **fields}
        files = {"file": ("statement", data, "application/octet-stream")}
        query = {"dry_run": "true"} if dry_run else {}
        return await http.post("/api/aicoach/import", params=query, data=form, files=files, headers=who.headers)

    return send


Stored = Callable[[], Awaitable[list[asyncpg.Record]]]


@pytest.fixture
def stored(owner: asyncpg.Connection, person: Person) -> Stored:
    """The person's transactions."""

    async def read() -> list[asyncpg.Record]:
        sql = "select * from transactions where user_id = $1 order by tx_date, kind, source_key"
        rows: list[asyncpg.Record] = await owner.fetch(sql, person.user_id)
        return rows

    return read
