"""``make smoke``: against the running `make up`, or with URL=… against any deployment; exits 1 when a check says no.

A deployment elsewhere is told who signs in by SMOKE_EMAIL and SMOKE_PASSWORD (somebody with a portfolio), and, to try
the scheduler's door, SMOKE_CRON_SECRET. With RELEASE=… the answers are added to docs/qa-checklist.md.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Sequence
from datetime import UTC, datetime

import httpx

from aicoach.local.errors import LocalError
from aicoach.local.paths import ROOT
from scripts.smoke import inside, outside
from scripts.smoke.browser import Browser
from scripts.smoke.verdict import Failed

CHECKLIST = ROOT / "docs" / "qa-checklist.md"
PASSED, NOT_PASSED, NOT_ASKED = "yes", "NO", "not asked"

Answer = tuple[str, str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every check that could be made said yes."""
    parser = argparse.ArgumentParser("smoke", description=__doc__.partition(";")[0].replace("``", ""))
    parser.add_argument("--url", help="the page's address; the running `make up` when left out")
    parser.add_argument("--release", help="add the answers to docs/qa-checklist.md under this name")
    options = parser.parse_args(arguments)
    try:
        local = None if options.url else inside.running()
        url = local.web if local else options.url
        answers = asyncio.run(_all(url, local))
    except (LocalError, Failed) as error:
        print(error, file=sys.stderr)
        return 1
    if options.release:
        _keep(options.release, url, answers)
    return 0 if all(said != NOT_PASSED for _, said, _ in answers) else 1


async def _all(url: str, local: inside.Target | None) -> list[Answer]:
    """Every answer, printed as it comes; after a no nothing else is asked: the rest would only repeat it."""
    answers: list[Answer] = []
    async for name, said, sentence in _asked(url, local):
        print(f"  {said:<4} {sentence}", flush=True)
        answers.append((name, said, sentence))
        if said == NOT_PASSED:
            break
    return answers


async def _asked(url: str, local: inside.Target | None) -> AsyncIterator[Answer]:
    email, password, secret = local.login if local else _login()
    async with httpx.AsyncClient(base_url=url, timeout=60) as http:
        visit = outside.Visit(Browser(http), email, password, secret)
        for check in outside.CHECKS:
            if check is outside.cron_open and not secret:
                yield check.__name__, NOT_ASKED, "the scheduler's door: SMOKE_CRON_SECRET is not set"
            else:
                yield await _one(check.__name__, check(visit))
    if local:
        async with httpx.AsyncClient(base_url=local.service, timeout=60) as http:
            for within in inside.CHECKS:
                yield await _one(within.__name__, within(local, http))


async def _one(name: str, check: Awaitable[str]) -> Answer:
    try:
        return name, PASSED, await check
    except (Failed, httpx.HTTPError, KeyError, ValueError) as error:
        return name, NOT_PASSED, f"{name}: {error or type(error).__name__}"


def _login() -> tuple[str, str, str]:
    email, password = os.environ.get("SMOKE_EMAIL", ""), os.environ.get("SMOKE_PASSWORD", "")
    if not (email and password):
        raise Failed("Name somebody with a portfolio who may sign in: SMOKE_EMAIL and SMOKE_PASSWORD.")
    return email, password, os.environ.get("SMOKE_CRON_SECRET", "")


def _keep(release: str, url: str, answers: Sequence[Answer]) -> None:
    """Add one table to the checklist; earlier releases stay."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    rows = [f"| `{name}` | {said} | {sentence.replace('|', '/')} |" for name, said, sentence in answers]
    table = ["", f"## {release}", "", f"{when}, {url}", "", "| check | passed | what was seen |", "| --- | --- | --- |"]
    with CHECKLIST.open("a", encoding="utf-8") as page:
        page.write("\n".join([*table, *rows, ""]))


if __name__ == "__main__":
    sys.exit(main())
