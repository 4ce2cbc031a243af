"""Issue 4, bad input: reversed and switched transactions, from the statement to the figures of the card."""

from decimal import Decimal

import asyncpg
import httpx
import pytest

from tests.fakes.portfolios import make_market
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import FLEXI, FOLIOS, INDEX
from tests.integration.imports.conftest import Upload
from tests.integration.imports.test_depository import cards
from tests.support.people import Person


@pytest.mark.parametrize("registrar", ["CAMS", "KFINTECH"])
async def test_a_failed_instalment_nets_to_zero_and_a_switch_stays_inside(
    owner: asyncpg.Connection, http: httpx.AsyncClient, upload: Upload, person: Person, registrar: str
) -> None:
    """Two instalments of 5,000 with their stamp duty were paid; a third failed; 520 moved between the funds.

    The portfolio has 10,000 put in and 2,600 taken out; the switch is money out of one fund and into the other.
    """
    await make_market(owner)
    await upload(print_statement(FOLIOS, registrar=registrar), people.PASSWORD)
    found = await cards(http, person)
    portfolio = _figures(found["performance:portfolio"], "portfolio")
    assert portfolio == {"invested": Decimal(10_000), "withdrawn": Decimal(2_600)}
    assert _figures(found[f"performance:scheme:{FLEXI}"], "scheme") == {
        "invested": Decimal(10_000),
        "withdrawn": Decimal(2_600 + 520),
    }
    assert _figures(found[f"performance:scheme:{INDEX}"], "scheme") == {"invested": Decimal(520)}


def _figures(card: dict[str, object], whose: str) -> dict[str, Decimal]:
    """What was put in and taken out, as the card's facts have it."""
    facts = card["data"]["facts"]  # type: ignore[index]
    names = ("invested", "withdrawn")
    return {name: Decimal(facts[f"{whose}_{name}"]["value"]) for name in names if f"{whose}_{name}" in facts}
