"""The weekly digest: one a week for everyone to whom something was said; stored, readable, never sent."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import daily, weekly
from aicoach.app.main import create_app
from aicoach.coaches.goals.digest import DIGEST
from aicoach.core.errors import Invalid
from aicoach.core.ports import Digest
from aicoach.jobs.week import Week, week_of
from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack
from tests.integration.jobs.conftest import Wire
from tests.integration.jobs.crowd import gather, make_fund, price, user_id
from tests.support.people import Person, Signer
from tests.support.service import serve

ANA, BEN = user_id(1), user_id(2)


@pytest.fixture
async def spoken(owner: asyncpg.Connection, wired: Container) -> asyncpg.Connection:
    """Ana was told something today; Ben was not."""
    await make_fund(owner)
    await price(owner, date(2025, 1, 2), Decimal(100), datetime(2025, 1, 2, tzinfo=UTC))
    await gather(owner, 1, date(2024, 1, 1))
    await daily(wired)
    return owner


@pytest.fixture
async def http(wired: Container) -> AsyncIterator[httpx.AsyncClient]:
    """The service, over HTTP."""
    async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=f"{url}/api/aicoach") as client:
        yield client


def this_week(wired: Container) -> Week:
    """The running week."""
    return week_of(wired.clock.now(), DIGEST.zone)


async def stored(owner: asyncpg.Connection) -> list[dict[str, Any]]:
    """All digests as they are kept."""
    rows = await owner.fetch(
        "select user_id, session_id, stream_id, payload from ai_events where kind = 'email_preview'"
    )
    return [dict(row) | {"payload": json.loads(row["payload"])} for row in rows]


async def test_a_digest_is_stored_once_a_week_as_plain_text(spoken: asyncpg.Connection, wired: Container) -> None:
    """S0-9.2a: rerun in the same ISO week is a no-op. Security row 28."""
    assert (await weekly(wired)).started == 1
    again = await weekly(wired)
    assert (again.started, again.skipped, again.failed, again.more) == (0, 0, 0, False)
    (digest,) = await stored(spoken)
    assert (digest["user_id"], digest["session_id"], digest["stream_id"]) == (ANA, None, None)
    body = digest["payload"]["body"]
    assert digest["payload"]["week"] == this_week(wired).name
    assert len(body.encode()) < 100_000
    assert not set(body) & set("<>*")
    titles = await spoken.fetch("select title from ai_insights where user_id = $1", ANA)
    assert titles
    assert all(row["title"] in body for row in titles)


async def test_somebody_to_whom_nothing_was_said_gets_nothing(
    spoken: asyncpg.Connection, wired: Container, http: httpx.AsyncClient, signer: Signer
) -> None:
    """Issue 4, bad input: a digest for a user without insights."""
    await gather(spoken, 1, date(2024, 1, 1), first=2)
    await weekly(wired)
    assert [digest["user_id"] for digest in await stored(spoken)] == [ANA]
    answer = await http.get("/digest", headers=Person(signer, BEN).headers)
    assert (answer.status_code, answer.json()) == (200, {"digest": None})


async def test_two_calls_at_once_store_one_digest(spoken: asyncpg.Connection, wire: Wire) -> None:
    """The unique index decides. Security row 28."""
    reports = await asyncio.gather(*(weekly(wire()) for _ in range(3)))
    assert sum(report.started for report in reports) == 1
    assert len(await stored(spoken)) == 1


async def test_cards_of_last_month_are_not_told_again(spoken: asyncpg.Connection, wired: Container) -> None:
    """Seven days; an expired card is gone as well."""
    await spoken.execute("update ai_insights set created_at = created_at - interval '8 days'")
    assert (await weekly(wired)).started == 0
    await spoken.execute("update ai_insights set created_at = now(), expired_at = now()")
    assert (await weekly(wired)).started == 0


async def test_the_page_reads_its_owners_digest_and_nobody_elses(
    spoken: asyncpg.Connection, wired: Container, http: httpx.AsyncClient, signer: Signer
) -> None:
    """Issue 4 item 8: readable in the page."""
    await weekly(wired)
    week = this_week(wired).name
    (kept,) = await stored(spoken)
    for path in ("/digest", f"/digest?week={week}"):
        answer = await http.get(path, headers=Person(signer, ANA).headers)
        assert answer.json() == {"digest": kept["payload"]}
        assert (await http.get(path, headers=Person(signer, BEN).headers)).json() == {"digest": None}
    assert (await http.get("/digest?week=2001-W01", headers=Person(signer, ANA).headers)).json() == {"digest": None}
    assert (await http.get("/digest?week=soon", headers=Person(signer, ANA).headers)).status_code == 422
    assert (await http.get("/digest")).status_code == 401


async def test_the_terminal_prints_the_stored_digest_or_how_it_would_be(
    spoken: asyncpg.Connection, wired: Container, stack: Stack
) -> None:
    """Issue 4 item 8: ``python -m aicoach digest``."""
    preview = await printed(stack, "--user", str(ANA))
    assert await stored(spoken) == []
    await weekly(wired)
    (kept,) = await stored(spoken)
    assert preview == (0, kept["payload"]["body"])
    assert await printed(stack, "--user", str(ANA), "--week", this_week(wired).name) == preview
    assert await printed(stack, "--user", str(BEN)) == (0, "")
    assert await printed(stack, "--user", str(ANA), "--week", "2001-W01") == (0, "")
    assert await printed(stack, "--week", "yesterday") == (2, "")


async def test_a_digest_speaks_the_persons_language(spoken: asyncpg.Connection, wired: Container) -> None:
    """Issue 4 item 11"""
    await wired.store.put_prefs(ANA, {"locale": "bn-IN"})
    await weekly(wired)
    (kept,) = await stored(spoken)
    assert kept["payload"]["subject"].startswith("আপনার সপ্তাহ")


@pytest.mark.parametrize(
    ("week", "digest"),
    [
        ("2026-W47", Digest("s", "x" * 100_000, 1)),
        ("2026-W47", Digest("s", "₹" * 40_000, 1)),
        ("2026-W47", Digest("s", "<b>", 1)),
        ("2026-W47", Digest("<s>", "b", 1)),
        ("2026-W47", Digest("s", "", 0)),
        ("2026-47", Digest("s", "b", 1)),
        ("2026-W54", Digest("s", "b", 1)),
    ],
)
async def test_the_database_refuses_what_is_no_digest(
    owner: asyncpg.Connection, wired: Container, week: str, digest: Digest
) -> None:
    """S0-9.2a holds whoever asks."""
    with pytest.raises(Invalid):
        await wired.store.record_digest(ANA, "goals", week, "en-IN", digest)


async def test_many_digests_come_page_by_page(owner: asyncpg.Connection, wired: Container) -> None:
    """One question a page; a second call asks one and writes nothing."""
    people = 1_200
    await owner.execute(
        "with s as (insert into ai_sessions (user_id, scope_id, coach, status) "
        "select u, u, 'goals', 'completed' from (select gen_random_uuid() u from generate_series(1, $1::int)) x "
        "returning id, user_id) "
        "insert into ai_insights (session_id, user_id, scope_id, coach, task_key, kind, severity, topic_key, title, "
        "body_md, data, source) select id, user_id, user_id, 'goals', 't', 'k', 'info', 'a', 'Title', 'Body', '{}', "
        "'template' from s",
        people,
    )
    report = await weekly(wired)
    assert (report.started, report.failed, report.more) == (people, 0, False)
    assert await owner.fetchval("select count(distinct user_id) from ai_events") == people
    assert (await weekly(wired)).started == 0


async def printed(stack: Stack, *arguments: str) -> tuple[int | None, str]:
    """The exit code and the standard output of ``python -m aicoach digest``."""
    argv = [sys.executable, "-m", "aicoach", "digest", *arguments]
    env = {**environment.base(), **stack.env(), "AICOACH_STORE": "postgres"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, env=env, stdout=pipe, stderr=pipe)
    out, error = await process.communicate()
    assert out or error
    return process.returncode, out.decode()
