"""The ASGI application: routes, edge and lifespan. Entry points import ``app`` from here."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from aicoach.app.bootstrap import Container, build
from aicoach.app.logs import configure_logging
from aicoach.app.middleware import install_edge
from aicoach.app.problems import DECLARED, install_problem_handlers
from aicoach.app.routes import digest, feedback, health, imports, insights, me, prefs, session, stream, webhook
from aicoach.app.routes.coach_routes import coach_router
from aicoach.app.settings import Settings

PREFIX = "/api/aicoach"


def create_app(container: Container) -> FastAPI:
    """A service around a container; docs are served in local mode only."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if container.settings.missing:
            raise RuntimeError(f"Not configured: {', '.join(container.settings.missing)}.")
        yield
        await container.aclose()

    local = container.settings.env == "local"
    service = FastAPI(
        title="AI Coach",
        redirect_slashes=False,
        version="1",
        lifespan=lifespan,
        docs_url="/docs" if local else None,
        redoc_url=None,
        openapi_url="/openapi.json" if local else None,
        responses=DECLARED,
        # The framework's own would put addresses, queries and the text of exceptions into spans and logs.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    service.state.container = container
    for routes in (session, stream, insights, prefs, me, feedback, digest, imports, webhook):
        service.include_router(routes.router, prefix=PREFIX)
    service.include_router(coach_router(container.coaches.values()), prefix=PREFIX)
    service.include_router(health.router)
    if container.settings.metrics_token.get_secret_value():
        from aicoach.app.routes import metrics

        service.include_router(metrics.router)
    install_problem_handlers(service)
    install_edge(service)
    return service


def _from_environment() -> FastAPI:
    settings = Settings()
    configure_logging(settings, user_key=settings.log_user_key.get_secret_value())
    service = create_app(build(settings))
    # Everything so far lives as long as the process: no collection need look at it again.
    gc.freeze()
    return service


app = _from_environment()
