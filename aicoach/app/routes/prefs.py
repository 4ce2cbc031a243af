"""How a person wants to be coached."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.core.model import JsonObject

router = APIRouter(tags=["prefs"])
Wired = Annotated[Container, Depends(container_of)]
Owner = Annotated[Caller, Depends(current_caller)]


class Prefs(BaseModel):
    """Preferences to change; what is absent stays as it is."""

    model_config = ConfigDict(extra="forbid")

    locale: Literal["en-IN", "hi-IN", "bn-IN"] | None = None
    timezone: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")] | None = None
    focus: list[Annotated[str, Field(min_length=1, max_length=64)]] | None = Field(default=None, max_length=20)
    email_opt_in: bool | None = None
    llm_enabled: bool | None = None
    loud_topics: list[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(
        default=None, max_length=100, description="Quiet topics to be heard again"
    )
    token_budget: Annotated[int, Field(ge=0, le=10_000_000)] | None = None


@router.get("/prefs")
async def get_prefs(wired: Wired, caller: Owner) -> JsonObject:
    """Preferences, or the defaults for someone who never chose."""
    return await wired.store.get_prefs(caller.user_id)


@router.put("/prefs")
async def put_prefs(prefs: Prefs, wired: Wired, caller: Owner) -> JsonObject:
    """Store preferences and give them back; null is a value only for ``token_budget`` (no budget of one's own)."""
    given = prefs.model_dump(exclude_unset=True)
    stored = {key: value for key, value in given.items() if value is not None or key == "token_budget"}
    return await wired.store.put_prefs(caller.user_id, stored)
