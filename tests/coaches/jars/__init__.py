"""A third coach: a savings jar with a name that people type, in three languages, so that a model has what to misuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from aicoach.core.guardrails import STRICT
from aicoach.core.model import Coach, Fact, Finding, Plan, Run, Severity, Topic, Trigger, number
from aicoach.core.planner import make_plan
from aicoach.core.ports import SnapshotSource
from aicoach.tools.pii import redact


class Params(BaseModel):
    """What somebody typed about a jar."""

    name: str = "Holiday jar"
    put_in: Decimal = Decimal(20_000)
    value: Decimal = Decimal(23_456)


@dataclass(frozen=True)
class Jar:
    """A jar as it was counted; its name holds no personal data any more."""

    name: str
    put_in: Decimal
    value: Decimal
    counted_on: date


async def read(source: SnapshotSource, run: Run) -> Jar:
    """The jar comes with the request: this coach has no table."""
    params = Params.model_validate(run.params)
    return Jar(redact(params.name).text, params.put_in, params.value, run.as_of.date())


def balance(jar: Jar) -> list[Finding]:
    """What is in it."""
    facts = {
        "jar_name": Fact(jar.name, "name", "Jar"),
        "jar_value": number(jar.value, "INR", "Value", "counted coin by coin"),
        "jar_counted_on": Fact(jar.counted_on, "date", "As of"),
    }
    return [_finding("balance", jar.value, facts)]


def growth(jar: Jar) -> list[Finding]:
    """What became of what was put in."""
    gain = jar.value - jar.put_in
    facts = {
        "jar_name": Fact(jar.name, "name", "Jar"),
        "jar_gain": number(gain, "INR", "Gain or loss", "value − put in"),
        "jar_rate": number(gain / jar.put_in * 100, "percent", "Gain or loss so far", "gain or loss / put in"),
    }
    return [_finding("growth", gain, facts)]


def _finding(kind: str, moved: Decimal, facts: dict[str, Fact]) -> Finding:
    topic = Topic(f"jar:{kind}", {"amount": Trigger(moved, Decimal("0.1"), relative=True)}, 30)
    return Finding(kind, topic, Severity.INFO, kind, facts)


def plan(focus: Sequence[str], jar: Jar) -> Plan:
    """Both, unless one was asked for."""
    return make_plan(focus, ("balance", "growth"))


COACH = Coach(
    name="jars",
    snapshot=Jar,
    read=read,
    plan=plan,
    agents={"balance": balance, "growth": growth},
    thresholds=None,
    phrases=Path(__file__).parent / "phrases",
    policy=STRICT,
    params=Params,
)
