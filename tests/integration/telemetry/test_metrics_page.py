"""/metrics: there only when a token is set, open only to whoever brings it (issue 5 item 3)."""

import httpx
import pytest
from pydantic import SecretStr

from aicoach.app.bootstrap import NOWHERE
from aicoach.local.scripted_model import ScriptedModel
from tests.integration.telemetry.conftest import Visit

TOKEN = "m" * 32
ON = {"metrics_token": SecretStr(TOKEN), "llm": "off"}


def series(text: str, name: str, **labels: str) -> float:
    """The sum over all series of this name with these labels."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    lines = [line for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} "))]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(one in line for one in wanted))


async def page(http: httpx.AsyncClient) -> str:
    answer = await http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


async def test_a_run_is_seen_on_the_page(visit: Visit) -> None:
    client, _ = await visit(**ON)
    before = await page(client.http)
    await client.run(coach="jars")
    after = await page(client.http)
    assert series(before, "aicoach_runs_total") == 0
    assert series(after, "aicoach_runs_total", status="completed", coach="jars") == 1
    assert series(after, "aicoach_run_duration_seconds_count", status="completed") == 1
    assert series(after, "aicoach_run_duration_seconds_bucket", le="120.0") == 1
    assert series(after, "aicoach_cards_total", source="template", reason="none") == 2
    assert series(after, "aicoach_queue_lag_seconds_count") > 0
    assert series(after, "aicoach_queue_command_duration_seconds_count", error="none") > 0
    started = {"method": "POST", "route": "/api/aicoach/session", "status": "201"}
    assert series(after, "aicoach_request_duration_seconds_count", **started) == 1
    assert "aicoach_streams_open 0.0" in after
    assert series(after, "process_resident_memory_bytes") > 0
    assert series(after, "process_cpu_seconds_total") > 0
    assert str(client.person.user_id) not in after


async def test_an_open_stream_is_counted_while_it_is_open(visit: Visit, model: ScriptedModel) -> None:
    """It stays open for as long as the model says nothing."""
    model.script(default="hang")
    client, _ = await visit(**ON | {"llm": "scripted"})
    session_id = await client.start(coach="jars", focus=["growth"])
    seen = []
    url = f"/api/aicoach/stream?sessionId={session_id}"
    async with client.http.stream("GET", url, headers=client.person.headers) as answer:
        async for _ in answer.aiter_raw():
            seen.append(series(await page(client.http), "aicoach_streams_open"))
    assert max(seen) == 1
    assert series(await page(client.http), "aicoach_streams_open") == 0


async def test_a_jobs_outcome_is_counted(visit: Visit, cron: dict[str, str]) -> None:
    client, _ = await visit(**ON)
    report = (await client.http.post("/api/aicoach/webhook?job=sweep", headers=cron)).json()
    text = await page(client.http)
    assert series(text, "aicoach_job_duration_seconds_count", job="sweep", error="none") == 1
    assert series(text, "aicoach_job_started_total", job="sweep") == report["started"]
    assert series(text, "aicoach_job_failed_total", job="sweep") == report["failed"]


async def test_what_a_limit_turned_away_is_counted_by_limit(visit: Visit) -> None:
    client, _ = await visit(**ON, limit_reads="1/minute")
    assert [(await client.call("GET", "/prefs")).status_code for _ in range(3)] == [200, 429, 429]
    text = await page(client.http)
    assert series(text, "aicoach_limits_total", limit="reads", outcome="refused") == 2
    assert series(text, "aicoach_refusals_total", code="rate_limited", status="429") == 2


async def test_requests_that_nobody_could_count_are_counted_here(visit: Visit) -> None:
    """Redis is down: who watches sees that the limits stand open, and that commands fail."""
    client, _ = await visit(**ON, redis_url=SecretStr(NOWHERE))
    assert (await client.call("GET", "/prefs")).status_code == 200
    text = await page(client.http)
    assert series(text, "aicoach_limits_total", limit="reads", outcome="uncounted") == 1
    assert series(text, "aicoach_queue_command_duration_seconds_count", error="ConnectionError") == 1


async def test_what_strangers_make_up_is_no_label(visit: Visit) -> None:
    """A series for each made-up path or method would fill the memory of whoever collects them."""
    client, _ = await visit(**ON)
    before = len((await page(client.http)).splitlines())
    for number in range(5):
        await client.http.get(f"/made-up-{number}")
    text = await page(client.http)
    assert series(text, "aicoach_request_duration_seconds_count", route="unknown", status="404") == 5
    assert "made-up" not in text
    assert len(text.splitlines()) < before + 60


@pytest.mark.parametrize(
    "header", ["", "Bearer", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}m", f"Basic {TOKEN}", "Bearer undefined"]
)
async def test_nobody_else_reads_it(header: str, visit: Visit) -> None:
    client, _ = await visit(**ON)
    answer = await client.http.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.call("GET", "/../../metrics")).status_code != 200


@pytest.mark.parametrize("weak", ["", "short"])
async def test_without_a_proper_token_there_is_nothing_to_read(weak: str, visit: Visit) -> None:
    """Fails closed: not set is not there; too short opens to nobody."""
    client, _ = await visit(metrics_token=SecretStr(weak), llm="off")
    answer = await client.http.get("/metrics", headers={"Authorization": f"Bearer {weak or TOKEN}"})
    assert answer.status_code == (401 if weak else 404)
