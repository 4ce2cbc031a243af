"""Depository statements: units of funds by ISIN, over all accounts, and nothing of whom they belong to."""

import json
from decimal import Decimal
from typing import Any

import pytest

from aicoach.coaches.goals.statements import NotAStatement, is_depository, read_balances
from tests.fixtures.statements import people
from tests.fixtures.statements.samples import FLEXI, INDEX, depository


def told(*balances: tuple[str, str], **more: Any) -> Any:
    return json.loads(depository(*balances)) | more


def test_a_fund_in_two_accounts_is_one_balance() -> None:
    balances = read_balances(told((FLEXI, "10"), (INDEX, "3"), (FLEXI, "2.5")))
    assert [(one.isin, one.units) for one in balances.held] == [(FLEXI, Decimal("12.5")), (INDEX, Decimal(3))]
    assert (balances.issuer, str(balances.period[1])) == ("NSDL", "2024-09-30")
    assert not any(canary in repr(balances) for canary in people.CANARIES)


def test_what_is_no_fund_is_named_by_its_place() -> None:
    balances = read_balances(told(("INE009A01021", "10"), (FLEXI, "-1"), (INDEX, "3"), parse_warnings=["x of Asha"]))
    assert [(one.row, one.reason) for one in balances.rejected] == [(1, "isin"), (2, "units")]
    assert (len(balances.held), balances.unread) == (1, 1)
    assert "Asha" not in repr(balances)


def test_a_balance_of_nothing_is_not_held() -> None:
    assert [one.isin for one in read_balances(told((FLEXI, "0.000"), (INDEX, "3"))).held] == [INDEX]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (told(), "no_funds"),
        (told((FLEXI, "0")), "no_funds"),
        (told((FLEXI, "NaN")), "not_a_statement"),
        (told((FLEXI, "1"), accounts="x"), "not_a_statement"),
        (told((FLEXI, "1"), statement_period={"from": "", "to": ""}), "no_period"),
        ({"accounts": []}, "not_a_statement"),
    ],
)
def test_what_holds_no_balances_is_refused(data: Any, reason: str) -> None:
    assert is_depository(data)
    with pytest.raises(NotAStatement) as refusal:
        read_balances(data)
    assert refusal.value.reason == reason


def test_owners_and_accounts_never_leave_the_process_that_reads_the_pdf() -> None:
    """casparser's own types, through what the child prints: only ISIN, name and units of funds are left."""
    from casparser.types import NSDLCASData

    from aicoach.tools.cas_pdf.__main__ import _without_the_person

    read = NSDLCASData.model_validate(told((FLEXI, "1,234.5"), (INDEX, "3")))
    printed = json.dumps(_without_the_person(read.model_dump(mode="json", by_alias=True)))
    assert not any(canary in printed for canary in people.CANARIES)
    balances = read_balances(json.loads(printed))
    assert [(one.isin, one.units) for one in balances.held] == [(FLEXI, Decimal("1234.5")), (INDEX, Decimal(3))]
