"""Cron calls: any call goes on where the last one stopped, because being due is state."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from aicoach.app.bootstrap import Container
from aicoach.app.deps import container_of, require_cron
from aicoach.app.fanout import call_job
from aicoach.app.jobs import JOBS, MAX_HOPS, hand_on
from aicoach.core.errors import BadRequest
from aicoach.core.model import JsonObject

router = APIRouter(tags=["webhook"], dependencies=[Depends(require_cron)])


@router.head("/webhook", response_class=Response)
async def check_webhook() -> Response:
    """Answer a probe without running anything."""
    return Response(status_code=200)


@router.get("/webhook")
@router.post("/webhook")
async def run_job(
    wired: Annotated[Container, Depends(container_of)],
    job: Annotated[str, Query(max_length=64)] = "",
    hop: Annotated[int, Query(ge=0, le=MAX_HOPS)] = 0,
) -> JsonObject:
    """Run a job until it is done or its time is over; 400 for a job that does not exist.

    A call with work left asks for the next one, as long as calls achieve something; ``hop`` counts them. With
    ``AICOACH_JOBS=celery`` it hands the job to the workers: ``started`` is 1, whoever is due, and nothing is left here.
    """
    if job not in JOBS:
        raise BadRequest("There is no job of this name.")
    report = await call_job(wired, job)
    if report.more and report.started:
        await hand_on(wired.settings, job, hop)
    return report.answer()
