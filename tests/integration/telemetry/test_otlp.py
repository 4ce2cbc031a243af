"""Traces and metrics of a run, as a receiver of OTLP gets them (issue 5 item 3)."""

import asyncio
import os
import subprocess
import sys
from uuid import uuid4

import pytest

from aicoach.app.logs import hash_user
from aicoach.core.observe import About, Ended, observe, watch
from aicoach.local.paths import ROOT
from aicoach.local.scripted_model import ScriptedModel
from aicoach.local.stack import Stack
from tests.integration.telemetry.conftest import Receiver, Visit
from tests.support.people import Person

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def test_a_run_is_one_trace_from_the_caller_to_the_last_event(
    visit: Visit, receiver: Receiver, person: Person
) -> None:
    """S0-10.1b: the request continues the caller's trace, the run goes on in it; nobody is named."""
    client, wired = await visit(otlp_endpoint=receiver.url, otel_service_name="coach-under-test")
    traced = {"traceparent": f"00-{TRACE}-{CALLER}-01", "x-request-id": "request-1"}
    answer = await client.call("POST", "/session", json={"coach": "jars"}, headers=traced)
    session_id = answer.json()["sessionId"]
    await client.watch(session_id)
    await wired.aclose()

    (request,) = receiver.named("POST /api/aicoach/session")
    (run,) = receiver.named("run")
    assert (request.trace_id, request.parent_id) == (TRACE, CALLER)
    assert (run.trace_id, run.parent_id) == (TRACE, request.span_id)
    ours = [span for span in receiver.spans if span.trace_id == TRACE]
    assert {span.name for span in ours} >= {
        "read", "agent", "narrate", "model", "commit", "relay", "finish",
    }  # fmt: skip
    below = {span.span_id for span in ours} | {CALLER}
    assert all(span.parent_id in below for span in ours)
    assert request.about["http.response.status_code"] == 201
    assert request.about["http.route"] == "/api/aicoach/session"
    assert request.about["aicoach.request_id"] == "request-1"
    assert (run.about["aicoach.session_id"], run.about["aicoach.status"]) == (session_id, "completed")
    assert run.about["aicoach.user"] == hash_user(person.user_id)
    assert receiver.service_names == {"coach-under-test"}
    assert not any(str(person.user_id).encode() in body for body in receiver.raw)
    assert b"Holiday jar" not in b"".join(receiver.raw)


async def test_what_happens_is_counted(visit: Visit, receiver: Receiver, model: ScriptedModel) -> None:
    """Runs by status, cards by who found the words and why, tokens, lag, streams, refusals."""
    model.script(default={"say": "This fund is guaranteed to grow."})
    client, wired = await visit(otlp_endpoint=receiver.url, limit_starts="1/hour")
    await client.run(coach="jars", focus=["growth"])
    assert (await client.call("POST", "/session", json={})).status_code == 429
    assert (await client.http.get("/api/aicoach/prefs")).status_code == 401
    assert (await client.http.get("/api/aicoach/nowhere")).status_code == 404
    await wired.aclose()

    count = receiver.metric
    assert count("aicoach.runs", status="completed", coach="jars") == 1
    assert count("aicoach.run.duration", status="completed") == 1
    assert count("aicoach.cards", source="template", coach="jars") == 1
    ((_, labels),) = [key for key in receiver.metrics if key[0] == "aicoach.cards"]
    assert dict(labels)["reason"].startswith("guard_")
    assert count("aicoach.tokens.in") > 0
    assert count("aicoach.tokens.out") > 0
    assert count("aicoach.model.duration", error="none") == 1
    assert count("aicoach.queue.lag") > 0
    assert [count("aicoach.refusals", code=code) for code in ("rate_limited", "unauthorized", "not_found")] == [1] * 3
    assert count("aicoach.streams.open") == 0
    assert ("aicoach.streams.open", frozenset()) in receiver.metrics


