"""A person's data is theirs: take all of it along, or delete all of it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.core.model import JsonObject

router = APIRouter(tags=["me"])
Wired = Annotated[Container, Depends(container_of)]
Owner = Annotated[Caller, Depends(current_caller)]


@router.get("/export")
async def export(wired: Wired, caller: Owner) -> JSONResponse:
    """Every row of the caller's as one JSON file, numbers as text."""
    headers = {"Content-Disposition": 'attachment; filename="ai-coach-export.json"'}
    return JSONResponse(await wired.store.export(caller.user_id), headers=headers)


@router.delete("/me")
async def delete_me(wired: Wired, caller: Owner) -> JsonObject:
    """Delete everything of the caller's; the login itself belongs to the sign-in service and stays."""
    return await wired.store.delete_me(caller.user_id)
