"""What money did and could do over time: XIRR, CAGR, step-up SIPs, outcomes. Pure: numbers in, numbers out."""

from aicoach.coaches.goals.goal_math.growth import cagr
from aicoach.coaches.goals.goal_math.outcomes import (
    Outcome,
    Savings,
    months_to_reach,
    outcomes,
    required_step_up,
)
from aicoach.coaches.goals.goal_math.returns import (
    RATE_MAX,
    RATE_MIN,
    Flow,
    MoneyWeightedReturn,
    money_weighted_return,
    xirr,
)
from aicoach.coaches.goals.goal_math.sip import required_sip, sip_future_value

__all__ = [
    "RATE_MAX",
    "RATE_MIN",
    "Flow",
    "MoneyWeightedReturn",
    "Outcome",
    "Savings",
    "cagr",
    "money_weighted_return",
    "months_to_reach",
    "outcomes",
    "required_sip",
    "required_step_up",
    "sip_future_value",
    "xirr",
]