async def test_a_failed_attempt_is_a_failed_span_that_says_only_what_kind(
    visit: Visit, receiver: Receiver, model: ScriptedModel
) -> None:
    model.script("cut_json")
    client, wired = await visit(otlp_endpoint=receiver.url)
    await client.run(coach="jars", focus=["growth"])
    await wired.aclose()
    first, second = receiver.named("model")
    assert (first.failed, first.about["error.type"]) == (True, "model_parse")
    assert not second.failed
    assert receiver.metric("aicoach.model.duration", error="model_parse") == 1


async def test_a_defect_does_not_tell_what_it_says(visit: Visit, receiver: Receiver) -> None:
    """The text of an exception may hold what somebody typed: no span carries it."""
    _, wired = await visit(otlp_endpoint=receiver.url)
    with pytest.raises(ValueError, match="ABCPD1234Z"), observe("read"):
        raise ValueError("ABCPD1234Z")
    with pytest.raises(asyncio.CancelledError), observe("agent"):
        raise asyncio.CancelledError
    await wired.aclose()
    assert [(span.failed, span.about.get("error.type")) for span in receiver.named("read")] == [(True, "ValueError")]
    assert receiver.named("agent")[0].failed
    assert not any(b"ABCPD1234Z" in body for body in receiver.raw)


async def test_paths_are_told_as_patterns(visit: Visit, receiver: Receiver) -> None:
    """What stands in a path is an id, or whatever a stranger typed."""
    client, wired = await visit(otlp_endpoint=receiver.url)
    assert (await client.call("GET", f"/session/{uuid4()}")).status_code == 404
    assert (await client.http.get("/PAN-ABCPD1234Z")).status_code == 404
    await wired.aclose()
    routes = {span.about["http.route"] for span in receiver.spans if "http.route" in span.about}
    assert routes == {"/api/aicoach/session/{session_id}", "unknown"}
    assert not any(b"ABCPD1234Z" in body for body in receiver.raw)


async def test_a_receiver_that_is_down_harms_no_run(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    client, wired = await visit(otlp_endpoint="http://127.0.0.1:9")
    assert (await client.run(coach="jars"))[-1]["status"] == "completed"
    async with asyncio.timeout(15):
        await wired.aclose()


async def test_who_stopped_watching_hears_nothing(visit: Visit, receiver: Receiver) -> None:
    client, wired = await visit()
    heard: list[str] = []

    def hear(name: str, _: About) -> Ended:
        heard.append(name)
        return lambda error: None

    stop = watch(hear)
    await client.run(coach="jars")
    stop()
    before = list(heard)
    await client.run(coach="jars", focus=["growth"])
    assert "run" in before
    assert heard == before
    await wired.aclose()
    assert receiver.raw == []


_IMPORTED = """
import sys, aicoach.app.main
heavy = ("limits", "prometheus_client", "celery", "openai", "requests", "httpx", "httpx2", "redis", "asyncpg",
         "supabase", "babel", "casparser", "rich")
found = [name for name in sys.modules if name.split(".")[0] in heavy or name.startswith("opentelemetry.sdk")
         or name.startswith("opentelemetry.exporter") or name.startswith("opentelemetry.proto")]
print(found)
"""


@pytest.mark.parametrize("on", [False, True])
def test_nothing_of_it_is_imported_unless_it_is_on(on: bool, stack: Stack) -> None:
    """A cold start does not pay for what is switched off; switched on, the standard variables are enough.

    OpenTelemetry's bare API comes with FastAPI: only its SDK, exporters and protocol can be left out.
    """
    standard = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "AICOACH_METRICS_TOKEN": "m" * 32} if on else {}
    env = {"PATH": os.environ["PATH"], **stack.env(), **standard}
    done = subprocess.run([sys.executable, "-c", _IMPORTED], env=env, cwd=ROOT, capture_output=True, check=True)
    found = done.stdout.decode()
    if on:
        assert "opentelemetry.sdk" in found
        assert "prometheus_client" in found
    else:
        assert found.strip() == "[]"
