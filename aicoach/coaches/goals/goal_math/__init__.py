"""What money did and could do over time: XIRR, CAGR, step-up SIPs. Pure: numbers in, numbers out."""

from aicoach.coaches.goals.goal_math.growth import cagr
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
    "cagr",
    "money_weighted_return",
    "required_sip",
    "sip_future_value",
    "xirr",
]
