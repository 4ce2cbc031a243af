"""How a reader asks for a view, and what the views have in common."""

import json
from typing import Any

import pytest

from aicoach.app.agui import AgUiView
from tests.agui.conftest import Live, Serving
from tests.support.sse import parse, read_frames

SESSION: dict[str, Any] = {"id": "run", "coach": "orchard", "scope_id": "scope", "error": None}
AT = "2026-11-20T09:30:00.250000Z"


def event(kind: str, event_id: int | None, **body: Any) -> dict[str, Any]:
    """One of our events."""
    return {"type": kind, "sessionId": "run", "id": event_id, "at": AT} | body


def frames(view: AgUiView, *events: dict[str, Any]) -> list[tuple[str | None, dict[str, Any]]]:
    """The ``id:`` line and the data of each frame."""
    blocks = b"".join(view(one) for one in events).decode().removesuffix("\n\n").split("\n\n")
    parsed = [parse(block) for block in blocks]
    return [(frame.id, frame.event) for frame in parsed if frame.event is not None]


async def ids(live: Live, path: str, **headers: str) -> tuple[int, list[str]]:
    """The status, and the SSE ids of an answer."""
    headers |= live.client.person.headers
    async with live.client.http.stream("GET", f"/api/aicoach/stream?{path}", headers=headers) as response:
        if response.status_code != 200:
            return response.status_code, []
        return 200, [frame.id async for frame in read_frames(response) if frame.id is not None]


@pytest.mark.parametrize("name", ["ag_ui", "AG-UI", "ai-sdk", "", "ag-ui "])
async def test_an_unknown_format_is_refused(name: str, serving: Serving) -> None:
    """422 as a problem, before anything is streamed."""
    async with serving() as live:
        session_id = await live.client.start(coach="orchard", params={"orchard": str(live.client.person.user_id)})
        query = {"sessionId": str(session_id), "format": name}
        answer = await live.client.call("GET", "/stream", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["loc"] == ["query", "format"]


async def test_both_views_share_their_ids_and_their_end(serving: Serving) -> None:
    """DESIGN 4.1: the cursor of one view is good for the other; 204 at done."""
    async with serving() as live:
        session_id = await live.client.start(coach="orchard", params={"orchard": str(live.client.person.user_id)})
        whole = f"sessionId={session_id}"
        await live.client.watch(session_id)
        for view in ("", "&format=coach", "&format=ag-ui"):
            assert await ids(live, whole + view) == (200, ["1", "2", "3", "4"])
            assert await ids(live, whole + view, **{"Last-Event-ID": "2"}) == (200, ["3", "4"])
            assert await ids(live, f"{whole}{view}&lastEventId=4") == (204, [])


def test_the_cursor_moves_with_the_text_of_a_message() -> None:
    """The only frame that an AG-UI client cannot hear twice: it appends."""
    card = {"id": "card", "bodyMd": "It went well."}
    got = frames(AgUiView(SESSION, 3), event("insight", 4, task="t", insight=card))
    assert [(sse_id, part["type"], part["metadata"]) for sse_id, part in got] == [
        (None, "CUSTOM", {"cursor": 3, "id": 4}),
        (None, "TEXT_MESSAGE_START", {"cursor": 3, "id": 4}),
        ("4", "TEXT_MESSAGE_CONTENT", {"cursor": 4, "id": 4}),
        (None, "TEXT_MESSAGE_END", {"cursor": 4, "id": 4}),
    ]
    assert {part["timestamp"] for _, part in got} == {1795167000250}


def test_what_is_only_for_the_moment_moves_no_cursor() -> None:
    """Transient events have no id; a step that goes on is not started twice."""
    view = AgUiView(SESSION, 0)
    doing = [event("status", None, msg=msg, task="a", progress=0.1) for msg in ("computing", "narrating")]
    got = frames(view, *doing, event("token", None, insightKey="k", text="Well."))
    assert [part["type"] for _, part in got] == ["STEP_STARTED", "CUSTOM", "CUSTOM", "CUSTOM"]
    assert all(part["metadata"] == {"cursor": 0} for _, part in got)


@pytest.mark.parametrize(
    ("stored", "told", "code"),
    [
        (None, [], "run_failed"),
        ({"code": "too_many_attempts"}, [], "too_many_attempts"),
        (None, [event("error", 2, code="internal", retryable=True)], "internal"),
        (None, [event("error", 2, code="agent_failed", task="a", retryable=False)], "run_failed"),
    ],
)
def test_a_failure_says_the_code_of_what_ended_the_run(
    stored: dict[str, str] | None, told: list[dict[str, Any]], code: str
) -> None:
    """From the events, or from the session when the reader is already past them; not from a single task."""
    usage = {"tokensIn": 7, "tokensOut": 2, "cost": "0"}
    done = event("done", 3, status="failed", tasks=1, insights=0, recommendations=0, skipped=0, usage=usage)
    _, last = frames(AgUiView(SESSION | {"error": stored}, 0), *told, done)[-1]
    assert (last["type"], last["code"]) == ("RUN_ERROR", code)
    assert last["usage"] == [{"inputTokens": 7, "outputTokens": 2}]


def test_an_event_that_nobody_knows_yet_passes_under_its_own_name() -> None:
    """DESIGN 4.4: types may be added; and whatever text is inside stays inside one line of JSON."""
    text = 'a\n\nevent: done\r\ndata: {"x"}\u2028'
    (_, part) = frames(AgUiView(SESSION, 0), event("weather", None, says=text))[0]
    assert (part["name"], part["value"]) == ("weather", {"says": text})
    assert json.dumps(text)[1:-1].encode() in AgUiView(SESSION, 0)(event("weather", None, says=text))
