"""XIRR against an independent solver, against exact arithmetic, and at every edge where there is no rate."""

import json
import math
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from scipy.optimize import brentq

from aicoach.coaches.goals.goal_math import RATE_MAX, RATE_MIN, Flow, money_weighted_return, xirr

CASES: Final = json.loads(Path(__file__).with_name("flows.json").read_text("utf-8"))
DAY: Final = date(2021, 1, 1)

days = st.integers(0, 4000).map(lambda offset: DAY + timedelta(days=offset))
amounts = st.integers(1, 10**9).map(lambda paise: paise / 100)
investments = st.lists(st.tuples(days, amounts), min_size=1, max_size=12)


def flows_of(name: str) -> list[Flow]:
    return [(date.fromisoformat(day), amount) for day, amount in CASES[name]]


def present_value(flows: list[Flow], rate: float) -> Decimal:
    """The net present value in fifty digits, from the definition."""
    with localcontext() as context:
        context.prec = 50
        first = min(day for day, _ in flows)
        growth = 1 + Decimal(rate)
        return sum((Decimal(a) / growth ** (Decimal((d - first).days) / 365) for d, a in flows), Decimal(0))


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_an_independent_solver(name: str) -> None:
    """S0-4.2a: to 1e-8 relative on more than twenty fixtures."""
    flows = flows_of(name)
    first = min(day for day, _ in flows)

    span = (max(day for day, _ in flows) - first).days

    def value(x: float) -> float:
        # Brought to the last day where growth is negative, so that nothing overflows: the zero is the same.
        shift = span if x < 0 else 0
        return math.fsum(amount * math.exp(x * (shift - (day - first).days) / 365) for day, amount in flows)

    expected = math.expm1(brentq(value, -13.9, 13.9, xtol=1e-15, rtol=8.9e-16, maxiter=500))
    assert xirr(flows) == pytest.approx(expected, rel=1e-8, abs=1e-13)


@settings(deadline=None, max_examples=150)
@given(investments, st.floats(0.001, 1000))
@example([(DAY, 1.0)], 0.9)
def test_the_present_value_changes_sign_at_the_rate(puts: list[Flow], multiple: float) -> None:
    """S0-4.2a: in exact arithmetic, within 1e-8 relative of the answer."""
    end = max(day for day, _ in puts) + timedelta(days=400)
    flows = [*((day, -amount) for day, amount in puts), (end, multiple * sum(a for _, a in puts))]
    rate = xirr(flows)
    assume(rate is not None)
    assert rate is not None
    near = max(abs(rate) * 1e-8, 1e-12)
    below, above = present_value(flows, rate - near), present_value(flows, rate + near)
    assert (below > 0) != (above > 0)


def test_money_that_only_comes_back_earned_nothing() -> None:
    """Four times a paisa and then four paise: no rounding of decimal fractions hides a rate of zero."""
    puts = [(date(2021, 1, 1), -0.01)] * 3 + [(date(2021, 1, 2), -0.01)]
    assert xirr([*puts, (date(2021, 2, 1), 0.04)]) == pytest.approx(0, abs=1e-12)


@settings(deadline=None)
@given(investments, st.floats(0.01, 100), st.floats(1e-6, 1e9))
def test_money_in_another_unit_gives_the_same_rate(puts: list[Flow], multiple: float, scale: float) -> None:
    """S0-4.2a"""
    end = max(day for day, _ in puts) + timedelta(days=30)
    flows = [*((day, -amount) for day, amount in puts), (end, multiple * sum(a for _, a in puts))]
    rate, again = xirr(flows), xirr([(day, amount * scale) for day, amount in flows])
    assert (rate is None) == (again is None)
    assert rate is None or again == pytest.approx(rate, rel=1e-8, abs=1e-10)


@settings(deadline=None)
@given(st.lists(st.tuples(days, st.integers(-(10**6), 10**6)), max_size=30))
def test_every_rate_reported_is_a_zero_and_only_a_single_one_is_the_answer(rows: list[tuple[date, int]]) -> None:
    """S0-4.2d: any flows at all, never an exception."""
    flows = [(day, float(amount)) for day, amount in rows]
    found = money_weighted_return(flows)
    assert (found.value is None) == (found.reason is not None)
    assert (found.value is not None) == (len(found.roots) == 1)
    assert list(found.roots) == sorted(found.roots)
    for rate in found.roots:
        assert RATE_MIN <= rate <= RATE_MAX
        scale = max(abs(amount) for _, amount in flows)
        wide = 1e-7 * (1 + rate)
        values = [present_value(flows, rate + step) for step in (-wide, 0, wide)]
        touches = abs(values[1]) <= Decimal(scale) * len(flows) * Decimal("1e-9")
        assert (values[0] > 0) != (values[2] > 0) or touches


