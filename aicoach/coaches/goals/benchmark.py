"""The same cash flows on the same days, put into the benchmark index of each scheme instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aicoach.coaches.goals.positions import Money, Position
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS


@dataclass(frozen=True, slots=True)
class Mirror:
    """``money`` is the outcome in the benchmarks called ``names``; None when it cannot be told.

    ``missing`` counts schemes without a benchmark or without its values. ``used_up`` says that what was taken
    out in reality is more than the benchmark would have held.
    """

    names: tuple[str, ...]
    money: Money | None
    missing: int = 0
    used_up: bool = False


def mirror(snapshot: Snapshot, held: Sequence[Position], money: Money) -> Mirror:
    """``money`` of ``held``, had every flow bought or sold the scheme's benchmark at that day's value."""
    names = tuple(sorted({position.scheme.benchmark for position in held if position.scheme.benchmark}))
    values = [_value(snapshot, position, money.as_of) for position in held]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return Mirror(names, None, missing=len(values) - len(known))
    worth = sum(known, Decimal(0))
    if worth < 0:
        return Mirror(names, None, used_up=True)
    return Mirror(names, Money(money.flows, money.invested, money.withdrawn, worth, money.as_of))


def _value(snapshot: Snapshot, position: Position, as_of: date) -> Decimal | None:
    index_now = _index(snapshot, position, as_of)
    if index_now is None:
        return None
    units = Decimal(0)
    for day, cash in position.money.flows:
        index_then = _index(snapshot, position, day)
        if index_then is None:
            return None
        units -= cash / index_then
    return units * index_now


def _index(snapshot: Snapshot, position: Position, day: date) -> Decimal | None:
    price = snapshot.benchmark.get((position.scheme.benchmark or "", day))
    if price is None or (day - price.day).days > THRESHOLDS.usable_price_days:
        return None
    return price.value
