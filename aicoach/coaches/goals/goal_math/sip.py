"""Instalments every month, stepped up every year: what they grow to, and how large they must be.

Convention (that of the Indian SIP calculators): a nominal annual rate, one twelfth of it a month; each instalment
at the start of its month; every twelfth instalment is followed by a step-up.
"""

import math


def sip_future_value(monthly: float, annual_rate: float, months: int, annual_step_up: float = 0.0) -> float:
    """What ``months`` instalments are worth at the end of the last month, in the unit of ``monthly``.

    Instalment k (from 0) is ``monthly * (1 + annual_step_up) ** (k // 12)`` and earns ``months - k`` months of
    ``annual_rate / 12``. Rates are fractions (0.12 = 12 % a year nominal) and may be zero or negative.
    Raises ValueError for months below zero or not whole, ``annual_rate`` <= -12, ``annual_step_up`` < -1, values
    that are not finite, and results too large for a float.
    """
    return _finite(float(monthly) * _future_value_of_one(float(annual_rate), months, float(annual_step_up)))


def required_sip(
    target: float, annual_rate: float, months: int, annual_step_up: float = 0.0, current: float = 0.0
) -> float:
    """The first instalment with which ``current`` and the instalments reach ``target`` after ``months``.

    ``current`` grows at the same monthly rate. 0.0 when it reaches the target by itself. Raises ValueError as
    :func:`sip_future_value`, and when there is something to reach and no month to reach it in.
    """
    one = _future_value_of_one(float(annual_rate), months, float(annual_step_up))
    missing = float(target) - float(current) * _growth(float(annual_rate), months)
    if not math.isfinite(missing):
        raise ValueError("target and current must be finite")
    if missing <= 0:
        return 0.0
    if one <= 0:
        raise ValueError("no month is left to reach the target")
    return _finite(missing / one)


def _future_value_of_one(annual_rate: float, months: int, step_up: float) -> float:
    _check(annual_rate, months, step_up)
    years, rest = divmod(int(months), 12)
    month, year_growth, raise_ = annual_rate / 12, _growth(annual_rate, 12), 1 + step_up
    try:
        whole_years = _annuity_due(month, 12) * _powers(raise_, year_growth, years) * _growth(annual_rate, rest)
        return float(whole_years + raise_**years * _annuity_due(month, rest))
    except OverflowError as error:
        raise ValueError("the result is too large") from error


def _check(annual_rate: float, months: int, step_up: float) -> None:
    if not (math.isfinite(annual_rate) and math.isfinite(step_up)):
        raise ValueError("rates must be finite")
    if months != int(months) or months < 0:
        raise ValueError("months must be a whole number, zero or more")
    if annual_rate <= -12:
        raise ValueError("a month cannot lose more than everything")
    if step_up < -1:
        raise ValueError("an instalment cannot fall below zero")


def _growth(annual_rate: float, months: int) -> float:
    """What one unit becomes after so many months; exact for a rate near zero."""
    try:
        return math.exp(months * math.log1p(annual_rate / 12))
    except OverflowError as error:
        raise ValueError("the result is too large") from error


def _annuity_due(month: float, count: int) -> float:
    """``count`` instalments of one, each at the start of its month, at the end of the last month."""
    if month == 0:
        return float(count)
    return (1 + month) * math.expm1(count * math.log1p(month)) / month


def _powers(a: float, b: float, count: int) -> float:
    """``sum(a**k * b**(count - 1 - k) for k in range(count))`` in closed form, stable when a is near b."""
    if count == 0:
        return 0.0
    if a == 0:
        return float(b ** (count - 1))
    ratio = math.log(a / b)
    factor = float(count) if ratio == 0 else math.expm1(count * ratio) / math.expm1(ratio)
    return float(b ** (count - 1)) * factor


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("the result is not finite")
    return value
