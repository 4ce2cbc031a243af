"""CAGR and step-up SIPs: known values, the month loop, and where nothing is defined."""

import math
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.goal_math import cagr, required_sip, sip_future_value

rates = st.floats(-0.9, 1.5)
step_ups = st.floats(0, 0.5)
months = st.integers(0, 420)


def month_loop(monthly: float, rate: float, count: int, step_up: float) -> Decimal:
    """The convention, a month at a time, in fifty digits."""
    with localcontext() as context:
        context.prec = 50
        balance, instalment = Decimal(0), Decimal(monthly)
        for month in range(count):
            if month and month % 12 == 0:
                instalment *= 1 + Decimal(step_up)
            balance = (balance + instalment) * (1 + Decimal(rate) / 12)
        return balance


@pytest.mark.parametrize(
    ("begin", "end", "years", "rate"),
    [(100, 121, 2, 0.1), (100, 100, 5, 0.0), (100, 0, 3, -1.0), (200, 100, 1, -0.5), (1000, 2000, 0.5, 3.0)],
)
def test_cagr_of_known_values(begin: float, end: float, years: float, rate: float) -> None:
    """S0-4.2b"""
    assert cagr(begin, end, years) == pytest.approx(rate, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("begin", "end", "years"),
    [
        *[(0, 100, 1), (-1, 100, 1), (100, -1, 1), (100, 110, 0), (100, 110, -1)],
        *[(math.nan, 1, 1), (1, math.inf, 1), (1, 1, math.nan), (1e-300, 1e300, 1), (1, 2, 1e-9)],
    ],
)
def test_cagr_is_refused_where_it_is_undefined(begin: float, end: float, years: float) -> None:
    """S0-4.2b S0-4.2d"""
    with pytest.raises(ValueError, match=r"."):
        cagr(begin, end, years)


@settings(deadline=None)
@given(st.floats(0.01, 1e6), st.floats(-0.99, 5), st.floats(0.1, 50))
def test_cagr_turns_begin_into_end(begin: float, rate: float, years: float) -> None:
    """S0-4.2b"""
    end = begin * (1 + rate) ** years
    assert begin * (1 + cagr(begin, end, years)) ** years == pytest.approx(end, rel=1e-9)


def test_sips_match_the_published_examples() -> None:
    """notes/goals.md 3: 10,000 a month at 12 %: 50,45,760 after 15 years; 1.99 crore after 20 with a 10 % step-up."""
    assert round(sip_future_value(10000, 0.12, 180)) == 50_45_760
    assert round(sip_future_value(10000, 0.12, 240, 0.10) / 1_00_000) == 199


@settings(deadline=None)
@given(st.floats(1, 1e5), rates, months, step_ups)
def test_the_closed_form_equals_the_month_loop_to_a_paisa(
    monthly: float, rate: float, count: int, step_up: float
) -> None:
    """S0-4.2c: to a paisa, as far as a float can hold one."""
    exact = month_loop(monthly, rate, count, step_up)
    got = Decimal(sip_future_value(monthly, rate, count, step_up))
    assert abs(got - exact) <= max(Decimal("0.01"), abs(exact) * Decimal("1e-12"))


@pytest.mark.parametrize("rate", [0.0, 1e-12, -1e-12, 1e-9, 0.12, -0.3, 0.1139551])
@pytest.mark.parametrize("step_up", [0.0, 0.1, 0.12682503013196977, 1e-12])
def test_rates_at_and_near_zero_lose_nothing(rate: float, step_up: float) -> None:
    """S0-4.2c: also where step-up and growth cancel."""
    exact = month_loop(1000, rate, 300, step_up)
    got = Decimal(sip_future_value(1000, rate, 300, step_up))
    assert got.quantize(Decimal("0.01"), ROUND_HALF_UP) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(deadline=None)
@given(st.floats(1, 1e5), rates, st.integers(13, 420), step_ups, st.floats(0.001, 0.2))
def test_a_higher_step_up_never_ends_lower(
    monthly: float, rate: float, count: int, step_up: float, more: float
) -> None:
    """S0-4.2c"""
    low, high = (sip_future_value(monthly, rate, count, up) for up in (step_up, step_up + more))
    assert high > low or high == pytest.approx(low, rel=1e-12)


@settings(deadline=None)
@given(st.floats(1, 1e9), rates, st.integers(1, 420), step_ups, st.floats(0, 1e8))
def test_the_required_sip_reaches_the_target(
    target: float, rate: float, count: int, step_up: float, current: float
) -> None:
    """S0-4.2c"""
    needed = required_sip(target, rate, count, step_up, current)
    grown = current * (1 + rate / 12) ** count
    reached = grown + sip_future_value(needed, rate, count, step_up)
    assert reached >= target * (1 - 1e-9)
    assert needed == 0 or reached == pytest.approx(target, rel=1e-9, abs=1e-6)


def test_nothing_more_is_needed_when_current_money_gets_there() -> None:
    """S0-4.2c"""
    assert required_sip(1000, 0.1, 12, current=5000) == 0.0
    assert required_sip(1000, 0.1, 0, current=1000) == 0.0
    assert required_sip(0, 0.1, 12) == 0.0


def test_decimals_are_taken_as_they_are() -> None:
    """Money is Decimal everywhere else."""
    monthly, rate = Decimal("1000"), Decimal("0.12")
    assert sip_future_value(monthly, rate, 12) == sip_future_value(1000.0, 0.12, 12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rate", "count", "step_up"),
    [(0.1, -1, 0), (0.1, 1.5, 0), (-12, 12, 0), (0.1, 24, -1.1), (math.nan, 12, 0), (0.1, 12, math.inf), (1e6, 999, 0)],
)
def test_a_sip_is_refused_where_it_is_undefined(rate: float, count: int, step_up: float) -> None:
    """S0-4.2d"""
    with pytest.raises(ValueError, match=r"."):
        sip_future_value(1000, rate, count, step_up)
    with pytest.raises(ValueError, match=r"."):
        required_sip(1e9, rate, count, step_up)


@pytest.mark.parametrize(("target", "current"), [(1000, 999), (math.inf, 0), (1000, math.nan)])
def test_a_target_that_cannot_be_reached_is_refused(target: float, current: float) -> None:
    """S0-4.2d: no month left, or no number."""
    with pytest.raises(ValueError, match=r"."):
        required_sip(target, 0.1, 0, current=current)


@settings(deadline=None)
@given(st.integers(0, 60), st.floats(-11.9, -1.0))
def test_even_absurd_losses_are_defined(count: int, rate: float) -> None:
    """S0-4.2c: negative rates work."""
    value = sip_future_value(100, rate, count)
    assert value >= 0
    assume(count > 0)
    assert value == pytest.approx(float(month_loop(100, rate, count, 0)), rel=1e-9)
