"""Whether a transaction can be counted: the same rules for every kind of file."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from aicoach.coaches.goals.statements.model import Line
from aicoach.coaches.goals.transaction_kinds import DIRECTIONS

KINDS: Final = frozenset((*DIRECTIONS, "misc", "unknown"))


def refusal(kind: str, amount: Decimal | None, units: Decimal | None) -> str | None:
    """The reason (a key of reasons.toml) why these signed figures do not fit the kind; None when they do."""
    direction = DIRECTIONS.get(kind)
    if direction is None:
        return "not_counted" if units else None
    if not direction.units:
        return _refusal_of_money(kind, amount, units)
    if not units:
        return "units"
    # What leaves is written with and without a minus; what comes in never with one.
    if direction.units > 0 and units < 0:
        return "sign"
    return "amount" if direction.priced and not amount else None


def _refusal_of_money(kind: str, amount: Decimal | None, units: Decimal | None) -> str | None:
    if units:
        return "units"
    if amount is None:
        return "amount"
    if kind.endswith("_tax"):
        return "refund" if amount < 0 else None
    return None if amount > 0 else "sign" if amount else "amount"


def magnitude(value: Decimal | None) -> Decimal | None:
    """Without its sign: the kind says which way it goes."""
    return None if value is None else abs(value)


def units_moved(lines: Iterable[Line]) -> Decimal:
    """Units that came (+) or left (-), as the coach will count them."""
    return sum((_moved(line) for line in lines), Decimal(0))


def _moved(line: Line) -> Decimal:
    direction = DIRECTIONS.get(line.kind)
    return direction.units * (line.units or Decimal(0)) if direction else Decimal(0)
