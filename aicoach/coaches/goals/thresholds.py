"""Every number the goals coach judges by, with its unit and its direction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType


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

    #: Fractions a year, both included. A growth rate outside is not projected with (AMFI's range for goal tools, 2023).
    rate_min: Decimal = Decimal("0.02")
    rate_max: Decimal = Decimal("0.13")
    #: Fraction a year. A step-up above this is not projected with, and none above it is looked for.
    step_up_max: Decimal = Decimal("0.5")
    #: Rupees. Amounts above these are mistakes, not plans: a hundred crore a month, ten lakh crore in all.
    monthly_max: Decimal = Decimal(10) ** 9
    amount_max: Decimal = Decimal(10) ** 13
    #: Months. Nothing is projected further than this, and no date beyond it is looked for.
    months_max: int = 600
    #: Fraction a year, above which no volatility is believed.
    volatility_max: Decimal = Decimal("0.6")
    #: Fractions a year: the standard deviation of a class's return, assumed unless a goal says another.
    volatility: Mapping[str, Decimal] = field(
        default_factory=lambda: MappingProxyType(
            {
                "equity": Decimal("0.16"),
                "debt": Decimal("0.03"),
                "hybrid": Decimal("0.10"),
                "gold": Decimal("0.15"),
                "cash": Decimal("0.01"),
                "other": Decimal("0.16"),
                "unclassified": Decimal("0.16"),
            }
        )
    )
    #: Percent. A chance is told in whole percents, never outside these: no model is that certain.
    chance_min: int = 1
    chance_max: int = 99
    #: Months. A goal this near, with more than ``near_equity`` (fraction) of its money in equity, is worth a word.
    near_months: int = 36
    near_equity: Decimal = Decimal("0.4")
    #: Fraction of the target. A shortfall that moved by more than this is worth saying again.
    shortfall_move: Decimal = Decimal("0.05")
    #: Percentage points. A chance, or a share of equity, that moved by more than this is worth saying again.
    chance_move_points: Decimal = Decimal(10)
    equity_move_points: Decimal = Decimal(10)
    #: Fraction of the target. A smaller shortfall gets no hint.
    hint_shortfall: Decimal = Decimal("0.01")
    #: Rupees and percentage points. Amounts and step-ups in hints are rounded up to these.
    hint_amount_step: Decimal = Decimal(100)
    hint_step_up_step: Decimal = Decimal("0.5")

    #: Fraction. Targets whose sum is further from the whole than this are told as they are.
    target_sum_slack: Decimal = Decimal("0.0001")
    #: Percentage points. A drift that moved by more than this is worth saying again.
    drift_move_points: Decimal = Decimal(2)
    #: Percentage points. A drift below this gets no hint.
    hint_drift_points: Decimal = Decimal(5)
    #: Months. A drift that coming instalments would close only later gets no hint.
    hint_months_max: int = 24
    #: Fractions of the whole. A fund, or a fund house, that holds more is told.
    concentrated_scheme: Decimal = Decimal("0.25")
    concentrated_amc: Decimal = Decimal("0.4")
    #: Percentage points. A concentration, or a share in regular plans, that moved by more is worth saying again.
    share_move_points: Decimal = Decimal(5)

    #: Days. An instalment may come this much before its day; one that comes more than ``late_days`` after is late.
    early_days: int = 7
    late_days: int = 5
    #: Days. A SIP without an instalment for longer than this has ended; months after its last one are not missed.
    sip_ended_days: int = 100
    #: Days. A reversal takes back an instalment that is at most this old, and at most ``same_amount`` (fraction) off.
    reversal_days: int = 45
    same_amount: Decimal = Decimal("0.01")


THRESHOLDS = Thresholds()
