"""Whose portfolio deserves a look today: by the card of the whole portfolio, whose value is the smallest threshold."""

from typing import Final

from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.ports import DailyRule

DAILY: Final = DailyRule(
    function="ai_due_goals",
    argument={
        "focus": "performance",
        "topic": "performance:portfolio",
        "trigger": "value",
        "window_days": THRESHOLDS.window_days,
        "value_move": str(THRESHOLDS.value_move),
    },
)
