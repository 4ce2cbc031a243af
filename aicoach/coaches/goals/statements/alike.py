"""Lines that tell in other words what is stored already: counting them would count the same money twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from aicoach.coaches.goals.transaction_kinds import DIRECTIONS
from aicoach.core.model import JsonObject

#: Units. Files print two decimals or more; half of the last of two is rounding.
_UNITS: Final = Decimal("0.005")
#: Rupees. A file may print the instalment where another prints it less its stamp duty, or leave out the paise.
_RUPEES: Final = Decimal("0.50")
#: Fraction of the amount: twice the stamp duty on a purchase (0.005 %).
_DUTY: Final = Decimal("0.0001")
#: Rupees. Payouts and taxes are small and have nothing but their amount: only the paisa may be rounded.
_PAISA: Final = Decimal("0.005")


def likely_duplicates(rows: Sequence[JsonObject], neighbours: Iterable[JsonObject]) -> frozenset[int]:
    """Places of the rows that repeat a neighbour. Both are as ``ai_import_transactions`` takes and tells them.

    A neighbour explains one row only: a second instalment of one day is new. Rows that are stored themselves must
    not be among ``rows``, nor their stored selves among ``neighbours``.
    """
    stored: dict[tuple[str, str, str, str], list[JsonObject]] = defaultdict(list)
    for one in neighbours:
        stored[_place(one)].append(one)
    found: set[int] = set()
    for at, row in enumerate(rows):
        candidates = stored.get(_place(row), [])
        twin = next((one for one in candidates if _alike(row, one)), None)
        if twin is not None:
            candidates.remove(twin)
            found.add(at)
    return frozenset(found)


def _place(row: JsonObject) -> tuple[str, str, str, str]:
    return row["folio_hash"], row["isin"], row["date"], _way(row["kind"])


def _way(kind: str) -> str:
    """Kinds that files take for one another: all that bring units, and all that take them; others only themselves."""
    direction = DIRECTIONS.get(kind)
    return f"{direction.units:+d}" if direction and direction.units else kind


def _alike(row: JsonObject, stored: JsonObject) -> bool:
    amount = _figure(row["amount"])
    slack = max(_RUPEES, _DUTY * amount) if _figure(row["units"]) else _PAISA
    return _near(row, stored, "units", _UNITS) or _near(row, stored, "amount", slack)


def _near(row: JsonObject, stored: JsonObject, name: str, slack: Decimal) -> bool:
    """Whether both say this figure, and nearly the same."""
    ours, theirs = _figure(row[name]), _figure(stored[name])
    return bool(ours) and bool(theirs) and abs(ours - theirs) <= slack


def _figure(text: str | None) -> Decimal:
    return Decimal(text) if text else Decimal(0)
