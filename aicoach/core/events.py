"""Everything a browser may be told: the union of all events of a run, for whoever reads them in Python.

Events are stored for as long as their run, so old ones are read by new code and new ones by old pages. Hence the rule,
which ``tests/recordings`` holds: a field that was always there stays and keeps its type; fields and types are added.
"""

import json
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel


class _Part(BaseModel):
    """Strict about what is known, open for what a later version adds."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        extra="allow",
        frozen=True,
        strict=True,
        serialize_by_alias=True,
    )


class _Event(_Part):
    session_id: str
    id: int | None
    at: str


class FactJson(_Part):
    """A fact with the text that a person reads; ``value`` is exact."""

    order: int
    value: str | None
    unit: str
    label: str
    how: str
    as_of: str | None
    text: str


class SeriesJson(_Part):
    """A chart: [date, number] as texts."""

    key: str
    label: str
    unit: str
    points: list[list[str]]


class CardData(_Part):
    """What stands behind the words of a card."""

    facts: dict[str, FactJson]
    series: list[SeriesJson]


class Card(_Part):
    """A committed insight."""

    id: str
    session_id: str
    coach: str
    kind: str
    severity: str
    topic_key: str
    position: int
    title: str
    body_md: str
    data: CardData
    source: str
    reason: str | None
    created_at: str
    expired_at: str | None


class Hint(_Part):
    """A thing worth considering, which belongs to one insight."""

    id: str
    insight_id: str
    title: str
    body: str
    action: dict[str, Any]
    status: str
    created_at: str


class Usage(_Part):
    """What a model cost: tokens, and US dollars as exact text."""

    tokens_in: int
    tokens_out: int
    cost: str


class Init(_Event):
    """The first event of every connection. Without ``v`` it is version 1."""

    type: Literal["init"]
    v: int = 1
    status: str
    progress: float
    last_id: int
    texts: dict[str, str]


class StatusChanged(_Event):
    """What the run is doing; progress is from 0 to 1."""

    type: Literal["status"]
    msg: str
    progress: float | None = None
    task: str | None = None


class InsightSaid(_Event):
    """A card was committed."""

    type: Literal["insight"]
    task: str
    insight: Card


class RecommendationMade(_Event):
    """A hint was committed, with the card it belongs to."""

    type: Literal["recommendation"]
    task: str
    recommendation: Hint


class SentenceTold(_Event):
    """A guarded sentence of a card that is being written."""

    type: Literal["token"]
    insight_key: str
    text: str


class ErrorMet(_Event):
    """A task failed; without a task, the run."""

    type: Literal["error"]
    code: str
    retryable: bool
    task: str | None = None


class RunDone(_Event):
    """The last event, once: how the run ended and what it amounted to."""

    type: Literal["done"]
    status: str
    tasks: int
    insights: int
    recommendations: int
    skipped: int
    usage: Usage


Event = Annotated[
    Init | StatusChanged | InsightSaid | RecommendationMade | SentenceTold | ErrorMet | RunDone,
    Field(discriminator="type"),
]
EVENTS: Final[TypeAdapter[Event]] = TypeAdapter(Event)
_KNOWN: Final = frozenset({"init", "status", "insight", "recommendation", "token", "error", "done"})


def parse_event(data: str | bytes) -> Event | None:
    """The event in one SSE frame's data; None for a type that is not known yet. Raises ValueError."""
    event = json.loads(data)
    if isinstance(event, dict) and isinstance(event.get("type"), str) and event["type"] not in _KNOWN:
        return None
    return EVENTS.validate_python(event)
