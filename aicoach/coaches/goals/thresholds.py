"""Every number the goals coach judges by, with its unit and its direction."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Frozen; a changed threshold is a changed coach."""

    #: Days. Below this span a return is shown as it is, "absolute"; from it on as a rate a year.
    annualise_from_days: int = 365
    #: Days. A NAV older than this at the day of the run is used, and said to be old.
    stale_nav_days: int = 7
    #: Days. A month-end NAV or a benchmark value further away than this is no price for the day asked for.
    usable_price_days: int = 10
    #: Units. Less than this is nothing: what rounding leaves of a holding, or takes beyond it.
    unit_dust: Decimal = Decimal("0.001")
    #: Days. A topic is said again after this long, even if nothing moved.
    window_days: int = 30
    #: Percentage points. A return that moved by more than this is worth saying again.
    return_move_points: Decimal = Decimal(1)
    #: Fraction of the value last spoken. A value that moved by more than this is worth saying again.
    value_move: Decimal = Decimal("0.05")
    #: Fraction of the gain last spoken. A contribution that moved by more than this is worth saying again.
    gain_move: Decimal = Decimal("0.25")
    #: Rows. Any further row set aside is worth saying.
    rows_move: Decimal = Decimal(0)


THRESHOLDS = Thresholds()
