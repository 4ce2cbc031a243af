"""A whole run in hostile surroundings: nothing of a person or a key in its logs, no markup of a row in a card."""

import json
import logging
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.fakes.portfolios import FLEXI, give_portfolio
from tests.support.service import Client

NAME = "Asha asha.rao@example.com PAN ABCPD1234Z +91 98765 43210"


@pytest.mark.usefixtures("production_logs")
async def test_logs_of_everything_hold_no_person_and_no_secret(
    client: Client, app: FastAPI, stack: Stack, owner: asyncpg.Connection,
    capsys: pytest.CaptureFixture[str], cron: dict[str, str], settings: Callable[..., Settings],
) -> None:  # fmt: skip
    """Security row 16: production's own lines of a run, a job, a refusal and a defect; standard error stays empty."""

    @app.get("/defect")
    async def defect() -> None:
        raise RuntimeError(f"{NAME} at {stack.dsn_service} with {client.person.headers}")

    person = client.person.user_id
    await give_portfolio(owner, person, "demo")
    await owner.execute("update investor_goals set name = $2 where user_id = $1", person, NAME)
    headers = client.person.headers
    session = (await client.call("POST", "/session", json={"coach": "goals"}, headers=headers)).json()["sessionId"]
    assert '"done"' in (await client.call("GET", f"/stream?sessionId={session}", headers=headers)).text
    await client.call("PUT", "/prefs", json={"locale": NAME}, headers=headers)
    await client.call("POST", "/import", files={"file": (f"{NAME}.csv", NAME.encode())}, headers=headers)
    await client.http.get("/api/aicoach/webhook?job=sweep", headers=cron)
    await client.http.get("/api/aicoach/prefs", headers={"Authorization": headers["Authorization"][:-9] + "AAAAAAAAA"})
    await client.http.get(f"/api/aicoach/session/{NAME}", params={"access_token": NAME}, headers=headers)
    assert (await client.http.get("/defect")).status_code == 500
    captured = capsys.readouterr()
    lines = [json.loads(line) for line in captured.out.splitlines()]
    assert {"request_served", "run_finished", "request_crashed", "caller_refused"} <= {line["event"] for line in lines}
    assert captured.err == ""
    for secret in _secrets(settings(), headers["Authorization"]) | {str(person), "asha.rao", "ABCPD1234Z", "43210"}:
        assert secret not in captured.out


def _secrets(settings: Settings, authorization: str) -> set[str]:
    """What of the settings nobody may read, and the parts of a bearer token."""
    held = [getattr(settings, name) for name in type(settings).model_fields]
    values = {value.get_secret_value() for value in held if isinstance(value, SecretStr)}
    passwords = {found[1] for value in values if (found := re.search(r"://[^:/]+:([^@]+)@", value))}
    return {text for text in {*values, *passwords, *authorization.removeprefix("Bearer ").split(".")} if len(text) > 8}


MARKUP = "<script>alert(1)</script> [x](https://evil.example) ![y](//evil.example/y.png) \u202egnp Fund"


async def test_rows_that_lie_make_plain_cards(
    client: Client, owner: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """Security row 40: a scheme's and a goal's name with markup, NaN, Infinity and figures beyond all measure.

    Security row 21.
    """
    caplog.set_level(logging.ERROR)
    person = client.person.user_id
    await give_portfolio(owner, person, "odd_amounts")
    await _give_hostile_scheme(owner, person)
    await owner.execute(
        "insert into investor_goals (id, user_id, name, target_amount, target_date) values ($1, $2, $3, $4, $5)",
        *(uuid4(), person, MARKUP[:120], Decimal("9" * 14), date(2040, 1, 1)),
    )
    session = (await client.call("POST", "/session", json={"coach": "goals"})).json()["sessionId"]
    state = (await client.call("GET", f"/session/{session}")).json()
    assert state["status"] in {"completed", "partial"}
    cards = (await client.call("GET", "/insights", params={"limit": 100})).json()["insights"]
    assert any("gnp Fund" in card["title"] + card["bodyMd"] for card in cards), "the name is shown, as letters"
    for card in cards:
        shown = card["title"] + card["bodyMd"]
        assert not re.search(r"<|\]\(|://|\u202e|NaN|Infinity|\d[eE]\+?\d", shown), shown
    assert [record for record in caplog.records if record.exc_info] == []


async def _give_hostile_scheme(owner: asyncpg.Connection, person: UUID) -> None:
    isin = f"INF{uuid4().hex[:8].upper()}1"
    await owner.execute("insert into schemes (isin, name, amc) values ($1, $2, $2)", isin, MARKUP)
    await owner.execute(
        "insert into navs (isin, nav_date, nav) select $1, nav_date, nav from navs where isin = $2 limit 500",
        isin,
        FLEXI,
    )
    await owner.execute(
        "insert into transactions (user_id, folio_id, isin, tx_date, kind, amount, units, source_key) "
        "select user_id, folio_id, $2, tx_date, 'purchase', amount, units, source_key || 'x' from transactions "
        "where user_id = $1 and isin = $3 and units > 0 limit 2",
        *(person, isin, FLEXI),
    )
