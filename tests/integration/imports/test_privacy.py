"""A statement full of personal data is imported: none of it is in a table, a log or an answer."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import build
from aicoach.app.logs import configure_logging
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import Scheme, print_statement
from tests.fixtures.statements.samples import FLEXI_SCHEME, FOLIOS, csv_file, csv_row
from tests.support.logs import logging_put_back
from tests.support.people import Person
from tests.support.service import serve


def files() -> list[tuple[bytes, str]]:
    """The statement as PDF, with a wrong password, broken, and CSV with people in every column."""
    pdf = print_statement(FOLIOS)
    torn = Scheme(FLEXI_SCHEME.isin, FLEXI_SCHEME.name, FLEXI_SCHEME.rows, closing="1.000")
    broken = print_statement([type(FOLIOS[0])(FOLIOS[0].amc, people.FOLIO, [torn])])
    good = csv_row(date(2024, 4, 5))
    columns = [f"{good},{people.PAN},{people.NAME},{people.EMAIL}"]
    columns += [good.replace("Meghdoot Mutual Fund", text) for text in (people.NAME, people.EMAIL, people.PAN)]
    columns += [good[:-1] + f",{text}" for text in (people.PAN, people.EMAIL, people.MOBILE)]
    return [
        (pdf, people.PASSWORD),
        (pdf, people.PASSWORD + "x"),
        (broken, people.PASSWORD),
        (csv_file(*columns), people.PASSWORD),
        (json.dumps({"investor_info": {"name": people.NAME}, "folios": people.PAN}).encode(), people.PASSWORD),
    ]


@pytest.fixture
def _logging_put_back() -> Iterator[None]:
    with logging_put_back():
        yield


@pytest.mark.usefixtures("_logging_put_back")
async def test_nothing_personal_stays(
    settings: Callable[..., Settings],
    person: Person,
    owner: asyncpg.Connection,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Issue 4 item 9: never stores PAN or nominee, masks folios, and the password is never logged. Security row 16."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    chosen = settings(store="postgres", log_level="debug")
    configure_logging(chosen)
    said = []
    async with serve(create_app(build(chosen))) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        for data, password in files():
            for query in ({"dry_run": "true"}, {}):
                answer = await client.post(
                    "/api/aicoach/import",
                    params=query,
                    data={"password": password},
                    files={"file": (f"{people.PAN}.pdf", data)},
                    headers=person.headers,
                )
                assert answer.status_code in {200, 422}
                said.append(answer.text + str(answer.headers))
    sys.stdout.flush()
    logged = "".join(capfd.readouterr())
    assert "request_served" in logged
    kept = await everything_about(owner, person)
    assert "XXXXXX0363" in kept
    for canary in people.CANARIES:
        for place, text in (("tables", kept), ("logs", logged), ("answers", "".join(said))):
            assert canary.lower() not in text.lower(), (canary, place)
    assert list(tmp_path.iterdir()) == []


async def everything_about(owner: asyncpg.Connection, person: Person) -> str:
    """Every row of every table that has this person in it, as text."""
    sql = "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'user_id'"
    base = "and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')"
    tables = [row["table_name"] for row in await owner.fetch(f"{sql} {base}")]
    assert {"folios", "transactions"} <= set(tables)
    found = [
        await owner.fetch(f"select t::text from public.{one} t where user_id = $1", person.user_id) for one in tables
    ]
    return "\n".join(row[0] for rows in found for row in rows)
