"""The money-weighted annual rate of dated cash flows (XIRR), or the reason why there is none.

Rate r solves ``sum(amount / (1 + r) ** (days / 365)) = 0``: actual/365, the convention of spreadsheets' XIRR.
pyxirr answers first. Its test for convergence is absolute, so that it misses rates near -100 % and accepts any of
several; therefore the zeros are counted here, and its answer is put back into the present value (XNPV) and
improved to the last digits. Where it does not hold, the zero is bracketed in log(1 + r).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyxirr

from aicoach.coaches.goals.goal_math.roots import ONE, HalfLine

#: A rate outside this range is no rate.
RATE_MIN: Final = -0.999999
RATE_MAX: Final = 1e6
DAYS_PER_YEAR: Final = 365.0

Flow = tuple[date, float]

# Searched a hair wider than the range, so that a rate exactly on its edge is found in spite of rounding.
_EDGE = 1e-9
_ROUNDING = 1e-14
_UPPER = math.log1p(RATE_MAX) + _EDGE
_LOWER = -math.log1p(RATE_MIN) + _EDGE
# Floats that net to less than this share of what moved that day net to nothing.
_NETTED = 2.0**-50


@dataclass(frozen=True, slots=True)
class MoneyWeightedReturn:
    """``value``: the annual rate as a fraction, None when ``reason`` says why there is none.

    ``roots``: every rate that fits, in order. ``method``: ``pyxirr``, ``bracketing`` or ``none``. ``reason``:
    ``no_flows``, ``not_finite``, ``single_flow``, ``single_date``, ``one_sided``, ``no_rate``, ``several_rates``.
    """

    value: float | None
    method: str
    roots: tuple[float, ...] = ()
    reason: str | None = None


def xirr(flows: Sequence[Flow]) -> float | None:
    """The annual rate (0.1 = 10 %) that fits the flows; money put in is negative, what comes back positive.

    None when the flows are empty, single, all on one date or all of one sign, and when no rate, or more than
    one, fits within ``RATE_MIN`` to ``RATE_MAX``.
    """
    return money_weighted_return(flows).value


def money_weighted_return(flows: Sequence[Flow]) -> MoneyWeightedReturn:
    """:func:`xirr` with its method, every rate that fits, and the reason when there is no single one."""
    net, reason = _netted(flows)
    if reason is not None:
        return MoneyWeightedReturn(None, "none", (), reason)
    asked = _asked(net)
    x = math.nan if asked is None else math.log1p(asked)
    first, last = HalfLine(_terms(net, net[0][0]), x), HalfLine(_terms(net[::-1], net[-1][0]), -x)
    level = [0.0] if _net([amount for _, amount in net]) == 0 else []
    zeros = [*(-y for y in reversed(last.roots(_LOWER))), *level, *first.roots(_UPPER)]
    rates = (math.expm1(zero) for zero in _once_at_zero(zeros))
    roots = tuple(min(max(rate, RATE_MIN), RATE_MAX) for rate in rates if _in_range(rate))
    if len(roots) != 1:
        return MoneyWeightedReturn(None, "none", roots, "several_rates" if roots else "no_rate")
    held = asked is not None and math.isclose(asked, roots[0], rel_tol=1e-6, abs_tol=1e-9)
    return MoneyWeightedReturn(roots[0], "pyxirr" if held else "bracketing", roots)


def _netted(flows: Sequence[Flow]) -> tuple[list[tuple[date, float]], str | None]:
    """One flow a day, in order, scaled to at most 1 by a power of two, which is exact; or why there is no rate."""
    amounts = [(day, float(amount)) for day, amount in flows]
    if not all(math.isfinite(amount) for _, amount in amounts):
        return [], "not_finite"
    largest = max((abs(amount) for _, amount in amounts), default=0.0)
    if largest == 0.0:
        return [], "no_flows"
    _, exponent = math.frexp(largest)
    by_day: dict[date, list[float]] = {}
    for day, amount in sorted(amounts, key=lambda flow: flow[0]):
        by_day.setdefault(day, []).append(math.ldexp(amount, -exponent))
    net = [(day, _net(parts)) for day, parts in by_day.items()]
    return [flow for flow in net if flow[1] != 0], _why_none(amounts, net)


def _net(amounts: Sequence[float]) -> float:
    total, moved = math.fsum(amounts), math.fsum(map(abs, amounts))
    return total if abs(total) > moved * _NETTED else 0.0


def _why_none(amounts: Sequence[Flow], net: Sequence[Flow]) -> str | None:
    if len(amounts) == 1:
        return "single_flow"
    if len(net) == 1:
        return "single_date"
    signs = {amount > 0 for _, amount in net if amount != 0}
    return None if len(signs) == 2 else "one_sided"


def _terms(net: Sequence[Flow], start: date) -> list[tuple[float, float]]:
    return [(abs((day - start).days) / DAYS_PER_YEAR, amount) for day, amount in net]


def _once_at_zero(zeros: Sequence[float]) -> list[float]:
    """Both half lines see a zero that is only touched near 0: it is one, and 0 itself if that is a zero."""
    near = [zero for zero in zeros if abs(zero) < ONE]
    if len(near) < 2:
        return list(zeros)
    one = 0.0 if 0.0 in near else sum(near) / len(near)
    return [*(zero for zero in zeros if zero <= -ONE), one, *(zero for zero in zeros if zero >= ONE)]


def _in_range(rate: float) -> bool:
    return RATE_MIN - _ROUNDING <= rate <= RATE_MAX * (1 + _ROUNDING)


def _asked(net: Sequence[Flow]) -> float | None:
    """pyxirr's answer, to be verified; None if it gives none within the range."""
    try:
        rate = pyxirr.xirr([day for day, _ in net], [amount for _, amount in net])
    except pyxirr.InvalidPaymentsError:
        return None
    return float(rate) if rate is not None and RATE_MIN <= rate <= RATE_MAX else None
