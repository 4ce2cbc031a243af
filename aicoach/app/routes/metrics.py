"""What Prometheus collects; the router exists only where AICOACH_METRICS_TOKEN is set."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from aicoach.app.bootstrap import Container
from aicoach.app.deps import container_of, require_metrics_reader
from aicoach.core.errors import NotFound

router = APIRouter(tags=["metrics"], dependencies=[Depends(require_metrics_reader)])


@router.get("/metrics", response_class=Response)
def read_metrics(wired: Annotated[Container, Depends(container_of)]) -> Response:
    """Counters of this process since it began, in Prometheus's text format."""
    page = wired.telemetry.page
    if page is None:
        raise NotFound
    return Response(page.text(), media_type=page.content_type)
