"""With AICOACH_JOBS=celery the service hands jobs to workers; messages hold ids; a broker that is down is a refusal."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import UUID

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from aicoach.app.bootstrap import NOWHERE, build
from aicoach.app.fanout import BEGIN, PREFIX, SERVE, TaskQueue, celery_app
from aicoach.app.jobs import JOBS
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.core.errors import Unavailable
from aicoach.jobs.errand import Owed
from aicoach.worker.schedule import beat_schedule
from tests.support.service import serve


async def call(wired_settings: Settings, job: str) -> httpx.Response:
    """A cron call to a service with these settings."""
    headers = {"Authorization": f"Bearer {wired_settings.cron_secret.get_secret_value()}"}
    async with serve(create_app(build(wired_settings))) as url, httpx.AsyncClient(timeout=30) as http:
        return await http.get(f"{url}/api/aicoach/webhook?job={job}", headers=headers)


async def messages(redis: Redis, queue: str) -> list[tuple[str, list[object]]]:
    """Names and arguments of the tasks that wait, the next one first."""
    waiting = [json.loads(text) for text in reversed(await redis.lrange(f"{PREFIX}{queue}", 0, -1))]
    return [(each["headers"]["task"], json.loads(base64.b64decode(each["body"]))[0]) for each in waiting]


@pytest.mark.parametrize("job", sorted(JOBS))
async def test_a_cron_call_only_hands_the_job_over(
    settings: Callable[..., Settings], owner: asyncpg.Connection, redis: Redis, job: str
) -> None:
    """Issue 5 item 6: the answer has the shape it always has."""
    answer = await call(settings(jobs="celery"), job)
    assert (answer.status_code, answer.json()) == (
        200,
        {"job": job, "started": 1, "skipped": 0, "failed": 0, "more": False},
    )
    assert await messages(redis, job) == [(BEGIN, [job])]
    assert await owner.fetchval("select count(*) from ai_sessions") == 0


async def test_a_message_holds_ids_and_times_and_is_json(settings: Callable[..., Settings], redis: Redis) -> None:
    """Issue 5 item 6: no personal data, and nothing that a worker would execute."""
    TaskQueue(celery_app(settings())).serve("daily", "goals", [Owed(UUID(int=1), "2026-11-20")])
    assert await messages(redis, "daily") == [(SERVE, ["daily", "goals", [[str(UUID(int=1)), "2026-11-20"]], 0])]
    (text,) = await redis.lrange(f"{PREFIX}daily", 0, -1)
    assert json.loads(text)["content-type"] == "application/json"


async def test_a_broker_that_is_down_is_a_refusal_within_seconds(settings: Callable[..., Settings]) -> None:
    """Issue 5 item 6: bounded tries, then a clear error."""
    nowhere = settings(jobs="celery", redis_url=SecretStr(NOWHERE))
    began = time.monotonic()
    answer = await call(nowhere, "daily")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    with pytest.raises(Unavailable):
        TaskQueue(celery_app(nowhere)).waiting("daily")
    assert time.monotonic() - began < 20


def test_every_job_has_its_time() -> None:
    """Issue 5 item 6: daily, weekly, sweep and navs."""
    assert sorted(entry["args"][0] for entry in beat_schedule().values()) == sorted(JOBS)


def test_the_service_does_not_load_celery() -> None:
    """Issue 5 item 6: a cold start must not pay for it."""
    code = "import sys, aicoach.app.main; sys.exit(any(name in sys.modules for name in ('celery', 'kombu')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
