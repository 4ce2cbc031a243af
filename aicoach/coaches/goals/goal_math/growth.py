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
    if stop == 0:
        return -1.0
    try:
        # Through logarithms: a rate near zero keeps its digits, and the quotient cannot overflow.
        return math.expm1((math.log(stop) - math.log(start) if _far(start, stop) else _log_ratio(start, stop)) / span)
    except OverflowError as error:
        raise ValueError("the growth rate is too large") from error


def _far(start: float, stop: float) -> bool:
    return not 0.5 <= stop / start <= 2.0 if start > 1e-300 else True


def _log_ratio(start: float, stop: float) -> float:
    return math.log1p((stop - start) / start)
