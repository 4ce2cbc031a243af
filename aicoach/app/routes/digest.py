"""The weekly digest, as it is stored."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.core.model import JsonObject

router = APIRouter(tags=["digest"])


@router.get("/digest")
async def get_digest(
    wired: Annotated[Container, Depends(container_of)],
    caller: Annotated[Caller, Depends(current_caller)],
    coach: Annotated[str, Query(min_length=1, max_length=64)] = "goals",
    week: Annotated[str | None, Query(pattern=r"^[0-9]{4}-W[0-9]{2}$")] = None,
) -> JsonObject:
    """``{digest}``: that of an ISO week, or the latest; null for someone who has none (yet)."""
    return {"digest": await wired.store.get_digest(caller.user_id, coach, week)}
