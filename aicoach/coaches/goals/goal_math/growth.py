"""Compound annual growth between two values."""

import math


def cagr(begin: float, end: float, years: float) -> float:
    """The constant annual rate that turns ``begin`` into ``end``: ``(end / begin) ** (1 / years) - 1``.

    ``end`` 0 is a total loss, -1.0. Raises ValueError where no rate is defined: ``years`` or ``begin`` not above
    zero, ``end`` below zero, a value that is not finite, a rate too large for a float.
    """
    start, stop, span = float(begin), float(end), float(years)
    if not (math.isfinite(start) and math.isfinite(stop) and math.isfinite(span)):
        raise ValueError("begin, end and years must be finite")
    if span <= 0 or start <= 0 or stop < 0:
        raise ValueError("a growth rate needs years > 0, begin > 0 and end >= 0")
    try:
        rate: float = (stop / start) ** (1 / span) - 1
    except OverflowError as error:
        raise ValueError("the growth rate is too large") from error
    if not math.isfinite(rate):
        raise ValueError("the growth rate is too large")
    return rate
