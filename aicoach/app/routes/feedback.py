"""Thumbs up or down on an insight."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.core.model import JsonObject

router = APIRouter(tags=["feedback"])


def _plain(comment: str) -> str:
    """No control or format characters: a comment is one person's plain words."""
    if any(not (char.isprintable() or char == "\n") for char in comment):
        raise ValueError("control characters")
    return comment


class Feedback(BaseModel):
    """Was it helpful, and if not, why."""

    model_config = ConfigDict(extra="forbid")

    insightId: UUID  # noqa: N815
    helpful: bool = Field(strict=True)
    reason: Literal["not_relevant", "wrong_data", "already_done", "not_a_priority", "unclear", "other"] | None = None
    comment: Annotated[str, Field(max_length=1000), AfterValidator(_plain)] | None = None


@router.post("/feedback", status_code=201)
async def record_feedback(
    feedback: Feedback,
    wired: Annotated[Container, Depends(container_of)],
    caller: Annotated[Caller, Depends(current_caller)],
) -> JsonObject:
    """Remember it; a repeat replaces. 404 for a stranger's insight."""
    body = {
        "insight_id": str(feedback.insightId),
        "helpful": feedback.helpful,
        "reason": feedback.reason,
        "comment": feedback.comment,
    }
    stored = await wired.store.record_feedback(caller.user_id, body)
    return {"insightId": stored["insightId"], "helpful": stored["helpful"], "reason": stored["reason"]}
