"""A second coach in about thirty lines: an orchard in euros, whose scope is the orchard, not the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from aicoach.core.guardrails import STRICT
from aicoach.core.model import Coach, Finding, Plan, Run, Severity, Topic, Trigger, number
from aicoach.core.planner import make_plan
from aicoach.core.ports import SnapshotSource


class Params(BaseModel):
    """Which orchard, and how its season went."""

    orchard: UUID
    apples: int = 120
    price: Decimal = Decimal("1.25")
    broken: str = ""


@dataclass(frozen=True)
class Season:
    """What was picked, at what price."""

    apples: int
    price: Decimal
    broken: str


async def read(source: SnapshotSource, run: Run) -> Season:
    """The season comes with the request: this coach has no table."""
    params = Params.model_validate(run.params)
    return Season(params.apples, params.price, params.broken)


def harvest(season: Season) -> list[Finding]:
    """How much was picked."""
    facts = {"apples": number(season.apples, "count:apple", "Apples picked", "counted at the gate")}
    topic = Topic("harvest", {"apples": Trigger(Decimal(season.apples), Decimal(10))}, 30)
    return [Finding("harvest", topic, Severity.INFO, "harvest", facts)]


def takings(season: Season) -> list[Finding]:
    """What it is worth; fails when told to, to show that one failing agent only degrades a run."""
    if season.broken == "takings":
        raise ZeroDivisionError(season.broken)
    worth = number(season.apples * season.price, "EUR", "Takings", "apples picked × price of one")
    topic = Topic("takings", {"worth": Trigger(Decimal(str(worth.value)), Decimal("0.1"), relative=True)}, 30)
    return [Finding("takings", topic, Severity.GOOD, "takings", {"worth": worth})]


def plan(focus: Sequence[str], season: Season) -> Plan:
    """Takings need a harvest."""
    missing = {} if season.apples else {"takings": "nothing was picked"}
    return make_plan(focus, ("harvest", "takings"), missing, {"takings": ("harvest",)})


COACH = Coach(
    name="orchard",
    snapshot=Season,
    read=read,
    plan=plan,
    agents={"harvest": harvest, "takings": takings},
    thresholds=None,
    phrases=Path(__file__).parent / "phrases",
    policy=STRICT,
    params=Params,
    scope=lambda user_id, params: params.orchard,
)
