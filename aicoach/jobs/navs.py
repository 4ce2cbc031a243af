"""Brings in the day's NAVs: fetches one text file, reads it, writes what is new. A bad file changes nothing."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aicoach.coaches.goals.nav_feed import NavFile, NavRow, Rejected, UnknownLayout, parse_navall
from aicoach.core.errors import CoachError
from aicoach.core.model import JsonObject
from aicoach.core.ports import Clock, Notes
from aicoach.jobs.report import JobReport

_log: Final = logging.getLogger("aicoach.jobs.navs")

MAX_BYTES: Final = 32 * 1024 * 1024
BATCH: Final = 2000
_REMEMBERED_SECONDS: Final = 7 * 24 * 3600
_LINES_TOLD: Final = 50
#: What a healthy file has plenty of: schemes that are closed, and NAVs that come later.
_EXPECTED: Final = frozenset({"no_isin", "no_nav", "duplicate"})


class NavFileRefused(CoachError):
    """The file could not be fetched whole, or is none that may be trusted; nothing was written."""

    code = "nav_file_refused"
    title = "The NAV file cannot be used"
    retryable = True


@dataclass(frozen=True, slots=True)
class Feed:
    """Where the file is, and how long fetching it may take (seconds)."""

    url: str
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class _Fetched:
    body: bytes
    etag: str | None

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


async def navs(
    feed: Feed,
    notes: Notes,
    upsert: Callable[[Sequence[JsonObject]], Awaitable[JsonObject]],
    clock: Clock,
    seconds: float,
) -> JobReport:
    """Fetch, read and write, in batches. ``skipped`` is 1 for the file of last time, ``failed`` 1 for a bad one.

    What is remembered of the last file only spares work: the same rows again would write nothing either.
    """
    ends = clock.monotonic() + seconds
    key = f"navs:{hashlib.sha256(feed.url.encode()).hexdigest()[:16]}"
    known: Any = await notes.get_note(key) or {}
    try:
        fetched = await _fetch(feed, known.get("etag"))
        if fetched is None or fetched.digest == known.get("sha256"):
            _log.info("skipped", extra={"job": "navs"})
            return JobReport("navs", skipped=1)
        file = await asyncio.to_thread(_read, fetched.body)
    except NavFileRefused as error:
        _log.error("nav_file_refused", extra={"reason": error.detail})
        return JobReport("navs", failed=1)
    _tell(file.rejected)
    totals, done = await _write(file.rows, upsert, clock, ends)
    if done:
        await notes.put_note(key, {"etag": fetched.etag, "sha256": fetched.digest}, _REMEMBERED_SECONDS)
    details = {"rows": len(file.rows), "rejected": len(file.rejected), **totals}
    _log.info("navs_brought_in", extra={**details, "finished": done})
    return JobReport("navs", started=1, more=not done, details=details)


async def _fetch(feed: Feed, etag: str | None) -> _Fetched | None:
    """The whole file, or None when the server says that it is the one we know. Raises NavFileRefused."""
    # Imported here because a cold start need not pay for it.
    import httpx

    try:
        async with asyncio.timeout(feed.seconds):
            return await _download(feed, etag)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise NavFileRefused(f"not fetched: {type(error).__name__}") from error


async def _download(feed: Feed, etag: str | None) -> _Fetched | None:
    import httpx

    # Uncompressed: the limit then bounds what is received as well as what is kept.
    headers = {"Accept": "text/plain", "Accept-Encoding": "identity"} | ({"If-None-Match": etag} if etag else {})
    async with (
        httpx.AsyncClient(follow_redirects=False, timeout=feed.seconds, trust_env=False) as client,
        client.stream("GET", feed.url, headers=headers) as response,
    ):
        if response.status_code == 304 and etag:
            return None
        if response.status_code != 200:
            raise NavFileRefused(f"the server answered {response.status_code}")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise NavFileRefused("the server sent it compressed")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_BYTES:
                raise NavFileRefused("it is larger than 32 MB")
        return _Fetched(bytes(body), response.headers.get("etag"))


def _read(body: bytes) -> NavFile:
    """The file's rows. Raises NavFileRefused when it has none, or more lines that make no sense than rows."""
    try:
        file = parse_navall(_text(body))
    except UnknownLayout as error:
        raise NavFileRefused(str(error)) from error
    odd = sum(line.reason not in _EXPECTED for line in file.rejected)
    if not file.rows or odd > len(file.rows):
        _tell(file.rejected)
        raise NavFileRefused(f"{len(file.rows)} rows can be read and {odd} lines cannot")
    return file


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _tell(rejected: Sequence[Rejected]) -> None:
    """Name the lines that were left out; those that a healthy file has are only counted."""
    odd = [f"{line.line}: {line.reason}" for line in rejected if line.reason not in _EXPECTED]
    if rejected:
        level = logging.WARNING if odd else logging.INFO
        _log.log(level, "nav_lines_rejected", extra={"count": len(rejected), "lines": odd[:_LINES_TOLD]})


async def _write(
    rows: Sequence[NavRow],
    upsert: Callable[[Sequence[JsonObject]], Awaitable[JsonObject]],
    clock: Clock,
    ends: float,
) -> tuple[dict[str, int], bool]:
    """What was written, and whether that was all of it."""
    totals: dict[str, int] = {}
    for start in range(0, len(rows), BATCH):
        if clock.monotonic() >= ends:
            return totals, False
        answer = await upsert([_json(row) for row in rows[start : start + BATCH]])
        for name, count in answer.items():
            totals[name] = totals.get(name, 0) + int(count)
    return totals, True


def _json(row: NavRow) -> JsonObject:
    return {
        "isin": row.isin,
        "amfi_code": row.amfi_code,
        "name": row.name,
        "amc": row.amc,
        "plan": row.plan,
        "option": row.option,
        "asset_class": row.asset_class,
        "category": row.category,
        "nav": str(row.nav),
        "date": row.date.isoformat(),
    }
