"""The units a fact may have, and the precision that each is kept and printed at."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

_MONEY: Final = re.compile(r"[A-Z]{3}")
_COUNT: Final = re.compile(r"count(:[a-z][a-z -]*)?")

#: Percentage points: the difference of two percents, as ``count:<noun>`` is a count of something.
POINTS: Final = "percent:points"

#: Decimal places kept in a fact, by unit. Money is kept to two places whatever the currency.
PLACES: Final[dict[str, int]] = {
    "percent": 2,
    POINTS: 2,
    "fraction": 4,
    "rank": 0,
    "number": 4,
    "units": 3,
    "nav": 4,
    "years": 2,
    "months": 0,
}
_TEXT: Final = frozenset({"name"})
_DATE: Final = frozenset({"date"})


def is_money(unit: str) -> bool:
    """True for an ISO 4217 code such as ``INR``."""
    return _MONEY.fullmatch(unit) is not None


def is_count(unit: str) -> bool:
    """True for ``count`` and ``count:<noun>``."""
    return _COUNT.fullmatch(unit) is not None


def is_known(unit: str) -> bool:
    """True for every unit a fact may have."""
    return unit in PLACES or unit in _TEXT or unit in _DATE or is_money(unit) or is_count(unit)


def places(unit: str) -> int:
    """Decimal places of a numeric ``unit``; raises ValueError for ``name``, ``date`` and unknown units."""
    if is_money(unit):
        return 2
    if is_count(unit):
        return 0
    if unit not in PLACES:
        raise ValueError(f"not a numeric unit: {unit}")
    return PLACES[unit]


def quantize(value: Decimal | float | int, unit: str) -> Decimal:
    """``value`` at the precision of ``unit``, half to even; raises ValueError when it is not finite."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return exact.quantize(Decimal(1).scaleb(-places(unit)), rounding=ROUND_HALF_EVEN) + Decimal(0)
