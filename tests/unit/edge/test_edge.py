"""What the edge measures of a request."""

import logging
from types import SimpleNamespace

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aicoach.app.middleware import edge
from aicoach.core.observe import About, Ended, watch
from tests.unit.edge.clocks import HeldClock


async def nothing_more() -> Message:
    """A request without a body."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def swallow(message: Message) -> None:
    """Nobody reads the answer."""


async def test_the_time_of_an_answer_is_not_that_of_the_work_behind_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A run goes on behind its answer for as long as it takes; whoever asked did not wait for that."""
    clock = HeldClock()
    monkeypatch.setattr(edge, "time", SimpleNamespace(perf_counter=clock.monotonic))

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        clock.seconds += 0.25
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})
        clock.seconds += 0.5
        await send({"type": "http.response.body", "body": b"}"})
        clock.seconds += 60

    with caplog.at_level(logging.INFO, "aicoach.app.middleware.edge"):
        (request,) = await served(service, "POST")
    assert request["seconds"] == 0.75
    assert [vars(record)["ms"] for record in caplog.records] == [750.0]


@pytest.mark.parametrize(("method", "told"), [("PATCH", "PATCH"), ("PAN-ABCPD1234Z", "_OTHER")])
async def test_a_method_that_a_stranger_made_up_is_not_told(method: str, told: str) -> None:
    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 405, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    (request,) = await served(service, method)
    assert (request["method"], request["status"], request["route"]) == (told, 405, "unknown")


async def test_a_request_that_breaks_is_measured_as_a_500() -> None:
    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyboardInterrupt

    (request,) = await served(service, "GET")
    assert request["status"] == 500
    assert request["seconds"] > 0


async def served(service: ASGIApp, method: str) -> list[About]:
    """What was observed of one request."""
    seen: list[About] = []

    def hear(_: str, about: About) -> Ended:
        return lambda error: seen.append(about)

    stop = watch(hear)
    try:
        scope = {"type": "http", "method": method, "path": "/", "headers": []}
        await edge.EdgeMiddleware(service)(scope, nothing_more, swallow)
    finally:
        stop()
    return [about for about in seen if "route" in about]
