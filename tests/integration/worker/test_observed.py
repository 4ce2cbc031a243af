"""What workers do is counted by the instruments that count what the service does itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date

import asyncpg
import pytest
from redis.asyncio import Redis

from aicoach.app.fanout import TaskQueue, celery_app
from aicoach.app.settings import Settings
from aicoach.app.telemetry.prometheus import PrometheusPage
from aicoach.core.observe import watch
from aicoach.worker.tasks import Told, Work
from tests.integration.jobs.crowd import gather, user_id


@pytest.fixture
def page() -> Iterator[PrometheusPage]:
    """Watches this process, as a worker's own telemetry does."""
    page = PrometheusPage()
    stop = watch(page.observer)
    yield page
    stop()


@pytest.fixture
async def work(settings: Callable[..., Settings], redis: Redis) -> AsyncIterator[Work]:
    """A worker's tasks, in this process."""
    with_celery = settings(jobs="celery", store="postgres")
    made = Work(with_celery, TaskQueue(celery_app(with_celery)))
    yield made
    await asyncio.to_thread(made.close)


async def test_what_was_served_is_counted(owner: asyncpg.Connection, work: Work, page: PrometheusPage) -> None:
    """Two runs, one of them asked for twice: each task is a call of the job."""
    await gather(owner, 2, date(2024, 1, 1))
    people: list[Told] = [[str(user_id(number)), None] for number in (1, 2)]
    await asyncio.to_thread(work.serve, "daily", "goals", people, 0)
    await asyncio.to_thread(work.serve, "daily", "goals", people[:1], 0)
    text = page.text().decode()
    assert 'aicoach_job_duration_seconds_count{error="none",job="daily"} 2.0' in text
    assert 'aicoach_job_started_total{job="daily"} 2.0' in text
    assert 'aicoach_job_skipped_total{job="daily"} 1.0' in text
    assert 'aicoach_job_failed_total{job="daily"} 0.0' in text


async def test_a_dead_letter_is_counted_with_what_it_died_of(
    owner: asyncpg.Connection, work: Work, page: PrometheusPage, settings: Callable[..., Settings]
) -> None:
    """Whoever watches the numbers learns of it without reading logs."""
    last_time = settings().worker_attempts - 1
    await asyncio.to_thread(work.serve_after_loss, "daily", "goals", [[str(user_id(1)), None]], last_time)
    assert 'aicoach_job_dead_letters_total{job="daily",kept="True",why="WorkerLost"} 1.0' in page.text().decode()
