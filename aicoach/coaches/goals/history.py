"""Value against money put in, month by month: the two lines of the portfolio's chart."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from aicoach.coaches.goals.facts import series
from aicoach.coaches.goals.positions import Money, Position
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Series


def history(snapshot: Snapshot, held: Sequence[Position], money: Money) -> tuple[Series, ...]:
    """Both lines at each month end where every holding has a NAV, and on the last day; nothing for one point."""
    months = sorted({day for position in held for day in snapshot.month_navs.get(position.scheme.isin, {})})
    points = [*_points(snapshot, held, [day for day in months if day < money.as_of])]
    points.append((money.as_of, money.value, money.invested - money.withdrawn))
    if len(points) < 2:
        return ()
    value = [(day, worth) for day, worth, _ in points]
    invested = [(day, net) for day, _, net in points]
    return series("value", value), series("invested", invested)


def _points(
    snapshot: Snapshot, held: Sequence[Position], months: Sequence[date]
) -> Iterator[tuple[date, Decimal, Decimal]]:
    lines = [_Line(snapshot, position) for position in held]
    for day in months:
        worth = [line.advance(day) for line in lines]
        known = [value for value in worth if value is not None]
        if len(known) == len(worth) and any(line.begun for line in lines):
            yield day, sum(known, Decimal(0)), sum((line.net_invested for line in lines), Decimal(0))


class _Line:
    """One position, walked through once in the order of days."""

    def __init__(self, snapshot: Snapshot, position: Position) -> None:
        self._rows = sorted(position.transactions, key=lambda row: row.day)
        self._navs = snapshot.month_navs.get(position.scheme.isin, {})
        self._next = 0
        self._units = self.net_invested = Decimal(0)

    @property
    def begun(self) -> bool:
        return self._next > 0

    def advance(self, day: date) -> Decimal | None:
        """The value at the end of ``day``; None when units are held and no usable NAV is known."""
        while self._next < len(self._rows) and self._rows[self._next].day <= day:
            row = self._rows[self._next]
            self._units += row.units
            self.net_invested -= row.cash
            self._next += 1
        if self._units < THRESHOLDS.unit_dust:
            return Decimal(0)
        price = self._navs.get(day)
        usable = price is not None and (day - price.day).days <= THRESHOLDS.usable_price_days
        return self._units * price.value if price is not None and usable else None
