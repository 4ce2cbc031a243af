"""All zeros of a net present value on a half line, counted with proof and solved to the last digits.

With x = log(1 + rate) a present value is a sum of exponentials, sum(a * exp(-s * x)). On x >= 0 with times s
measured from the first flow, every exponent falls; on x < 0 the mirrored sum, measured from the last flow,
does. So one kind of half line serves both, and nothing overflows near -100 %.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Rounding allowed for, relative to the sum of magnitudes.
_NOISE = 2.0**-46
#: Intervals are not halved below this: what is left there touches zero, or crosses it within the noise.
_NARROW = 1e-8
#: Zeros closer than this are one zero, seen through rounding.
ONE = 1e-6
_STEPS = 200


@dataclass(frozen=True, slots=True)
class _Point:
    """Value and falling speed at y; also positive and negative terms apart, as each part falls while y grows."""

    y: float
    value: float
    plus: float
    minus: float
    speed_plus: float
    speed_minus: float

    @property
    def noise(self) -> float:
        return (self.plus + self.minus) * _NOISE


@dataclass(frozen=True, slots=True)
class HalfLine:
    """``f(y) = sum(a * exp(-s * y))`` for y >= 0; ``terms`` are (s, a) with s >= 0, in order of s."""

    terms: Sequence[tuple[float, float]]
    #: Where a zero is expected; anywhere will do.
    guess: float = math.nan

    def roots(self, upper: float) -> list[float]:
        """Every y in (0, upper] with f(y) = 0, in order, a touching zero once."""
        changes = self._sign_changes()
        if changes == 0:
            return []
        low, high = self._at(0.0), self._at(upper)
        if changes == 1 and low.value != 0:
            found = [self._solve(low, high)] if _opposite(low, high) else []
        else:
            found = self._merged(list(self._isolate(low, high)))
        return [*found, upper] if high.value == 0 else found

    def _sign_changes(self) -> int:
        """An upper bound on the zeros in (0, inf): f(y)/y is the Laplace transform of the running balance.

        Descartes' rule for Laplace transforms (also known as Norstrom's criterion for internal rates).
        """
        balances, total = [], 0.0
        for _, amount in self.terms:
            total += amount
            balances.append(total)
        signs = [balance > 0 for balance in balances if balance != 0]
        return sum(before != after for before, after in pairwise(signs))

    def _at(self, y: float) -> _Point:
        now = [(s, a * math.exp(-s * y)) for s, a in self.terms]
        plus, minus = [(s, v) for s, v in now if v > 0], [(s, -v) for s, v in now if v < 0]
        return _Point(
            y,
            math.fsum(v for _, v in now),
            math.fsum(v for _, v in plus),
            math.fsum(v for _, v in minus),
            math.fsum(s * v for s, v in plus),
            math.fsum(s * v for s, v in minus),
        )

    def _isolate(self, low: _Point, high: _Point) -> Iterator[float]:
        """Zeros strictly between two points: halve until f has one sign or runs one way."""
        if low.plus - high.minus < -low.noise or high.plus - low.minus > low.noise:
            return
        falls = high.speed_plus > low.speed_minus
        rises = high.speed_minus > low.speed_plus
        if falls or rises:
            if _opposite(low, high):
                yield self._solve(low, high)
            return
        middle = self._at((low.y + high.y) / 2)
        if high.y - low.y < _NARROW:
            if _opposite(low, high) or abs(middle.value) <= middle.noise:
                yield middle.y
            return
        yield from self._isolate(low, middle)
        if middle.value == 0:
            yield middle.y
        yield from self._isolate(middle, high)

    def _merged(self, found: list[float]) -> list[float]:
        """Zeros that rounding has scattered around a touching point become that point: the zero of the slope."""
        groups: list[list[float]] = []
        for y in found:
            if groups and y - groups[-1][-1] < ONE:
                groups[-1].append(y)
            else:
                groups.append([y])
        return [group[0] if len(group) == 1 else self._turning_point(group[0], group[-1]) for group in groups]

    def _turning_point(self, first: float, last: float) -> float:
        slope = HalfLine(tuple((s, s * a) for s, a in self.terms))
        low, high = slope._at(max(first - ONE, 0.0)), slope._at(last + ONE)
        return slope._solve(low, high) if _opposite(low, high) else (first + last) / 2

    def _solve(self, low: _Point, high: _Point) -> float:
        """The only zero between two points of opposite sign: Newton's steps, kept inside by halving."""
        falling = low.value > 0
        a, b = low.y, high.y
        y = self.guess if a < self.guess < b else (a + b) / 2
        for _ in range(_STEPS):
            here = self._at(y)
            if here.value == 0:
                return y
            a, b = (y, b) if (here.value > 0) == falling else (a, y)
            speed = here.speed_plus - here.speed_minus
            following = y + here.value / speed if speed else a
            following = following if a < following < b else (a + b) / 2
            if abs(following - y) <= 4e-16 * y or following in (a, b):
                return following
            y = following
        return y


def _opposite(low: _Point, high: _Point) -> bool:
    return (low.value > 0 > high.value) or (low.value < 0 < high.value)
