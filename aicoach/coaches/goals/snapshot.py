"""What the goals coach looks at: one person's portfolio as of one day, typed and frozen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Scheme:
    """A mutual-fund scheme: one plan and option of a fund, as its ISIN is."""

    isin: str
    name: str
    amc: str = ""
    category: str | None = None
    asset_class: str | None = None
    plan: str | None = None
    option: str | None = None
    benchmark: str | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A row that counts. ``cash`` is rupees to (+) or from (-) the person, ``units`` what came to (+) or left (-).

    ``internal`` money moved between two schemes of the same person.
    """

    isin: str
    day: date
    kind: str
    cash: Decimal
    units: Decimal
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """A NAV in rupees a unit, or an index value, of ``day``."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Goal:
    """What the person saves for; rate, step-up and volatility are the person's own, as fractions a year.

    Goals of a lower ``priority`` number come first.
    """

    id: str
    name: str
    target_amount: Decimal
    target_date: date
    annual_rate: Decimal | None = None
    annual_step_up: Decimal = Decimal(0)
    monthly_amount: Decimal | None = None
    priority: int = 1
    annual_volatility: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GoalScheme:
    """The fraction of a scheme's holding that is set aside for a goal."""

    goal_id: str
    isin: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Target:
    """The fraction of the whole that the person wants in an asset class or a category."""

    dimension: str
    name: str
    share: Decimal


class Why(StrEnum):
    """Why a row does not count."""

    FUTURE_DATE = "future_date"
    ODD_AMOUNT = "odd_amount"
    UNKNOWN_KIND = "unknown_kind"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Note:
    """A row that the reader set aside, so that the coach can say so."""

    why: Why
    source: str
    isin: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the agents see. ``today`` is the day of the run where the person lives.

    ``benchmark`` maps (benchmark, day of a flow or NAV) to the last value known on that day, ``month_navs`` a
    scheme to its NAVs by month end.
    """

    today: date
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    transactions: tuple[Transaction, ...] = ()
    latest_navs: Mapping[str, Price] = field(default_factory=dict)
    month_navs: Mapping[str, Mapping[date, Price]] = field(default_factory=dict)
    benchmark: Mapping[tuple[str, date], Price] = field(default_factory=dict)
    goals: tuple[Goal, ...] = ()
    goal_schemes: tuple[GoalScheme, ...] = ()
    targets: tuple[Target, ...] = ()
    notes: tuple[Note, ...] = ()
    _worked_out: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


T = TypeVar("T")


def once_per_snapshot(compute: Callable[[Snapshot], T]) -> Callable[[Snapshot], T]:
    """What several agents ask of one snapshot is worked out for the first of them, and forgotten with the snapshot."""

    @wraps(compute)
    def known(snapshot: Snapshot) -> T:
        if compute not in snapshot._worked_out:
            snapshot._worked_out[compute] = compute(snapshot)
        answer: T = snapshot._worked_out[compute]
        return answer

    return known
