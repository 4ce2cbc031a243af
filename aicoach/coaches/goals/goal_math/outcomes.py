"""What a savings plan may come to: expected value, range and chance, from exact moments and a lognormal fit.

Each month's growth factor has the mean ``1 + annual_rate / 12`` and the standard deviation
``annual_volatility / sqrt(12)``, independent of the others. The first two moments of the value then follow a
recursion, exactly: with V' = (V + c) * G, E[V'] = (E[V] + c) * E[G] and
E[V'^2] = (E[V^2] + 2 * c * E[V] + c^2) * E[G^2], written below for the variance. The value is read as the lognormal
that has both moments (Fenton-Wilkinson's matching); the expected value is the deterministic projection itself.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from aicoach.coaches.goals.goal_math.sip import sip_future_value

_NORMAL: Final = NormalDist()
_HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Savings:
    """A sum that is there, and instalments at the start of each month, stepped up after every twelfth.

    The rate is nominal, one twelfth of it a month (goal_math.sip); all rates are fractions a year.
    """

    current: float
    monthly: float
    annual_rate: float
    annual_step_up: float = 0.0
    annual_volatility: float = 0.0

    def instalment(self, month: int) -> float:
        """The instalment at the start of ``month``, counted from 0."""
        return float(self.monthly * (1 + self.annual_step_up) ** (month // 12))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value after so many months: its ``mean``, and the standard deviation of its logarithm, ``spread``."""

    months: int
    mean: float
    spread: float

    def chance(self, target: float) -> float:
        """The probability that the value is ``target`` or more; 0 to 1."""
        if target <= 0 or self.mean <= 0 or self.spread == 0:
            return 1.0 if self.mean >= target else 0.0
        return _NORMAL.cdf((self._centre - math.log(target)) / self.spread)

    def quantile(self, share: float) -> float:
        """The value that ``share`` (between 0 and 1) of all outcomes stay below."""
        if self.mean <= 0 or self.spread == 0:
            return self.mean
        return math.exp(self._centre + self.spread * _NORMAL.inv_cdf(share))

    @property
    def _centre(self) -> float:
        return math.log(self.mean) - self.spread**2 / 2


def outcomes(savings: Savings, months: int) -> Iterator[Outcome]:
    """The outcome after 0, 1, … ``months`` months."""
    growth = 1 + savings.annual_rate / 12
    # The variance is kept relative to the squared mean: nothing cancels, overflows or vanishes.
    noise = savings.annual_volatility**2 / 12 / growth**2
    mean, relative = savings.current, 0.0
    yield Outcome(0, mean, 0.0)
    for month in range(months):
        invested = mean + savings.instalment(month)
        if invested > 0:
            relative = relative * (mean / invested) ** 2 * (1 + noise) + noise
        mean = invested * growth
        yield Outcome(month + 1, mean, math.sqrt(math.log1p(relative)))


def months_to_reach(target: float, savings: Savings, limit: int) -> int | None:
    """After how many months the expected value is ``target`` or more; None when that takes over ``limit`` months."""
    return next((after.months for after in outcomes(savings, limit) if after.mean >= target), None)


def required_step_up(target: float, savings: Savings, months: int, ceiling: float) -> float | None:
    """The smallest annual step-up from 0 to ``ceiling`` that reaches ``target`` after ``months``; None if none does."""
    grown = savings.current * (1 + savings.annual_rate / 12) ** months

    def reaches(step_up: float) -> bool:
        return grown + sip_future_value(savings.monthly, savings.annual_rate, months, step_up) >= target

    if reaches(0.0):
        return 0.0
    low, high = 0.0, ceiling
    if not reaches(high):
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high
