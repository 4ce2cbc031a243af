"""Hints: calculations about the person's own targets that they may accept, dismiss or mark as done. Never advice."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from aicoach.coaches.goals.goal_plan import GoalPlan
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Fact, Hint

_HAIR: Final = Decimal("0.000001")


def goal_hints(plan: GoalPlan, facts: Mapping[str, Fact]) -> tuple[Hint, ...]:
    """The monthly amount, and the yearly step-up, with which a goal that falls short would reach its target."""
    if _value(facts, "goal_shortfall") < THRESHOLDS.hint_shortfall * plan.goal.target_amount:
        return ()
    own = plan.goal.id
    monthly, step_up = _value(facts, "goal_sip_rounded"), _value(facts, "goal_step_up_rounded")
    hints = [_hint(f"goal_monthly:{own}", "hint_goal_monthly", {"goal_id": own, "monthly_amount": str(monthly)})]
    if 0 < step_up <= THRESHOLDS.step_up_max * 100:
        action = {"goal_id": own, "annual_step_up": str(step_up / 100)}
        hints.append(_hint(f"goal_step_up:{own}", "hint_goal_step_up", action))
    return tuple(hints)


def drift_hints(facts: Mapping[str, Fact]) -> tuple[Hint, ...]:
    """Coming SIP instalments, all into the class furthest below its target, until its drift is closed."""
    if "hint_class" not in facts:
        return ()
    asset_class = str(facts["hint_class"].value)
    action = {"asset_class": asset_class, "months": str(facts["hint_months"].value)}
    return (_hint(f"redirect_sips:{asset_class}", "hint_redirect_sips", action),)


@dataclass(frozen=True, slots=True)
class Closing:
    """New money, in rupees, that closes a drift, and the months of instalments that it takes."""

    amount: Decimal
    months: int


def months_to_close(below: Decimal, share: Decimal, monthly: Decimal) -> Closing | None:
    """What closes a class that is ``below`` rupees short of ``share`` of the whole, with ``monthly`` rupees of SIPs.

    New money M raises the class and the whole alike: value + M = share * (whole + M), so M = below / (1 - share).
    None without SIPs, when new money alone never closes it, and when it takes too long to be a hint.
    """
    if monthly <= 0 or share >= 1 or below <= 0:
        return None
    amount = below / (1 - share)
    months = int((amount / monthly).to_integral_value(ROUND_CEILING))
    return Closing(amount, months) if months <= THRESHOLDS.hint_months_max else None


def rounded_up(value: Decimal, step: Decimal) -> Decimal:
    """The next multiple of ``step``; a hair above one, from floating point, is that one."""
    return (value / step).quantize(_HAIR).to_integral_value(ROUND_CEILING) * step


def _hint(key: str, phrase: str, action: Mapping[str, str]) -> Hint:
    return Hint(key, phrase, {"type": key.partition(":")[0], **action})


def _value(facts: Mapping[str, Fact], key: str) -> Decimal:
    value = facts[key].value if key in facts else None
    return value if isinstance(value, Decimal) else Decimal(0)
