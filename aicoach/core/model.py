"""What a coach thinks in: facts, findings, insights, tasks and runs, all frozen."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from aicoach.core import units

if TYPE_CHECKING:
    from aicoach.core.guardrails import Policy
    from aicoach.core.ports import SnapshotSource

FactValue = Decimal | int | str | date | None
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One computed value that may be shown, and how it came to be.

    ``unit`` is an ISO 4217 code or one of ``percent, percent:points, fraction, count, count:<noun>, rank, number,
    units, nav, date, years, months, name``; percentage points are the difference of two percents. ``value`` None
    means unknown: no figure may be shown for it.
    ``how`` is one line: what was computed from what. Raises ValueError for an unknown unit.
    """

    value: FactValue
    unit: str
    label: str = ""
    how: str = ""
    as_of: date | None = None

    def __post_init__(self) -> None:
        if not units.is_known(self.unit):
            raise ValueError(f"unknown unit: {self.unit}")


def number(
    value: Decimal | float | int | None, unit: str, label: str, how: str = "", as_of: date | None = None
) -> Fact:
    """A numeric fact at the precision of its unit; None stays unknown."""
    return Fact(None if value is None else units.quantize(value, unit), unit, label, how, as_of)


class Severity(StrEnum):
    """How much an insight matters to its reader."""

    INFO = "info"
    GOOD = "good"
    NOTICE = "notice"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A value whose move beyond ``threshold`` makes a topic worth speaking of again.

    ``relative`` compares the move with the value last spoken; without a threshold any change counts.
    """

    value: Decimal | str | None
    threshold: Decimal | None = None
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """What an insight is about, and when it may be said again.

    Dates, ages and wording are never triggers: the coach must not repeat itself daily.
    """

    key: str
    triggers: Mapping[str, Trigger]
    window_days: int


@dataclass(frozen=True, slots=True)
class Series:
    """Points over time for one chart, in one unit."""

    key: str
    label: str
    unit: str
    points: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """A non-binding proposal that goes with a finding; ``phrase`` names its words."""

    key: str
    phrase: str
    action: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an agent computed: facts, and the name of the words that say them. No prose."""

    kind: str
    topic: Topic
    severity: Severity
    phrase: str
    facts: Mapping[str, Fact]
    series: tuple[Series, ...] = ()
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A hint in words, as it is stored and shown."""

    key: str
    title: str
    body: str
    action: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Insight:
    """A finding in words, as it is committed; ``source`` is ``template`` or ``llm``.

    ``data`` is what a page shows besides the words: facts as formatted text with their origin, and series.
    """

    finding: Finding
    title: str
    body_md: str
    data: JsonObject = field(default_factory=dict)
    source: str = "template"
    reason: str | None = None
    model: str | None = None
    prompt_version: str | None = None
    tokens: int = 0
    recommendations: tuple[Recommendation, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One agent's turn in a plan; ``needs`` are keys of tasks that come first."""

    key: str
    agent: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do, in order, and what it leaves out with the reason."""

    tasks: tuple[Task, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)


class Status(StrEnum):
    """Where a session stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """True when nothing more will happen."""
        return self not in (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class Run:
    """A session that this process has claimed: every write carries its ``epoch``."""

    session_id: UUID
    user_id: UUID
    scope_id: UUID
    coach: str
    epoch: int
    focus: tuple[str, ...]
    params: Mapping[str, Any]
    as_of: datetime
    plan: Plan | None
    done_tasks: Mapping[str, str]
    locale: str = "en-IN"
    timezone: str = "UTC"
    llm_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as proven by a bridge token; nothing else in the token gives rights."""

    user_id: UUID
    kid: str | None = None
    token_id: str | None = None


@dataclass(frozen=True, slots=True)
class CoachRoute:
    """A call of a person to their coach: ``path`` under the coach's name, answered by one SQL function.

    With a ``body`` the call writes, and the checked body is the function's argument; without one it reads.
    """

    method: str
    path: str
    function: str
    body: type[BaseModel] | None = None


S = TypeVar("S")
Agent = Callable[[S], Sequence[Finding]]
OWN_SCOPE: Final[Callable[[UUID, BaseModel | None], UUID]] = lambda user_id, params: user_id  # noqa: E731


@dataclass(frozen=True, slots=True)
class Coach(Generic[S]):
    """All that a coach folder must export.

    ``read`` is the only await of a coach: it turns the store's answer into the frozen ``snapshot`` type.
    ``plan`` maps a focus and a snapshot to tasks; ``agents`` are pure and keyed by focus name.
    ``phrases`` is the folder with the template words. ``params`` validates the request's parameters
    (None: it takes none). ``scope`` says whom a run is about: the user, unless the coach knows better.
    """

    name: str
    snapshot: type[S]
    read: Callable[["SnapshotSource", Run], Awaitable[S]]
    plan: Callable[[Sequence[str], S], Plan]
    agents: Mapping[str, Agent[S]]
    thresholds: object
    phrases: Path
    policy: "Policy"
    params: type[BaseModel] | None = None
    jobs: tuple[object, ...] = ()
    routes: tuple[CoachRoute, ...] = ()
    scope: Callable[[UUID, Any], UUID] = OWN_SCOPE
