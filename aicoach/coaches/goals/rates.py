"""The return of some money, over a year or more as a rate a year (XIRR), below a year as it is (absolute)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from aicoach.coaches.goals.goal_math import money_weighted_return
from aicoach.coaches.goals.positions import Money
from aicoach.coaches.goals.thresholds import THRESHOLDS


class Basis(StrEnum):
    """What a return says; or that there is none, and why."""

    ANNUAL = "annual"
    ABSOLUTE = "absolute"
    NO_RATE = "no_rate"
    SEVERAL_RATES = "several_rates"


@dataclass(frozen=True, slots=True)
class Rate:
    """``percent`` is None when there is no single rate; ``roots`` says how many fit."""

    basis: Basis
    percent: Decimal | None
    roots: int = 0


def rate(money: Money) -> Rate:
    """The return of this money up to its ``as_of`` day."""
    if _span(money) < THRESHOLDS.annualise_from_days:
        return _absolute(money)
    closing = [(money.as_of, float(money.value))] if money.value else []
    found = money_weighted_return([*((day, float(cash)) for day, cash in money.flows), *closing])
    if found.value is not None:
        return Rate(Basis.ANNUAL, Decimal(repr(found.value)) * 100, 1)
    several = found.reason == "several_rates"
    return Rate(Basis.SEVERAL_RATES if several else Basis.NO_RATE, None, len(found.roots))


def _span(money: Money) -> int:
    first: date = min(day for day, _ in money.flows)
    return (money.as_of - first).days


def _absolute(money: Money) -> Rate:
    if money.invested <= 0:
        return Rate(Basis.NO_RATE, None)
    return Rate(Basis.ABSOLUTE, money.gain / money.invested * 100, 1)
