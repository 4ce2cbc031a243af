"""When nobody can count: open for reads and for runs that cost nothing, closed for what asks a model."""

import logging

import pytest
from pydantic import SecretStr

from aicoach.app.bootstrap import NOWHERE
from tests.integration.limits.conftest import Visit, Wire
from tests.support.people import Person

DOWN = SecretStr(NOWHERE)
MODEL = {"llm": "scripted", "openai_base_url": "http://127.0.0.1:9/v1", "openai_api_key": SecretStr("sk-none")}


async def test_reads_and_refusals_go_on_and_it_is_said_once(
    wire: Wire, visit: Visit, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    app = wire(redis_url=DOWN)
    with caplog.at_level(logging.WARNING, "aicoach.limits"):
        assert {(await visit(app, **person.headers).get("/prefs")).status_code for _ in range(3)} == {200}
        assert (await visit(app).get("/prefs")).status_code == 401
    assert [record.message for record in caplog.records if record.name == "aicoach.limits"] == ["limits_not_counted"]


async def test_a_run_without_a_model_starts_and_completes(wire: Wire, visit: Visit, person: Person) -> None:
    client = visit(wire(redis_url=DOWN), **person.headers)
    started = await client.post("/session", json={})
    assert started.status_code == 201
    told = (await client.get(f"/session/{started.json()['sessionId']}")).json()
    assert told["status"] == "completed"


async def test_a_run_that_may_ask_a_model_is_refused_before_anything_is_written(
    wire: Wire, visit: Visit, person: Person
) -> None:
    """DESIGN 5: closed for model calls; what reads goes on. Security row 25."""
    client = visit(wire(redis_url=DOWN, **MODEL), **person.headers)
    refused = await client.post("/session", json={})
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["retryable"]) == (503, "limits_unavailable", True)
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["retry-after"]) >= 1
    assert (await client.get("/insights")).json()["insights"] == []
