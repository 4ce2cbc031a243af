"""The day's NAVs come in once, from either layout; a file that is late, broken or strange changes nothing."""

import logging
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.jobs import JOBS
from aicoach.jobs.navs import MAX_BYTES
from aicoach.jobs.report import JobReport
from tests.fakes.nav_files import EIGHT, SIX, text
from tests.integration.jobs.conftest import Ticking, Wire
from tests.integration.jobs.nav_host import NavHost, nav_host

OLD = text(
    "1;INF9A1K01AA3;INF9A1K01AB1;Meghdoot Flexi Cap Fund - Regular Plan - IDCW;1,041.2031;20-Nov-2026",
    "2;INF9B2K01AC6;-;Meghdoot Index Fund - Direct Plan - Growth;17.4;18-Nov-2026",
    "3;-;-;Meghdoot Closed Fund;N.A.;20-Nov-2026",
    "4;INF9B2K01AD4;-;Meghdoot Odd Fund;abc;20-Nov-2026",
)
NEW = text(
    "1;INF9A1K01AA3;INF9A1K01AB1;Meghdoot Flexi Cap Fund;Regular Plan;IDCW;1,041.2031;20-Nov-2026",
    "2;INF9B2K01AC6;-;Meghdoot Index Fund;Direct Plan;Growth Option;17.9;20-Nov-2026",
    header=EIGHT,
)


@pytest.fixture
async def host() -> AsyncIterator[NavHost]:
    """Where the file is."""
    async with nav_host() as running:
        yield running


@pytest.fixture
def wired(wire: Wire, host: NavHost) -> Container:
    """A service that fetches from the host, and does not wait long."""
    return wire(navs_url=host.url, navs_seconds=3.0)


async def bring(wired: Container, host: NavHost, file: str = "", **answer: Any) -> JobReport:
    """Run the job against this file."""
    host.body = file.encode() or host.body
    for name, value in answer.items():
        setattr(host, name, value)
    return await JOBS["navs"](wired)


