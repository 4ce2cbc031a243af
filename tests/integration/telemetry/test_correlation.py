"""One grep by session id over façade and service logs and rows shows a run's whole path (S0-10.1a, S0-10.1b)."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from aicoach.local.stack import Stack
from tests.faults.test_facade_faults import sign_up
from tests.support.sse import read_frames

pytestmark = pytest.mark.slow
Wait = Callable[..., Awaitable[None]]
TRACE, CALLER = uuid4().hex, uuid4().hex[:16]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every part, as `make up` starts them; both logs hash a user with one key."""
    parts = ("postgres", "redis", "lite", "service", "web")
    env = {"AICOACH_LOG_USER_KEY": "k" * 32}
    with Stack(tmp_path_factory.mktemp("whole"), parts=parts, env=env, durable=False) as running:
        yield running


@pytest.fixture
async def browser(whole: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody new, signed in at the façade."""
    headers = sign_up(whole).headers
    async with httpx.AsyncClient(base_url=f"{whole.web_url}/api/ai/coach", headers=headers, timeout=30) as client:
        yield client


def grep(stack: Stack, part: str, text: str) -> list[dict[str, Any]]:
    """The lines of a part's log in which ``text`` stands."""
    log = (stack.home.logs / f"{part}.log").read_text()
    return [json.loads(line) for line in log.splitlines() if text in line and line.startswith("{")]


def served_the_click(stack: Stack, session_id: str) -> bool:
    """True once the service has written its last line about the start: after the run, which it kept alive."""
    lines = grep(stack, "service", session_id)
    return any(line["event"] == "request_served" and line["method"] == "POST" for line in lines)


async def press(browser: httpx.AsyncClient, **headers: str) -> tuple[httpx.Response, str]:
    answer = await browser.post("/start", json={}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer, answer.json()["sessionId"]


async def test_one_grep_by_session_id_shows_the_whole_path(
    whole: Stack, browser: httpx.AsyncClient, wait_until: Wait
) -> None:
    """From the click to the last event: what the façade was asked, what the service did, what stands in rows."""
    traced = {"traceparent": f"00-{TRACE}-{CALLER}-01", "x-request-id": "request-of-the-click"}
    answer, session_id = await press(browser, **traced)
    assert answer.headers["x-session-id"] == session_id
    async with browser.stream("GET", f"/stream?sessionId={session_id}") as stream:
        shown = [frame.event async for frame in read_frames(stream) if frame.event]
    assert shown[-1]["type"] == "done"
    assert (await browser.get(f"/session/{session_id}")).status_code == 200

    await wait_until(lambda: served_the_click(whole, session_id))

    web, service = grep(whole, "web", session_id), grep(whole, "service", session_id)
    assert {line["session_id"] for line in (*web, *service)} == {session_id}
    assert {line["path"].rpartition("/")[2] for line in web} >= {"start", "stream", session_id}
    served = [(line["method"], line["path"]) for line in service if line["event"] == "request_served"]
    assert ("POST", "/api/aicoach/session") in served
    assert ("GET", "/api/aicoach/stream") in served
    assert ("GET", f"/api/aicoach/session/{session_id}") in served

    (click,) = [line for line in web if line["path"].endswith("/start")]
    finished = next(line for line in service if line["event"] == "run_finished")
    assert (click["request_id"], click["trace_id"]) == ("request-of-the-click", TRACE)
    assert (finished["request_id"], finished["trace_id"]) == ("request-of-the-click", TRACE)
    assert click["traceparent"] == traced["traceparent"]
    assert finished["epoch"] == 1
    assert len({line["user"] for line in (*web, *service) if "user" in line}) == 1
    assert all(line["trace_id"] for line in (*web, *service))

    told = whole.owner.run(f"select count(*) from ai_events where session_id = '{session_id}'")
    assert int(told.strip()) == len([event for event in shown if event["id"] is not None])


async def test_who_is_turned_away_at_the_gate_is_found_by_session_id_too(
    whole: Stack, browser: httpx.AsyncClient
) -> None:
    session_id = str(uuid4())
    answer = await browser.get(f"/stream?sessionId={session_id}", headers={"cookie": ""})
    assert answer.status_code == 401
    assert [line["status"] for line in grep(whole, "web", session_id)] == [401]


async def test_a_click_without_a_trace_begins_one_that_both_logs_share(
    whole: Stack, browser: httpx.AsyncClient, wait_until: Wait
) -> None:
    _, session_id = await press(browser)
    await wait_until(lambda: served_the_click(whole, session_id))
    (click,) = grep(whole, "web", session_id)
    lines = grep(whole, "service", click["trace_id"])
    assert {line["request_id"] for line in lines} == {click["request_id"]}
    assert "run_finished" in {line["event"] for line in lines}


#: What every answer of the façade carries (web/next.config.ts).
DRESS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}


def is_dressed(answer: httpx.Response) -> bool:
    assert {name: answer.headers.get(name) for name in DRESS} == DRESS
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "no-store" in answer.headers["cache-control"]
    return not {"x-powered-by", "server", "access-control-allow-origin"} & set(answer.headers)


async def test_every_answer_of_the_facade_is_dressed(browser: httpx.AsyncClient) -> None:
    """Security row 35: 201, 200, a stream and its 204; refusals are looked at where they are made, below."""
    answer, session_id = await press(browser)
    assert is_dressed(answer)
    async with browser.stream("GET", f"/stream?sessionId={session_id}") as stream:
        assert is_dressed(stream)
        last = [frame.event["id"] async for frame in read_frames(stream) if frame.event and frame.event["id"]][-1]
    ended = await browser.get(f"/stream?sessionId={session_id}", headers={"Last-Event-ID": str(last)})
    assert ended.status_code == 204
    for each in (ended, await browser.get(f"/session/{session_id}"), await browser.get("/export")):
        assert is_dressed(each)


REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("PUT", "/start", {"json": {}}, 405, "method_not_allowed"),
    ("GET", "/start", {}, 405, "method_not_allowed"),
    ("DELETE", "/webhook", {}, 405, "method_not_allowed"),
    ("POST", "/no/such/call", {"json": {}}, 404, "not_found"),
    ("GET", "/stream?sessionId=ABCPD1234Z", {}, 404, "not_found"),
    ("GET", "/session/00000000-0000-4000-8000-000000000000", {}, 404, "not_found"),
    ("POST", "/start", {"content": b"x" * 300_000, "headers": {"content-type": "application/json"}}, 413, "too_large"),
    ("POST", "/start", {"content": b"ABCPD1234Z"}, 415, "unsupported_media_type"),
    ("POST", "/start", {"json": {"coach": "ABCPD1234Z"}}, 422, "invalid"),
    ("POST", "/start", {"json": {}, "headers": {"origin": "https://evil.test"}}, 403, "cross_origin"),
    ("POST", "/start", {"json": {}, "headers": {"cookie": ""}}, 401, "sign_in_required"),
    ("POST", "/start", {"json": {}, "headers": {"cookie": "sb-127-auth-token=base64-ABC"}}, 401, "sign_in_required"),
    ("GET", "/webhook?job=daily", {"headers": {"authorization": "Bearer undefined"}}, 401, "unauthorized"),
]


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"), REFUSED, ids=[f"{row[4]}-{row[0]}-{row[1]}" for row in REFUSED]
)
async def test_every_refusal_of_the_facade_is_a_problem_and_is_logged(
    method: str, path: str, options: dict[str, Any], status: int, code: str, whole: Stack, browser: httpx.AsyncClient
) -> None:
    """S0-10.2a, through a real façade: one form, no echo, one log line with the request's id.

    Security rows 17 and 35.
    """
    request_id = f"refused-{uuid4().hex}"
    headers = options.get("headers", {}) | {"x-request-id": request_id}
    answer = await browser.request(method, path, **options | {"headers": headers})
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.keys() >= {"type", "title", "status", "detail", "code", "retryable", "requestId"}
    assert problem["requestId"] == answer.headers["x-request-id"] == request_id
    assert "ABCPD1234Z" not in answer.text
    assert is_dressed(answer)
    assert ("allow" in answer.headers) == (status == 405)
    assert [line["status"] for line in grep(whole, "web", request_id)] == [status]
