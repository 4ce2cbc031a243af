"""What a figure is: a value, what it counts, how exactly, and which way it points."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
TENTH: Final = Decimal("0.1")


class Kind(StrEnum):
    """What a figure counts."""

    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    BASIS = "basis"
    TIMES = "times"
    UNITS = "unit"
    DURATION = "duration"
    RANK = "rank"
    SHARE = "share"
    PLAIN = "plain"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: tokens ``first`` to ``end`` (exclusive), its absolute ``value`` and the worth of its last digit.

    ``unit`` is a currency or a duration; ``sign`` is -1, 0 (none written) or 1.
    """

    first: int
    end: int
    value: Decimal
    quantum: Decimal
    kind: Kind
    unit: str = ""
    sign: int = 0
    scale: Decimal = ONE
    number_at: int = 0

    @property
    def large(self) -> bool:
        """True when it was told in lakh, crore or more."""
        return self.scale > 1
