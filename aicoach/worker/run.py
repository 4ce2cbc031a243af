"""``python -m aicoach worker``: takes tasks until it is asked to stop, lets those under way end, and ends.

Each child process has a service of its own. SIGTERM or Ctrl-C: no new task, those under way end (a second Ctrl-C does
not wait for them). Killed: its tasks are given to others after the visibility timeout, its runs after their lease.
"""

import logging
import os
from typing import TYPE_CHECKING, Any, Final

from aicoach.app.fanout import BEGIN, PLAN, SERVE, TaskQueue, celery_app
from aicoach.app.jobs import JOBS
from aicoach.app.logs import configure_logging
from aicoach.app.settings import Settings
from aicoach.core.errors import Unavailable
from aicoach.worker.schedule import beat_schedule
from aicoach.worker.tasks import Told, Work

if TYPE_CHECKING:
    from celery import Celery, Task

_log: Final = logging.getLogger("aicoach.worker")
_PLAN_TRIES: Final = 6
_PLAN_WAIT_SECONDS: Final = 60


def run_worker(settings: Settings, concurrency: int, *, beat: bool = False) -> int:
    """Work until asked to stop; the exit code. Raises ValueError for settings that cannot work."""
    configure_logging(settings, user_key=settings.log_user_key.get_secret_value())
    # A line for every message would tell nothing that our own lines do not.
    logging.getLogger("celery").setLevel(logging.WARNING)
    app = celery_app(settings)
    process = _Process(settings, TaskQueue(app))
    process.register(app)
    if beat:
        app.conf.beat_schedule = beat_schedule()
    worker = app.Worker(
        pool="prefork",
        concurrency=concurrency,
        queues=list(JOBS),
        beat=beat,
        # In memory: a tick that is missed while nobody runs is made up for by the next one.
        scheduler="celery.beat:Scheduler",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    _log.info("worker_started", extra={"concurrency": concurrency, "beat": beat})
    worker.start()
    _log.info("worker_stopped")
    return int(worker.exitcode or 0)


class _Process:
    """What Celery calls: in every child process, once it is forked, there is a Work."""

    def __init__(self, settings: Settings, queue: TaskQueue) -> None:
        self._settings, self._queue = settings, queue
        self._work: Work | None = None

    def register(self, app: "Celery") -> None:
        """Connect the tasks and the life of child processes to Celery."""
        from celery import signals

        signals.setup_logging.connect(_keep_our_logging, weak=False)
        signals.worker_process_init.connect(self._move_in, weak=False)
        signals.worker_process_shutdown.connect(self._move_out, weak=False)

        def begin(job: str) -> None:
            self._here.begin(job)

        def plan(job: str, coach: str, after: str | None) -> None:
            self._here.plan(job, coach, after)

        def serve(task: "Task", job: str, coach: str, people: list[Told], broken: int) -> None:
            lost = task.request.delivery_info["redelivered"]
            (self._here.serve_after_loss if lost else self._here.serve)(job, coach, people, broken)

        # Begun again by the clock: a job that kills its worker must not come back at once, for ever.
        app.task(begin, name=BEGIN, acks_late=False)
        patience = {"retry_backoff": 2, "retry_backoff_max": _PLAN_WAIT_SECONDS, "max_retries": _PLAN_TRIES}
        app.task(plan, name=PLAN, autoretry_for=(Unavailable,), **patience)
        app.task(serve, name=SERVE, bind=True)

    @property
    def _here(self) -> Work:
        if self._work is None:
            raise RuntimeError("This process was not set up by worker_process_init.")
        return self._work

    def _move_in(self, **_: Any) -> None:
        # A signal to the worker's process group is meant for the worker, which lets its children end their tasks.
        os.setpgid(0, 0)
        self._work = Work(self._settings, self._queue)

    def _move_out(self, **_: Any) -> None:
        if self._work is not None:
            self._work.close()


def _keep_our_logging(**_: Any) -> None:
    """Connected, so that Celery leaves logging as it is."""
