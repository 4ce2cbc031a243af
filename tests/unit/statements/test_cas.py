"""Consolidated account statements: what is counted, what is refused, and why (issue 4 item 9)."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.coaches.goals.statements import NotAStatement, Statement, read_cas
from aicoach.coaches.goals.statements.words import file_reason, reason, warning
from aicoach.coaches.goals.transaction_kinds import DIRECTIONS
from tests.unit.statements.build import OTHER_ISIN, cas, row, scheme

SIP = row("PURCHASE_SIP", "4999.75", "100.000")


def cash_of(statement: Statement) -> Decimal:
    """What the coach will see move between the person and the funds."""
    lines = [line for holding in statement.holdings for line in holding.lines]
    return sum((DIRECTIONS[line.kind].cash * (line.amount or Decimal(0)) for line in lines), Decimal(0))


def reasons(statement: Statement) -> list[str]:
    """Why what was rejected was rejected."""
    assert all(reason(one.reason) for one in statement.rejected)
    return [one.reason for one in statement.rejected]


def test_stamp_duty_belongs_to_the_outflow() -> None:
    """notes/goals.md §3: the cash flow is the instalment, not what is printed on the purchase row."""
    assert cash_of(read_cas(cas(scheme(SIP, row("STAMP_DUTY_TAX", "0.25", None))))) == Decimal("-5000.00")


def test_a_failed_instalment_nets_to_zero_with_its_stamp_duty() -> None:
    """A reversal takes the purchase back; the stamp duty that was given back takes the duty back."""
    failed = read_cas(
        cas(
            scheme(
                SIP,
                row("STAMP_DUTY_TAX", "0.25", None),
                row("REVERSAL", "-4999.75", "-100.000"),
                row("STAMP_DUTY_TAX", "-0.25", None),
            )
        )
    )
    assert cash_of(failed) == 0
    assert failed.warnings == {"refunds": 2}
    assert warning("refunds", 2)


def test_switches_are_internal() -> None:
    """What leaves one scheme comes into another: nothing between the person and the funds."""
    out = scheme(SIP, row("SWITCH_OUT", "-4999.75", "-100.000"))
    into = scheme(row("SWITCH_IN", "4999.75", "50.000"), isin=OTHER_ISIN)
    statement = read_cas(cas(out, into))
    switched = [line for holding in statement.holdings for line in holding.lines if DIRECTIONS[line.kind].internal]
    assert [line.kind for line in switched] == ["switch_out", "switch_in"]
    assert cash_of(statement) == Decimal("-4999.75")


def test_a_notice_is_left_out_and_counted() -> None:
    statement = read_cas(cas(scheme(row("MISC", None, None, description="***Nominee PRANAB***"), SIP)))
    assert (statement.notices, len(statement.holdings[0].lines), statement.rejected) == (1, 1, ())
    assert "PRANAB" not in repr(statement)


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (scheme(SIP, close="101.000"), "scheme_units"),
        (scheme(SIP, close_calculated="99.000"), "scheme_units"),
        (scheme(SIP, row("DIVIDEND_REINVEST", "10.00", "-1.000")), "scheme_row"),
        (scheme(SIP, row("UNKNOWN", "10.00", "1.000")), "scheme_row"),
        (scheme(SIP, row("PURCHASE", None, "1.000")), "scheme_row"),
        (scheme(SIP, row("PURCHASE", "5", "1.000", day="2021-13-01")), "scheme_row"),
        (scheme(SIP, isin=None), "isin"),
        (scheme(SIP, isin="INF9A1K01AA4"), "isin"),
    ],
)
def test_a_scheme_that_cannot_be_trusted_is_left_out_and_the_rest_goes_on(bad: dict[str, Any], expected: str) -> None:
    """close == close_calculated, and the coach's own sum; casparser#134, #16, #88."""
    good = scheme(SIP, isin=OTHER_ISIN)
    statement = read_cas(cas(bad, good))
    assert reasons(statement) == [expected]
    assert statement.rejected[0].rows == len(bad["transactions"])
    assert [holding.isin for holding in statement.holdings] == [OTHER_ISIN]


def test_a_parse_warning_stops_its_scheme_only() -> None:
    warned = "'Meghdoot Flexi Cap Fund' [B92Z]: unit-balance discontinuity at 2021-04-05"
    lost = "unparseable scheme header region before 'Opening Unit Balance': 'PRANAB CHATTOPADHYAY'"
    other = scheme(SIP, isin=OTHER_ISIN, scheme="Sagarmatha Index", rta_code="C1")
    statement = read_cas(cas(scheme(SIP), other, parse_warnings=[warned, lost]))
    assert reasons(statement) == ["scheme_warned"]
    assert len(statement.holdings) == 1
    assert statement.warnings == {"part_unreadable": 1}
    assert "PRANAB" not in repr(statement)


def test_a_tax_given_back_for_nothing_is_one_rejected_row() -> None:
    statement = read_cas(cas(scheme(SIP, row("STAMP_DUTY_TAX", "-0.25", None))))
    assert reasons(statement) == ["refund"]
    assert len(statement.holdings[0].lines) == 1


def test_folios_are_told_apart_by_fund_house() -> None:
    two = cas(scheme(SIP))
    two["folios"].append(two["folios"][0] | {"amc": "Sagarmatha Mutual Fund"})
    assert len({(holding.amc, holding.folio) for holding in read_cas(two).holdings}) == 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (cas(scheme(SIP), cas_type="SUMMARY"), "summary_only"),
        (cas(scheme(SIP), statement_period={"from": "", "to": ""}), "no_period"),
        (cas(scheme(SIP, close="NaN")), "not_a_statement"),
        (cas(scheme(SIP), folios="x"), "not_a_statement"),
        ([], "not_a_statement"),
        (None, "not_a_statement"),
        ({}, "not_a_statement"),
    ],
)
def test_what_has_no_transactions_is_refused_with_the_reason(data: Any, expected: str) -> None:
    """A summary's XIRR is not available, and it is said why."""
    with pytest.raises(NotAStatement) as refusal:
        read_cas(data)
    assert refusal.value.reason == expected
    if expected == "summary_only":
        assert "XIRR" in file_reason(expected)
        assert "not available" in file_reason(expected)


KIND = st.sampled_from([kind.upper() for kind in DIRECTIONS] + ["MISC", "UNKNOWN", "NEW_IN_2030"])
FIGURE = st.one_of(st.none(), st.decimals(-10_000, 10_000, places=3).map(str))
ROWS = st.lists(st.builds(row, KIND, FIGURE, FIGURE), max_size=12)


@given(st.lists(ROWS, max_size=4))
def test_every_row_is_counted_once(schemes: list[list[dict[str, Any]]]) -> None:
    """rows = lines + rejected + notices + refunds, and a scheme that is taken adds up as the coach adds."""
    statement = read_cas(cas(*(scheme(*rows) for rows in schemes)))
    counted = Counter(
        lines=sum(len(holding.lines) for holding in statement.holdings),
        rejected=sum(one.rows for one in statement.rejected),
        notices=statement.notices,
        refunds=statement.warnings.get("refunds", 0),
    )
    assert sum(counted.values()) == sum(len(rows) for rows in schemes)
    for holding in statement.holdings:
        moved = sum(
            DIRECTIONS[line.kind].units * (line.units or 0) for line in holding.lines if line.kind in DIRECTIONS
        )
        assert abs(holding.opening + moved - holding.closing) <= Decimal("0.001")
