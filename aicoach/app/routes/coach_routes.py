"""Routes that a coach brings along: a checked body in, one SQL function, its answer out."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from aicoach.app.bootstrap import Container
from aicoach.app.deps import Caller, container_of, current_caller
from aicoach.core.model import Coach, CoachRoute, JsonObject

Wired = Annotated[Container, Depends(container_of)]
Owner = Annotated[Caller, Depends(current_caller)]


def coach_router(coaches: Iterable[Coach[Any]]) -> APIRouter:
    """``/<coach><path>`` for every route of every coach."""
    router = APIRouter()
    for coach in coaches:
        for route in coach.routes:
            name = f"{coach.name}_{route.function}"
            router.add_api_route(
                f"/{coach.name}{route.path}", _handler(route), methods=[route.method], name=name, tags=[coach.name]
            )
    return router


def _handler(route: CoachRoute) -> Callable[..., Awaitable[JsonObject]]:
    async def read(wired: Wired, caller: Owner) -> JsonObject:
        return await wired.store.transport.call(route.function, {}, user_id=caller.user_id, read_only=True)

    async def write(wired: Wired, caller: Owner, body: Annotated[dict[str, Any], Body()]) -> JsonObject:
        argument = _checked(route, body)
        return await wired.store.transport.call(route.function, argument, user_id=caller.user_id)

    return read if route.body is None else write


def _checked(route: CoachRoute, body: dict[str, Any]) -> JsonObject:
    if route.body is None:
        return {}
    try:
        return route.body.model_validate(body).model_dump(mode="json")
    except ValidationError as error:
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from error
