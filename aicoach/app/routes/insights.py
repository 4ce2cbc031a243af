"""What the coach has said, and answers to its hints."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

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


@router.get("/insights")
async def list_insights(
    wired: Wired,
    caller: Owner,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    history: bool = True,
) -> JsonObject:
    """Insights with their hints, newest first; a page's ``cursor`` asks for the next; ``history``: expired ones too."""
    return await wired.store.list_insights(caller.user_id, cursor, limit, history=history)


@router.patch("/recommendations/{recommendation_id}")
async def answer_recommendation(recommendation_id: UUID, answer: Answer, wired: Wired, caller: Owner) -> JsonObject:
    """Accept, dismiss or finish a hint; 404 for a stranger's."""
    return await wired.store.answer_recommendation(caller.user_id, recommendation_id, answer.status)
