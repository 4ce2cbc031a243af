"""The goals coach: what a mutual-fund investor in India owns and saves for, in numbers that explain themselves."""

from collections.abc import Sequence

from aicoach.coaches.goals.agents.allocation import allocation, valued
from aicoach.coaches.goals.agents.discipline import discipline
from aicoach.coaches.goals.agents.goals import goals
from aicoach.coaches.goals.agents.performance import performance
from aicoach.coaches.goals.daily import daily_rule
from aicoach.coaches.goals.digest import DIGEST
from aicoach.coaches.goals.facts import PHRASES
from aicoach.coaches.goals.market_note import RESEARCH
from aicoach.coaches.goals.plan_form import ROUTES
from aicoach.coaches.goals.portfolio_reader import read
from aicoach.coaches.goals.sips import sips
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.guardrails import STRICT
from aicoach.core.model import Coach, Plan
from aicoach.core.planner import make_plan

AGENTS = {"performance": performance, "goals": goals, "allocation": allocation, "discipline": discipline}


def plan(focus: Sequence[str], snapshot: Snapshot) -> Plan:
    """One task for each focus asked for; none asked: all. What there is nothing to say about is left out."""
    lacking = {
        "goals": "" if snapshot.goals else "no_goals",
        "allocation": "" if valued(snapshot) else "no_holdings",
        "discipline": "" if sips(snapshot) else "no_sips",
    }
    return make_plan(focus, tuple(AGENTS), {name: reason for name, reason in lacking.items() if reason})


COACH = Coach(
    name="goals",
    snapshot=Snapshot,
    read=read,
    plan=plan,
    agents=AGENTS,
    thresholds=THRESHOLDS,
    phrases=PHRASES,
    policy=STRICT,
    routes=ROUTES,
    jobs=(daily_rule(tuple(AGENTS)), DIGEST, RESEARCH),
)
