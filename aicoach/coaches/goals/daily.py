"""Whose portfolio deserves a look today: the thresholds that agents judge by, told to the question who is due."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Final

from aicoach.coaches.goals.asset_classes import CLASSES
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.coaches.goals.transaction_kinds import DIRECTIONS
from aicoach.core.ports import DailyRule

_THRESHOLDS: Final = (
    "window_days",
    "value_move",
    "return_move_points",
    "gain_move",
    "annualise_from_days",
    "unit_dust",
    "drift_move_points",
    "share_move_points",
    "concentrated_scheme",
    "concentrated_amc",
    "target_sum_slack",
    "near_months",
    "months_max",
    "early_days",
    "late_days",
    "sip_ended_days",
    "reversal_days",
    "same_amount",
)


def daily_rule(agents: Sequence[str]) -> DailyRule:
    """The rule of a coach with these agents: a person who prefers some of them is due for those only."""
    return DailyRule(
        function="ai_due_goals",
        argument={
            "agents": list(agents),
            "kinds": {kind: asdict(direction) for kind, direction in DIRECTIONS.items()},
            "classes": list(CLASSES),
            "thresholds": {name: _json(getattr(THRESHOLDS, name)) for name in _THRESHOLDS},
        },
    )


def _json(value: Decimal | int) -> str | int:
    return str(value) if isinstance(value, Decimal) else value