async def known(owner: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """All NAVs, in order of writing."""
    rows = await owner.fetch("select isin, nav_date, nav from navs order by created_at, isin")
    return [tuple(row.values()) for row in rows]


DAY = date(2026, 11, 20)
OLD_NAVS = [
    ("INF9A1K01AA3", DAY, Decimal("1041.2031")),
    ("INF9A1K01AB1", DAY, Decimal("1041.2031")),
    ("INF9B2K01AC6", date(2026, 11, 18), Decimal("17.4")),
]


async def test_both_layouts_bring_in_what_is_new(owner: asyncpg.Connection, wired: Container, host: NavHost) -> None:
    """Issue 4 item 8: the 6-column file of one day, the 8-column file of another; rejected lines are reported."""
    report = await bring(wired, host, OLD)
    assert report.answer() == {"job": "navs", "started": 1, "skipped": 0, "failed": 0, "more": False}
    assert report.details == {"rows": 3, "rejected": 2, "schemes_added": 3, "schemes_changed": 0, "navs_added": 3}
    assert await known(owner) == OLD_NAVS
    report = await bring(wired, host, NEW)
    assert report.details == {"rows": 3, "rejected": 0, "schemes_added": 0, "schemes_changed": 3, "navs_added": 1}
    assert await known(owner) == [*OLD_NAVS, ("INF9B2K01AC6", DAY, Decimal("17.9"))]
    scheme = await owner.fetchrow(
        "select name, amc, plan, option, asset_class from schemes where isin = 'INF9B2K01AC6'"
    )
    assert tuple(scheme.values()) == ("Meghdoot Index Fund", "Meghdoot Mutual Fund", "direct", "growth", "equity")


async def test_the_file_of_last_time_is_not_even_asked_of_the_database(
    owner: asyncpg.Connection, wired: Container, host: NavHost, caplog: pytest.LogCaptureFixture
) -> None:
    """Issue 4 item 8: by its hash, or by the server's own word for it."""
    await bring(wired, host, OLD)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assert (await bring(wired, host)).skipped == 1
    assert [record.message for record in caplog.records if record.name.startswith("aicoach.jobs")] == ["skipped"]
    await bring(wired, host, NEW, etag='"v1"')
    assert (await bring(wired, host)).skipped == 1
    assert b'if-none-match: "v1"' in host.asked[-1].lower()


async def test_the_same_rows_again_write_nothing(owner: asyncpg.Connection, wired: Container, host: NavHost) -> None:
    """What is remembered of the last file only spares work. Security row 28."""
    await bring(wired, host, OLD)
    before = await owner.fetch("select xmin, * from schemes order by isin"), await known(owner)
    report = await bring(wired, host, OLD + "\r\n")
    assert report.details == {"rows": 3, "rejected": 2, "schemes_added": 0, "schemes_changed": 0, "navs_added": 0}
    assert (await owner.fetch("select xmin, * from schemes order by isin"), await known(owner)) == before


async def test_a_corrected_nav_is_a_new_row(owner: asyncpg.Connection, wired: Container, host: NavHost) -> None:
    """What was known at a moment stays known."""
    await bring(wired, host, OLD)
    assert (await bring(wired, host, OLD.replace("17.4", "17.5"))).details["navs_added"] == 1
    assert await known(owner) == [*OLD_NAVS, ("INF9B2K01AC6", date(2026, 11, 18), Decimal("17.5"))]


def huge() -> bytes:
    """A file over the limit."""
    return OLD.encode() + b" " * MAX_BYTES


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ("the header of this NAV file", {"body": NEW.replace("Scheme Name", "NAV Name").encode()}),
        ("the header of this NAV file", {"body": b"<html>Sorry</html>"}),
        ("0 rows can be read", {"body": SIX.encode()}),
        ("1 rows can be read and 3", {"body": text("1;INF9A1K01AA3;-;A;1;20-Nov-2026", *["x;y;z;a;b;c"] * 3).encode()}),
        ("RemoteProtocolError", {"body": NEW.encode(), "missing": 10}),
        ("answered 500", {"body": NEW.encode(), "status": "500 Internal Server Error"}),
        ("answered 302", {"status": "302 Found", "headers": {"Location": "http://127.0.0.1:1/"}}),
        ("TimeoutError", {"body": NEW.encode(), "pause": 0.05}),
        ("larger than 32 MB", {"body": huge()}),
        ("compressed", {"body": NEW.encode(), "headers": {"Content-Encoding": "gzip"}}),
        ("ConnectError", {"url": "http://127.0.0.1:1/NAVAll.txt"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_bad_file_changes_nothing_and_says_why(
    owner: asyncpg.Connection,
    wire: Wire,
    wired: Container,
    host: NavHost,
    caplog: pytest.LogCaptureFixture,
    reason: str,
    answer: dict[str, Any],
) -> None:
    """Issue 4 item 8: fails loudly and keeps the last good file."""
    await bring(wired, host, OLD)
    late = wire(navs_url=answer.pop("url", host.url), navs_seconds=0.5 if "pause" in answer else 10.0)
    report = await bring(late, host, **answer)
    assert report.answer() == {"job": "navs", "started": 0, "skipped": 0, "failed": 1, "more": False}
    (refused,) = (record for record in caplog.records if record.message == "nav_file_refused")
    assert reason in refused.__dict__["reason"]
    assert refused.levelno == logging.ERROR
    assert await known(owner) == OLD_NAVS


async def test_a_file_that_is_cut_off_gives_the_rows_it_has_and_the_next_one_the_rest(
    owner: asyncpg.Connection, wired: Container, host: NavHost
) -> None:
    """A server that sends half a file as if it were whole."""
    cut = OLD[: OLD.index("17.4")]
    assert (await bring(wired, host, cut)).details["rejected"] == 1
    assert len(await known(owner)) == 2
    assert (await bring(wired, host, OLD)).details["navs_added"] == 1


async def test_when_the_time_is_over_the_rest_is_left_to_the_next_call(
    owner: asyncpg.Connection, wire: Wire, host: NavHost
) -> None:
    """Issue 4: bounded by a deadline; the file is not remembered before all of it is in."""
    assert (await bring(wire(navs_url=host.url, job_seconds=1e-9, navs_seconds=5.0), host, OLD)).failed == 1
    lines = (f"{n};INF{n:08}1;-;Scheme {n};{n + 1}.25;20-Nov-2026" for n in range(15_000))
    host.body = text(*lines).encode()
    reports = [await bring(wire(clock=Ticking(), navs_url=host.url, job_seconds=seconds), host) for seconds in (6, 60)]
    assert [(report.failed, report.more) for report in reports] == [(0, True), (0, False)]
    assert await owner.fetchval("select count(*) from navs") == 15_000
