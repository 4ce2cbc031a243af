"""What the coach has said, and answers to its hints."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.core.model import JsonObject

router = APIRouter(tags=["insights"])
Wired = Annotated[Container, Depends(container_of)]
Owner = Annotated[Caller, Depends(current_caller)]


class Answer(BaseModel):
    """What a person makes of a hint."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["accepted", "dismissed", "done"]


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Names = Annotated[list[Name], Field(max_length=20)]


class InsightQuery(BaseModel):
    """Which insights, and from where on. A filter that is misspelt is refused: it would show what was not asked for.

    ``agent``: what a topic's name begins with; ``since`` and ``until``: days in the person's time zone, both included;
    ``status``: whether a card still holds. Filters narrow together; one that is repeated asks for any of its values.
    """

    model_config = ConfigDict(extra="forbid")

    cursor: UUID | None = None
    limit: int = Field(20, ge=1, le=100)
    agents: Names = Field([], alias="agent")
    kinds: Names = Field([], alias="kind")
    not_kinds: Names = Field([], alias="not_kind")
    # The length by itself: counted in the pattern it would take 90 ms to compile, at every cold start.
    topic: Annotated[str, StringConstraints(pattern=r"^[a-z][\w:.-]*$", max_length=200)] | None = None
    feedback: Literal["helpful", "unhelpful", "none"] | None = None
    status: Literal["active", "expired"] | None = None
    since: date | None = None
    until: date | None = None


@router.get("/insights")
async def list_insights(wired: Wired, caller: Owner, asked: Annotated[InsightQuery, Query()]) -> JsonObject:
    """Insights with their hints, newest first; a page's ``cursor`` asks for the next one of the same filters."""
    filters = asked.model_dump(mode="json", exclude={"cursor", "limit"}, exclude_none=True)
    return await wired.store.list_insights(caller.user_id, asked.cursor, asked.limit, **filters)


@router.patch("/recommendations/{recommendation_id}")
async def answer_recommendation(recommendation_id: UUID, answer: Answer, wired: Wired, caller: Owner) -> JsonObject:
    """Accept, dismiss or finish a hint; 404 for a stranger's."""
    return await wired.store.answer_recommendation(caller.user_id, recommendation_id, answer.status)
