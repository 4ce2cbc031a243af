"""The same jobs where there is no TCP to Postgres: every question and every run goes through the REST gateway."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.main import create_app
from aicoach.local.stack import Stack
from tests.fakes.nav_files import text
from tests.integration.jobs.conftest import Wire
from tests.integration.jobs.crowd import FUND, gather, make_fund, price, user_id
from tests.integration.jobs.nav_host import NavHost, nav_host
from tests.integration.jobs.slices import slices_of, walk
from tests.support.runs import let_lease_end, request
from tests.support.service import serve

BOUGHT = date(2024, 1, 1)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The gateway as well, still without the demo users."""
    home: Path = tmp_path_factory.mktemp("jobs-rest")
    with Stack(home, parts=("postgres", "redis", "lite"), durable=False, seeded=False) as running:
        yield running


@pytest.fixture
async def host() -> AsyncIterator[NavHost]:
    """Where the day's file is."""
    async with nav_host() as running:
        yield running


@pytest.fixture
def wired(wire: Wire, host: NavHost) -> Container:
    """A service without a pool."""
    return wire(store="rest", navs_url=host.url)


@pytest.fixture
async def http(wired: Container) -> AsyncIterator[httpx.AsyncClient]:
    """What cron calls."""
    secret = wired.settings.cron_secret.get_secret_value()
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        serve(create_app(wired)) as url,
        httpx.AsyncClient(base_url=f"{url}/api/aicoach", headers=headers, timeout=60) as client,
    ):
        yield client


async def job(http: httpx.AsyncClient, name: str) -> tuple[int, int, int, bool]:
    """Started, skipped, failed, more."""
    answer = (await http.get("/webhook", params={"job": name})).json()
    return answer["started"], answer["skipped"], answer["failed"], answer["more"]


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> asyncpg.Connection:
    """Three people with one fund at 100 rupees, who were never looked at."""
    await make_fund(owner)
    await price(owner, date(2025, 1, 2), Decimal(100), datetime(2025, 1, 2, tzinfo=UTC))
    await gather(owner, 3, BOUGHT)
    return owner


async def test_a_day_and_its_week_go_by(crowd: asyncpg.Connection, http: httpx.AsyncClient, host: NavHost) -> None:
    """Issue 4: everybody once, nobody twice; a price that moved is a reason to look again; one digest a week."""
    assert [await job(http, "daily") for _ in range(2)] == [(3, 0, 0, False), (0, 0, 0, False)]
    host.body = text(f"1;{FUND};-;Crowd Fund;110;03-Jan-2025").encode()
    assert [await job(http, "navs") for _ in range(2)] == [(1, 0, 0, False), (0, 1, 0, False)]
    assert [await job(http, "daily") for _ in range(2)] == [(3, 0, 0, False), (0, 0, 0, False)]
    assert [await job(http, "weekly") for _ in range(2)] == [(3, 0, 0, False), (0, 0, 0, False)]
    values = "select distinct trigger_values ->> 'value' from ai_topic_ledger where topic_key = 'performance:portfolio'"
    assert [Decimal(row[0]) for row in await crowd.fetch(values)] == [110_000]


async def test_both_transports_find_the_same_people_in_the_same_slices(
    crowd: asyncpg.Connection, wire: Wire, wired: Container
) -> None:
    """Issue 4: three people, two at a time."""
    now = datetime(2025, 1, 3, tzinfo=UTC)
    pages = [await walk(each.store, slices_of(2), 10, now) for each in (wired, wire())]
    assert pages[0] == pages[1]
    assert [(len(page.users), page.checked, page.next) for page in pages[0]] == [(2, 2, user_id(2)), (1, 1, None)]


async def test_a_run_that_nobody_carries_out_is_finished(
    crowd: asyncpg.Connection, http: httpx.AsyncClient, wired: Container
) -> None:
    """DESIGN 3.10: by the sweep."""
    lost = await wired.store.start_session(request(user_id(1)))
    await let_lease_end(crowd, lost.session["id"])
    assert [await job(http, "sweep") for _ in range(2)] == [(1, 0, 0, False), (0, 0, 0, False)]
    assert await crowd.fetchval("select status from ai_sessions") == "completed"
