"""Jobs on many machines: what waits for workers in Redis, and the only place where Celery is configured."""

import asyncio
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from aicoach.app.bootstrap import NOWHERE, Container
from aicoach.app.jobs import do_job
from aicoach.app.settings import Settings
from aicoach.core.errors import Unavailable
from aicoach.jobs.errand import Owed
from aicoach.jobs.report import JobReport

if TYPE_CHECKING:
    from celery import Celery

#: Everything that workers keep in Redis begins with this.
PREFIX: Final = "aicoach:jobs:"
BEGIN: Final = "aicoach.begin"
PLAN: Final = "aicoach.plan"
SERVE: Final = "aicoach.serve"
_TRIES: Final = 3
#: A worker that cannot reach Redis tries for some minutes, then ends; whoever supervises it starts it again.
_RECONNECTS: Final = 20
_RESTORE_SECONDS: Final = 10


async def call_job(wired: Container, job: str) -> JobReport:
    """Run a job here, or with ``AICOACH_JOBS=celery`` hand it to the workers."""
    return await (do_job(wired, job) if wired.settings.jobs == "inline" else hand_over(wired.settings, job))


async def hand_over(settings: Settings, job: str) -> JobReport:
    """Let the workers do a job: ``started`` is 1, the task that begins it. Raises Unavailable."""

    def send() -> None:
        TaskQueue(celery_app(settings)).begin(job)

    await asyncio.to_thread(send)
    return JobReport(job, started=1)


def celery_app(settings: Settings) -> "Celery":
    """A Celery whose messages are JSON, are acknowledged when their work is done, and leave no results.

    Raises Unavailable where Celery is not installed, ValueError for a visibility timeout that would hand a task to a
    second worker while the first one still works.
    """
    try:
        from celery import Celery
    except ImportError as error:
        raise Unavailable(
            "Celery is not installed here: AICOACH_JOBS=celery needs the extra aicoach[worker]."
        ) from error

    require_long_enough_visibility(settings)
    url = settings.redis_url.get_secret_value() or NOWHERE
    app = Celery("aicoach", broker=url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_acks_on_timeout=False,
        task_reject_on_worker_lost=True,
        task_time_limit=settings.worker_task_seconds,
        task_publish_retry_policy={"max_retries": _TRIES, "interval_start": 0.1, "interval_step": 0.2},
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=_RECONNECTS,
        broker_transport_options=_transport_options(settings),
        broker_use_ssl={"ssl_cert_reqs": ssl.CERT_REQUIRED} if url.startswith("rediss:") else None,
    )
    return app


def require_long_enough_visibility(settings: Settings) -> None:
    """Raise ValueError when a task could still be under way as it is given to somebody else."""
    longest = max(settings.worker_task_seconds, 2 * settings.lease_seconds)
    if settings.worker_visibility_seconds <= longest:
        raise ValueError(
            f"AICOACH_WORKER_VISIBILITY_SECONDS={settings.worker_visibility_seconds} must be more than {longest:g}: "
            "the longest task (AICOACH_JOB_SECONDS + 2 * AICOACH_DRAIN_SECONDS) and twice AICOACH_LEASE_SECONDS."
        )


def _transport_options(settings: Settings) -> dict[str, Any]:
    return {
        "global_keyprefix": PREFIX,
        "visibility_timeout": settings.worker_visibility_seconds,
        "unacked_restore_interval": min(_RESTORE_SECONDS, settings.worker_visibility_seconds),
        "unacked_restore_throttle": 1,
        # One list a queue instead of four: nothing here is more urgent within its queue.
        "priority_steps": [0],
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "max_retries": _TRIES,
    }


class TaskQueue:
    """What may wait for a worker, each job in a queue of its own. Messages hold ids and times, never a person's data.

    Every method raises Unavailable when Redis does not answer after a few tries.
    """

    def __init__(self, app: "Celery") -> None:
        self._app = app

    def begin(self, job: str) -> None:
        """Do a job, from its beginning."""
        self._send(BEGIN, job)

    def plan(self, job: str, coach: str, after: str | None) -> None:
        """Find the next page of people for whom a coach has something to do."""
        self._send(PLAN, job, coach, after)

    def serve(self, job: str, coach: str, people: Sequence[Owed], broken: int = 0, delay: float | None = None) -> None:
        """Do it for these people, after ``delay`` seconds; ``broken`` is how often that broke a worker already."""
        told = [[str(owed.user_id), owed.mark] for owed in people]
        self._send(SERVE, job, coach, told, broken, countdown=delay)

    def waiting(self, job: str) -> int:
        """How many tasks of a job no worker has taken yet."""
        from kombu.exceptions import OperationalError

        try:
            with self._app.pool.acquire(block=True) as connection:
                return int(connection.default_channel.queue_declare(job).message_count)
        except OperationalError as error:
            raise Unavailable("The workers' queue does not answer.") from error

    def _send(self, task: str, job: str, *arguments: Any, countdown: float | None = None) -> None:
        from kombu.exceptions import OperationalError

        try:
            self._app.send_task(task, (job, *arguments), queue=job, countdown=countdown)
        except OperationalError as error:
            raise Unavailable("The workers' queue does not answer.") from error
