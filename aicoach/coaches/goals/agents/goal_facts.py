"""Facts about one goal: what is there, what it may come to, and what would reach it."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from aicoach.coaches.goals.agents.recommendation import rounded_up
from aicoach.coaches.goals.facts import fact, series
from aicoach.coaches.goals.goal_math import months_to_reach, outcomes, required_sip, required_step_up
from aicoach.coaches.goals.goal_plan import Fault, GoalPlan, GoalState
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Fact, FactValue, Series

Facts = dict[str, Fact]
_LOW, _HIGH = 0.1, 0.9
#: A step-up raises no instalment before this many.
_FIRST_RAISED = 12


def plan_facts(plan: GoalPlan, today: date) -> Facts:
    """What the person decided and has: always told, whatever can be computed from it."""
    goal, saved = plan.goal, plan.saved
    told: dict[str, FactValue] = {"goal_name": goal.name if goal.name.strip() else None}
    told |= {"goal_target": goal.target_amount, "goal_date": goal.target_date, "goal_saved": saved.value}
    if plan.state is GoalState.UNVALUED:
        del told["goal_saved"]
    if plan.state is not GoalState.UNVALUED:
        told["goal_fund_count" if saved.funds else "goal_no_funds"] = Decimal(saved.funds)
    told |= {"goal_funds_left_out": Decimal(saved.left_out)} if saved.left_out else {}
    told |= {"goal_scaled_funds": Decimal(saved.scaled)} if saved.scaled else {}
    return _facts(told, today)


def due_facts(plan: GoalPlan, today: date) -> Facts:
    """A goal whose date has come: what is there against the target."""
    missing = plan.goal.target_amount - plan.saved.value
    key = "goal_missing_now" if missing > 0 else "goal_beyond_now"
    return _facts({key: abs(missing)}, today)


def fault_facts(plan: GoalPlan, today: date) -> Facts:
    """What keeps the goal from being projected, and the range that is projected with."""
    goal, limits = plan.goal, THRESHOLDS
    values: dict[Fault, FactValue] = {
        Fault.RATE_MISSING: None,
        Fault.RATE_OUTSIDE: _percent(goal.annual_rate),
        Fault.STEP_UP_OUTSIDE: _percent(goal.annual_step_up),
        Fault.VOLATILITY_OUTSIDE: _percent(goal.annual_volatility),
        Fault.MONTHLY_OUTSIDE: plan.monthly,
        Fault.AMOUNT_OUTSIDE: max(plan.saved.value, goal.target_amount),
        Fault.TOO_FAR: Decimal(plan.months),
    }
    told: dict[str, FactValue] = {fault.value: values[fault] for fault in plan.faults}
    told |= {"goal_rate_min": _percent(limits.rate_min), "goal_rate_max": _percent(limits.rate_max)}
    told |= {"goal_step_up_max": _percent(limits.step_up_max), "goal_volatility_max": _percent(limits.volatility_max)}
    told |= {"goal_months_max": Decimal(limits.months_max)}
    return _facts(told, today)


def projection_facts(plan: GoalPlan, today: date) -> Facts:
    """What the goal comes to at the person's own rate, its range and chance, and when it would be reached."""
    target, savings = float(plan.goal.target_amount), plan.savings
    *_, last = outcomes(savings, plan.months)
    gap = plan.goal.target_amount - _rupees(last.mean)
    told: dict[str, FactValue] = {"goal_months": Decimal(plan.months)}
    told |= {"goal_monthly_sips" if plan.from_sips else "goal_monthly": plan.monthly}
    told |= {"goal_step_up": _percent(plan.goal.annual_step_up)} if plan.monthly and plan.goal.annual_step_up else {}
    told |= {"goal_rate": _percent(plan.goal.annual_rate), "goal_projected": _rupees(last.mean)}
    told |= {"goal_shortfall" if gap > 0 else "goal_surplus": abs(gap)}
    told |= {"goal_chance": chance(last.chance(target)), "goal_volatility": _percent(plan.volatility)}
    told |= {"goal_low": _rupees(last.quantile(_LOW)), "goal_high": _rupees(last.quantile(_HIGH))}
    reached = months_to_reach(target, savings, THRESHOLDS.months_max)
    if reached is None:
        told["goal_reach_limit"] = Decimal(THRESHOLDS.months_max)
    else:
        told["goal_reached_on"] = months_after(today, reached)
    return _facts(told, today) | _required_facts(plan, gap > 0, today)


def _required_facts(plan: GoalPlan, short: bool, today: date) -> Facts:
    """The monthly amount that reaches the target, and the step-up that does, exact and rounded up."""
    target, savings = float(plan.goal.target_amount), plan.savings
    rate, current, step_up = savings.annual_rate, savings.current, savings.annual_step_up
    monthly = required_sip(target, rate, plan.months, step_up, current)
    told: dict[str, FactValue] = {"goal_required_sip": _rupees(monthly)}
    if short:
        told["goal_sip_rounded"] = rounded_up(Decimal(repr(monthly)), THRESHOLDS.hint_amount_step)
        found = required_step_up(target, savings, plan.months, float(THRESHOLDS.step_up_max))
        told["goal_required_step_up"] = None if found is None else _percent(found)
        if found is None and plan.monthly and plan.months > _FIRST_RAISED:
            told["goal_step_up_max"] = _percent(THRESHOLDS.step_up_max)
        if found is not None:
            told["goal_step_up_rounded"] = rounded_up(Decimal(repr(found)) * 100, THRESHOLDS.hint_step_up_step)
    return _facts(told, today)


def near_equity_facts(plan: GoalPlan, today: date) -> Facts:
    """The share of equity in a goal whose date is near, if it is large."""
    if plan.months > THRESHOLDS.near_months or plan.saved.equity <= THRESHOLDS.near_equity:
        return {}
    told: dict[str, FactValue] = {"goal_near_equity": _percent(plan.saved.equity)}
    return _facts(told, today)


def projection_series(plan: GoalPlan, today: date) -> tuple[Series, ...]:
    """Expected value, its range and the target: today, every year, and at the goal's date."""
    points = [after for after in outcomes(plan.savings, plan.months) if after.months % 12 == 0]
    *_, last = outcomes(plan.savings, plan.months)
    if points[-1].months < plan.months:
        points.append(last)
    days = [months_after(today, after.months) for after in points[:-1]] + [plan.goal.target_date]
    lines = {
        "projection": [after.mean for after in points],
        "projection_low": [after.quantile(_LOW) for after in points],
        "projection_high": [after.quantile(_HIGH) for after in points],
        "target": [float(plan.goal.target_amount)] * len(points),
    }
    return tuple(
        series(key, [(day, _rupees(value)) for day, value in zip(days, line, strict=True)])
        for key, line in lines.items()
    )


def chance(share: float) -> Decimal:
    """A probability as a whole percent, never as certainty."""
    return Decimal(min(max(round(share * 100), THRESHOLDS.chance_min), THRESHOLDS.chance_max))


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _facts(told: dict[str, FactValue], today: date) -> Facts:
    return {key: fact(key, value, today) for key, value in told.items()}


def _rupees(value: float) -> Decimal:
    return round(Decimal(repr(value)), 2)


def _percent(share: Decimal | float | None) -> Decimal | None:
    return None if share is None else Decimal(str(share)) * 100
