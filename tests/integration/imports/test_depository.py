"""Depository statements, from the file to the card: holdings arrive, and the return is not available, and why."""

from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest

from tests.fakes.portfolios import make_market
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import COUNTED, FLEXI, FOLIOS, INDEX, csv_file, csv_row, depository
from tests.integration.imports.conftest import Stored, Upload
from tests.integration.imports.test_import_api import counts
from tests.support.people import Person
from tests.support.service import Client


@pytest.fixture(autouse=True)
async def _market(owner: asyncpg.Connection) -> None:
    await make_market(owner)


async def cards(http: httpx.AsyncClient, person: Person) -> dict[str, Any]:
    """The cards of a fresh run, by topic."""
    events = await Client(http, person).run()
    assert events[-1]["type"] == "done"
    found = [event["insight"] for event in events if event["type"] == "insight"]
    return {card["topicKey"]: card for card in found}


async def test_holdings_arrive_and_the_card_says_why_there_is_no_return(
    http: httpx.AsyncClient, upload: Upload, person: Person
) -> None:
    """Issue 4 item 9: balances only, so XIRR is "not available" and says why; the value and the mix are known."""
    file = depository((FLEXI, "100"), (INDEX, "40"), (FLEXI, "20.5"))
    preview = await upload(file, dry_run=True)
    assert counts(preview) == (2, 0, 0, 0)
    told = preview.json()
    assert (told["holds"], told["issuer"], told["schemes"][0]["units_close"]) == ("balances", "NSDL", "120.5")
    assert [(one["code"], one["count"]) for one in told["warnings"]] == [("balances_only", 2)]
    assert counts(await upload(file)) == (2, 0, 0, 0)
    assert counts(await upload(file)) == (0, 2, 0, 0)

    found = await cards(http, person)
    portfolio, scheme = found["performance:portfolio"], found[f"performance:scheme:{FLEXI}"]
    for card in (portfolio, scheme):
        assert "(XIRR): not available, as a depository statement lists balances only" in card["bodyMd"]
    assert "120.5 units" in scheme["bodyMd"]
    # What was paid is not known: no figure is shown that needs it.
    assert not any(word in str(portfolio["data"]["facts"]) for word in ("gain", "invested"))
    assert "allocation:asset_class" in found


async def test_transactions_count_instead_of_the_balance_of_the_same_scheme(
    http: httpx.AsyncClient, upload: Upload, person: Person
) -> None:
    """One holding told by both is counted once, whichever file came first: transactions say more."""
    await upload(csv_file(csv_row(date(2021, 4, 5), "1,000.00", "100")))
    await upload(depository((FLEXI, "100"), (INDEX, "40")))
    found = await cards(http, person)
    assert "not available" not in found[f"performance:scheme:{FLEXI}"]["bodyMd"].partition("XIRR")[2].partition("\n")[0]
    assert "lists balances only" in found[f"performance:scheme:{INDEX}"]["bodyMd"]
    assert "Not counted here: 1 fund" in found["performance:portfolio"]["bodyMd"]


async def test_the_latest_statement_replaces_earlier_ones(
    upload: Upload, owner: asyncpg.Connection, person: Person
) -> None:
    """What a later statement does not list is not held any more; an older one that comes late changes nothing."""
    await upload(depository((FLEXI, "100"), (INDEX, "40")))
    await upload(depository((FLEXI, "90"), to="31-Oct-2024"))
    await upload(depository((INDEX, "7"), to="31-Aug-2024", issuer="CDSL"))
    rows = await owner.fetch("select isin, units from current_portfolio where user_id = $1", person.user_id)
    assert [(row["isin"], row["units"]) for row in rows] == [(FLEXI, Decimal(90))]


async def test_a_statement_with_transactions_takes_over_from_balances(upload: Upload, stored: Stored) -> None:
    """A balance is no transaction: it makes no opening unknown, no conflict and no likely duplicate."""
    await upload(depository((FLEXI, "140")))
    assert counts(await upload(print_statement(FOLIOS), people.PASSWORD)) == (COUNTED, 0, 2, 0)
    assert len(await stored()) == COUNTED


async def test_a_balance_belongs_to_its_owner(
    upload: Upload, owner: asyncpg.Connection, person: Person, stranger: Person
) -> None:
    await upload(depository((FLEXI, "100")), who=stranger)
    sql = "select user_id, isin, as_of, units from balances where user_id = any($1)"
    rows = await owner.fetch(sql, [person.user_id, stranger.user_id])
    assert [tuple(row) for row in rows] == [(stranger.user_id, FLEXI, date(2024, 9, 30), Decimal(100))]
