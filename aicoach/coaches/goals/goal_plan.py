"""A goal as something that can be computed: time, money, assumptions; or what keeps it from being computed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from aicoach.coaches.goals.earmarks import Earmark, earmark
from aicoach.coaches.goals.goal_math import Savings
from aicoach.coaches.goals.positions import positions
from aicoach.coaches.goals.sips import sips
from aicoach.coaches.goals.snapshot import Goal, Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS


class GoalState(StrEnum):
    """Whether a goal can be projected; or why not."""

    PROJECTED = "projected"
    NO_TARGET = "no_target"
    DUE = "due"
    UNVALUED = "unvalued"
    NOT_PROJECTED = "not_projected"


class Fault(StrEnum):
    """What a goal lacks, or has too much of, to be projected: each is the key of the fact that tells it."""

    RATE_MISSING = "goal_rate"
    RATE_OUTSIDE = "goal_rate_outside"
    STEP_UP_OUTSIDE = "goal_step_up_outside"
    VOLATILITY_OUTSIDE = "goal_volatility_outside"
    MONTHLY_OUTSIDE = "goal_monthly_outside"
    AMOUNT_OUTSIDE = "goal_amount_outside"
    TOO_FAR = "goal_too_far"


@dataclass(frozen=True, slots=True)
class GoalPlan:
    """One goal with what is set aside for it, whole months left, and rupees a month.

    ``from_sips``: the person set no monthly amount, so that the running SIPs tell it.
    """

    goal: Goal
    saved: Earmark
    months: int
    monthly: Decimal
    from_sips: bool
    state: GoalState
    faults: tuple[Fault, ...] = ()

    @property
    def volatility(self) -> Decimal:
        """The person's own, else by the classes held; a fraction a year."""
        return self.saved.volatility if self.goal.annual_volatility is None else self.goal.annual_volatility

    @property
    def savings(self) -> Savings:
        """For goal_math."""
        goal = self.goal
        rates = (goal.annual_rate or Decimal(0), goal.annual_step_up, self.volatility)
        return Savings(float(self.saved.value), float(self.monthly), *(float(rate) for rate in rates))


def goal_plans(snapshot: Snapshot) -> tuple[GoalPlan, ...]:
    """All goals, in the person's own order, then by date."""
    ordered = sorted(snapshot.goals, key=lambda goal: (goal.priority, goal.target_date, goal.id))
    held = positions(snapshot)
    running = {sip.isin: sip.amount for sip in sips(snapshot)}
    return tuple(_plan(snapshot.today, goal, earmark(snapshot, goal, held), running) for goal in ordered)


def _plan(today: date, goal: Goal, saved: Earmark, running: dict[str, Decimal]) -> GoalPlan:
    months = max(months_between(today, goal.target_date), 0)
    flowing = (running.get(isin, Decimal(0)) * share for isin, share in saved.shares.items())
    monthly = sum(flowing, Decimal(0)) if goal.monthly_amount is None else goal.monthly_amount
    faults = _faults(goal, saved, months, monthly)
    state = _state(goal, saved, months, faults)
    return GoalPlan(goal, saved, months, monthly, goal.monthly_amount is None, state, faults)


def months_between(start: date, end: date) -> int:
    """Whole months from ``start`` to ``end``: the same day of the month completes one."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def _state(goal: Goal, saved: Earmark, months: int, faults: tuple[Fault, ...]) -> GoalState:
    if goal.target_amount <= 0:
        return GoalState.NO_TARGET
    if saved.left_out and not saved.funds:
        return GoalState.UNVALUED
    if months == 0:
        return GoalState.DUE
    return GoalState.NOT_PROJECTED if faults else GoalState.PROJECTED


def _faults(goal: Goal, saved: Earmark, months: int, monthly: Decimal) -> tuple[Fault, ...]:
    limits, rate, volatility = THRESHOLDS, goal.annual_rate, goal.annual_volatility
    found = {
        Fault.RATE_MISSING: rate is None,
        Fault.RATE_OUTSIDE: rate is not None and not limits.rate_min <= rate <= limits.rate_max,
        Fault.STEP_UP_OUTSIDE: not 0 <= goal.annual_step_up <= limits.step_up_max,
        Fault.VOLATILITY_OUTSIDE: volatility is not None and not 0 <= volatility <= limits.volatility_max,
        Fault.MONTHLY_OUTSIDE: not 0 <= monthly <= limits.monthly_max,
        Fault.AMOUNT_OUTSIDE: max(saved.value, goal.target_amount) > limits.amount_max,
        Fault.TOO_FAR: months > limits.months_max,
    }
    return tuple(fault for fault, there in found.items() if there)