@settings(deadline=None, max_examples=200)
@given(st.lists(st.integers(-30, 30).filter(bool), min_size=3, max_size=7))
def test_every_rate_is_found(coefficients: list[int]) -> None:
    """S0-4.2d: against the roots of the polynomial, for flows exactly a year of 365 days apart."""
    flows = [(DAY + timedelta(days=365 * year), float(amount)) for year, amount in enumerate(coefficients)]
    zeros = [complex(root) for root in Polynomial(coefficients).roots()]
    discounts = [zero.real for zero in zeros if abs(zero.imag) < 1e-9 and zero.real > 0]
    rates = sorted(1 / discount - 1 for discount in discounts)
    inside = [rate for rate in rates if RATE_MIN < rate < RATE_MAX]
    # Zeros so close together that a polynomial solver cannot tell them apart, or takes for complex, prove nothing.
    assume(not any(1e-9 <= abs(zero.imag) < 1e-3 for zero in zeros))
    assume(all(right - left > 1e-3 for left, right in pairwise(inside)))
    assume(all(abs(Polynomial(coefficients).deriv()(1 / (1 + rate))) > 1e-3 for rate in inside))
    assert money_weighted_return(flows).roots == pytest.approx(inside, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ([], "no_flows"),
        ([(DAY, 0.0), (date(2022, 1, 1), 0.0)], "no_flows"),
        ([(DAY, -100.0)], "single_flow"),
        ([(DAY, -100.0), (DAY, 110.0)], "single_date"),
        ([(DAY, -100.0), (date(2022, 1, 1), -5.0)], "one_sided"),
        ([(DAY, 100.0), (date(2022, 1, 1), 5.0)], "one_sided"),
        ([(DAY, -100.0), (date(2022, 1, 1), 0.0)], "one_sided"),
        ([(DAY, -0.1), (DAY, -0.2), (DAY, 0.3), (date(2022, 1, 1), 5.0)], "one_sided"),
        ([(DAY, -100.0), (date(2022, 1, 1), math.nan)], "not_finite"),
        ([(DAY, -100.0), (date(2022, 1, 1), math.inf)], "not_finite"),
        ([(DAY, -100.0), (date(2022, 1, 1), 210.0), (date(2023, 1, 1), -115.0)], "no_rate"),
        ([(DAY, -1.0), (date(2022, 1, 1), 1_000_002.0)], "no_rate"),
        ([(DAY, -1e7), (date(2022, 1, 1), 1.0)], "no_rate"),
        ([(DAY, -100.0), (date(2022, 1, 1), 230.0), (date(2023, 1, 1), -132.0)], "several_rates"),
    ],
)
def test_where_there_is_no_rate_the_reason_is_told(flows: list[Flow], reason: str) -> None:
    """S0-4.2d"""
    found = money_weighted_return(flows)
    assert (found.value, found.reason, found.method) == (None, reason, "none")
    assert xirr(flows) is None


def test_several_rates_are_all_named() -> None:
    """S0-4.2d"""
    flows = [(DAY, -100.0), (date(2022, 1, 1), 230.0), (date(2023, 1, 1), -132.0)]
    assert money_weighted_return(flows).roots == pytest.approx([0.1, 0.2], rel=1e-8)


def test_a_zero_that_is_only_touched_is_one_rate() -> None:
    """S0-4.2d"""
    flows = [(DAY, -100.0), (date(2022, 1, 1), 220.0), (date(2023, 1, 1), -121.0)]
    assert xirr(flows) == pytest.approx(0.1, rel=1e-8)


@pytest.mark.parametrize(("back", "rate"), [(1.0, RATE_MIN), (1e6 * (RATE_MAX + 1), RATE_MAX)])
def test_the_ends_of_the_range_belong_to_it(back: float, rate: float) -> None:
    """DESIGN 4.6"""
    assert xirr([(DAY, -1e6), (date(2022, 1, 1), back)]) == pytest.approx(rate, rel=1e-12)


def test_pyxirr_is_not_trusted_where_it_finds_nothing_or_too_little() -> None:
    """notes/goals.md 3: its test for convergence is absolute, so that it stops early, or never."""
    puts = [(DAY + timedelta(days=200 * number), -100.0 * number - 1) for number in range(20)]
    lost, won = [*puts, (date(2032, 1, 1), 5.0)], [*puts, (date(2032, 1, 1), 1e9)]
    assert [money_weighted_return(flows).method for flows in (lost, won)] == ["bracketing", "bracketing"]
    assert money_weighted_return(flows_of("one year, ten percent")).method == "pyxirr"


def test_a_zero_touched_at_no_growth_is_one_rate() -> None:
    """S0-4.2d: where the two half lines of the search meet."""
    flows = [(DAY + timedelta(days=365 * year), amount) for year, amount in enumerate([-6.0, 6.0, 6.0, -6.0])]
    assert money_weighted_return(flows).roots == (0.0,)
