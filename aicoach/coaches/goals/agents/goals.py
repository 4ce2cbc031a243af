"""Whether the person's goals come true at their own assumptions, and what would reach them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from aicoach.coaches.goals.agents.goal_facts import (
    Facts,
    due_facts,
    fault_facts,
    near_equity_facts,
    plan_facts,
    projection_facts,
    projection_series,
)
from aicoach.coaches.goals.agents.recommendation import goal_hints
from aicoach.coaches.goals.goal_plan import Fault, GoalPlan, GoalState, goal_plans
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Finding, Hint, Series, Severity, Topic, Trigger


def goals(snapshot: Snapshot) -> list[Finding]:
    """One card for each goal, in the person's own order."""
    return [_goal(plan, snapshot.today) for plan in goal_plans(snapshot)]


def _goal(plan: GoalPlan, today: date) -> Finding:
    facts = plan_facts(plan, today)
    if plan.state is GoalState.PROJECTED:
        return _projected(plan, facts | projection_facts(plan, today) | near_equity_facts(plan, today), today)
    if plan.state is GoalState.DUE:
        facts |= due_facts(plan, today)
        moved = {"shortfall": _share_trigger(facts.get("goal_missing_now"), plan)}
        return _finding(plan, "goal_due", facts, moved, Severity.NOTICE)
    if plan.state is GoalState.NOT_PROJECTED:
        facts |= fault_facts(plan, today)
    no_rate = Fault.RATE_MISSING in plan.faults and plan.state is GoalState.NOT_PROJECTED
    phrase = "goal_no_rate" if no_rate else f"goal_{plan.state}"
    return _finding(plan, phrase, facts, {"faults": Trigger(",".join(plan.faults))}, Severity.NOTICE)


def _projected(plan: GoalPlan, facts: Facts, today: date) -> Finding:
    short = "goal_shortfall" in facts
    notice = short or not facts.keys().isdisjoint(("goal_near_equity", "goal_funds_left_out", "goal_scaled_funds"))
    # Short or not is no trigger: close to the target it would change, and be told, every day.
    moved = {
        "shortfall": _share_trigger(facts["goal_shortfall" if short else "goal_surplus"], plan, 1 if short else -1),
        "chance": Trigger(_number(facts["goal_chance"]), THRESHOLDS.chance_move_points),
        "near_equity": Trigger(_near_equity(facts), THRESHOLDS.equity_move_points),
    }
    severity = Severity.NOTICE if notice else Severity.GOOD
    phrase = "goal_short" if short else "goal_enough"
    hints = goal_hints(plan, facts)
    return _finding(plan, phrase, facts, moved, severity, projection_series(plan, today), hints)


def _share_trigger(gap: object, plan: GoalPlan, sign: int = 1) -> Trigger:
    """The gap as a fraction of the target; a surplus is below zero."""
    share = round(sign * _number(gap) / plan.goal.target_amount, 4)
    return Trigger(share, THRESHOLDS.shortfall_move)


def _near_equity(facts: Facts) -> Decimal:
    return _number(facts.get("goal_near_equity"))


def _number(said: object) -> Decimal:
    value = getattr(said, "value", None)
    return value if isinstance(value, Decimal) else Decimal(0)


def _finding(
    plan: GoalPlan,
    phrase: str,
    facts: Facts,
    moved: Mapping[str, Trigger],
    severity: Severity,
    series: tuple[Series, ...] = (),
    hints: tuple[Hint, ...] = (),
) -> Finding:
    left_out = Trigger(Decimal(plan.saved.left_out), THRESHOLDS.rows_move)
    triggers = {"state": Trigger(plan.state.value), **moved, "left_out": left_out}
    about = Topic(f"goals:{plan.goal.id}", triggers, THRESHOLDS.window_days)
    return Finding("goal", about, severity, phrase, facts, series, hints)
