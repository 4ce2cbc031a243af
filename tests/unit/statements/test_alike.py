"""What looks like a stored transaction told in other words, and what only stands beside one."""

from typing import Any

import pytest

from aicoach.coaches.goals.statements import likely_duplicates


def told(kind: str = "purchase_sip", amount: str | None = "4999.75", units: str | None = "100", **more: str) -> Any:
    """A row as it is sent to the store, or as the store tells it."""
    return {"folio_hash": "f", "isin": "i", "date": "2024-04-05", "kind": kind, "amount": amount, "units": units} | more


@pytest.mark.parametrize(
    "other",
    [
        told("purchase"),
        told("switch_in", "4999.75"),
        told(amount="5000"),
        told(amount="4999", units="100.004"),
        told(amount="9.99", units="100.005"),
        told("dividend_reinvest", None),
        told(units="250", amount="5000.25"),
    ],
)
def test_the_same_day_with_the_same_units_or_amount_is_a_likely_duplicate(other: Any) -> None:
    assert likely_duplicates([other], [told()]) == {0}


@pytest.mark.parametrize(
    "other",
    [
        told("redemption"),
        told("reversal"),
        told("stamp_duty_tax", "4999.75", None),
        told(amount="4990", units="100.006"),
        told(folio_hash="g"),
        told(isin="j"),
        told(date="2024-04-06"),
    ],
)
def test_what_moves_otherwise_or_elsewhere_is_no_duplicate(other: Any) -> None:
    assert likely_duplicates([other], [told()]) == frozenset()


def test_large_amounts_may_differ_by_their_stamp_duty_and_no_more() -> None:
    """0.005 % of ten crore is 5,000 rupees: it stands in the amount of one file and beside it in another."""
    stored = told(amount="99995000", units=None)
    assert likely_duplicates([told(amount="100000000", units="9")], [stored]) == {0}
    assert likely_duplicates([told(amount="100020000", units="9")], [stored]) == frozenset()


def test_payouts_and_taxes_are_the_same_kind_and_the_same_to_the_paisa() -> None:
    stored = told("stt_tax", "0.03", None)
    assert likely_duplicates([told("stt_tax", "0.025", None)], [stored]) == {0}
    assert likely_duplicates([told("stt_tax", "0.05", None)], [stored]) == frozenset()
    assert likely_duplicates([told("tds_tax", "0.03", None)], [stored]) == frozenset()


def test_a_stored_row_explains_one_row_only() -> None:
    assert likely_duplicates([told("purchase"), told("purchase")], [told()]) == {0}
    assert likely_duplicates([told("purchase"), told("purchase")], [told(), told()]) == {0, 1}


def test_rows_that_say_nothing_are_not_alike() -> None:
    """No amount and no units on either side: nothing is the same."""
    assert likely_duplicates([told("misc", None, None)], [told("misc", None, None)]) == frozenset()
