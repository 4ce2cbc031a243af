"""The outermost layer, pure ASGI: request ids, security headers, body limits, and the last resort."""

from fastapi import FastAPI

from aicoach.app.middleware.body import BodyMiddleware
from aicoach.app.middleware.edge import EdgeMiddleware

__all__ = ["BodyMiddleware", "EdgeMiddleware", "install_edge"]


def install_edge(app: FastAPI) -> None:
    """Put the edge around ``app``. Call it last: whatever is added later stands outside of it."""
    app.add_middleware(BodyMiddleware)
    app.add_middleware(EdgeMiddleware)
