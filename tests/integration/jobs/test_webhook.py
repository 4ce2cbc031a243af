"""Cron calls over HTTP: only with the secret, only for jobs that exist, and one call begins the next."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import MAX_HOPS, hand_on
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.integration.jobs.conftest import Ticking, Wire
from tests.integration.jobs.crowd import gather, make_fund, price
from tests.support.service import serve


@pytest.fixture
async def crowd(owner: asyncpg.Connection) -> asyncpg.Connection:
    """Forty people who were never looked at."""
    await make_fund(owner)
    await price(owner, date(2025, 1, 2), Decimal(100), datetime(2025, 1, 2, tzinfo=UTC))
    await gather(owner, 40, date(2024, 1, 1))
    return owner


@pytest.fixture
async def http(wired: Container) -> AsyncIterator[httpx.AsyncClient]:
    """The service, over HTTP."""
    async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=f"{url}/api/aicoach", timeout=60) as client:
        yield client


def cron(settings: Settings) -> dict[str, str]:
    """What the scheduler sends."""
    return {"Authorization": f"Bearer {settings.cron_secret.get_secret_value()}"}


async def sessions(owner: asyncpg.Connection) -> int:
    """How many runs there are."""
    return int(await owner.fetchval("select count(*) from ai_sessions"))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_call_runs_the_job_and_reports(
    crowd: asyncpg.Connection, wired: Container, http: httpx.AsyncClient, method: str
) -> None:
    """S0-0.3b. Security row 28."""
    answer = await http.request(method, "/webhook?job=daily", headers=cron(wired.settings))
    assert (answer.status_code, answer.json()) == (
        200,
        {"job": "daily", "started": 40, "skipped": 0, "failed": 0, "more": False},
    )
    again = await http.request(method, "/webhook?job=daily", headers=cron(wired.settings))
    assert again.json() == {"job": "daily", "started": 0, "skipped": 0, "failed": 0, "more": False}


async def test_a_probe_runs_nothing(crowd: asyncpg.Connection, wired: Container, http: httpx.AsyncClient) -> None:
    """S0-0.3b"""
    answer = await http.head("/webhook?job=daily", headers=cron(wired.settings))
    assert (answer.status_code, await sessions(crowd)) == (200, 0)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
async def test_without_the_secret_nothing_happens(
    crowd: asyncpg.Connection, http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """S0-0.3b"""
    for method in ("GET", "POST", "HEAD"):
        assert (await http.request(method, "/webhook?job=daily", headers=headers)).status_code == 401
    assert await sessions(crowd) == 0


@pytest.mark.parametrize("query", ["", "?job=", "?job=yearly", "?job=Daily"])
async def test_an_unknown_job_is_a_bad_request(wired: Container, http: httpx.AsyncClient, query: str) -> None:
    """S0-0.3b"""
    answer = await http.get(f"/webhook{query}", headers=cron(wired.settings))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_call_with_work_left_begins_the_next_until_all_is_done(
    crowd: asyncpg.Connection, wire: Wire, wait_until: Callable[..., Awaitable[None]]
) -> None:
    """DESIGN 4.1: cron calls once; the calls after that call each other."""
    wired = wire(clock=Ticking(), job_seconds=20)
    app = create_app(wired)
    async with serve(app) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        app.state.container = replace(wired, settings=wired.settings.model_copy(update={"self_url": url}))
        answer = await client.get("/api/aicoach/webhook?job=daily", headers=cron(wired.settings))
        assert answer.json()["more"]

        async def all_done() -> bool:
            open_or_none = "select count(*) from ai_sessions where status = 'completed'"
            return bool(await crowd.fetchval(open_or_none) == 40)

        await wait_until(all_done, 60)
    assert await sessions(crowd) == 40


async def test_a_chain_of_calls_ends(wired: Container, http: httpx.AsyncClient) -> None:
    """A job that never gets done must not call itself for ever; without an address it does not begin.

    Security row 29.
    """
    settings = wired.settings.model_copy(update={"self_url": "http://127.0.0.1:1"})
    assert not await hand_on(settings, "daily", MAX_HOPS)
    assert not await hand_on(settings, "daily", 0)
    assert not await hand_on(wired.settings, "daily", 0)
    over = await http.get(f"/webhook?job=daily&hop={MAX_HOPS + 1}", headers=cron(wired.settings))
    assert over.status_code == 422


@pytest.mark.parametrize("url", ["http://coach.example", "ftp://coach.example", "coach.example"])
def test_the_secret_never_travels_in_the_clear(url: str) -> None:
    """https, or this machine."""
    for name in ("self_url", "navs_url"):
        with pytest.raises(ValueError, match="must be https"):
            Settings(**{name: url})  # type: ignore[arg-type]
