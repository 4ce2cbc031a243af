"""Bad input gets a clear problem and loses nothing: every call of the service, over real HTTP."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.support.people import Person
from tests.support.service import Client

NO_UUID = ["x", "1", "'; drop table ai_sessions; --", "00000000-0000-0000-0000-00000000000g", "%00", "a" * 10_000]


def orchard() -> dict[str, Any]:
    """A start that needs no portfolio, about an orchard nobody spoke of before."""
    return {"coach": "orchard", "params": {"orchard": str(uuid4())}}


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem in the answer, checked for its shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "retryable", "requestId"} <= set(problem)
    assert (problem["status"], problem["requestId"]) == (status, answer.headers["x-request-id"])
    return problem


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"coach": "astrology"}, "invalid"),
        ({"coach": "goals", "focus": ["astrology"]}, "invalid"),
        ({"coach": "goals", "params": {"x": 1}}, "invalid"),
        ({"coach": "orchard", "params": {}}, "invalid"),
        ({"coach": "orchard", "params": {"orchard": "no uuid"}}, "invalid"),
        ({"coach": 1}, None),
        ({"coach": None}, None),
        ({"coach": ""}, None),
        ({"coach": "x" * 65}, None),
        ({"focus": "performance"}, None),
        ({"focus": [1]}, None),
        ({"focus": [""]}, None),
        ({"focus": ["performance"] * 21}, None),
        ({"params": []}, None),
        ({"user_id": str(uuid4())}, None),
        ({"trigger": "daily"}, None),
        ([], None),
        ("goals", None),
    ],
)
async def test_a_start_that_makes_no_sense_is_refused(
    client: Client, owner: asyncpg.Connection, body: Any, code: str | None
) -> None:
    """S0-5.2a: unknown coach or focus 422; security 8: fields that are not the caller's to set."""
    problem = is_problem(await client.call("POST", "/session", json=body), 422)
    assert code is None or problem["code"] == code
    rows = await owner.fetchval("select count(*) from ai_sessions where user_id = $1", client.person.user_id)
    assert rows == 0


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b'{"coach": NaN}', 422),
        (b'{"params": {"x": Infinity}}', 422),
        (b'{"coach": "goals", "coach": "orchard"}', 422),
        (b"[" * 100_000, 422),
        (b'{"params": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}", 422),
        (b'{"coach": "\xff"}', 422),
        (b'{"coach": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
async def test_a_body_that_is_no_honest_json_is_refused(client: Client, content: bytes, status: int) -> None:
    """Issue 2: body over the limit 413; NaN, Infinity, deep nesting 4xx; security 32."""
    headers = {"content-type": "application/json"}
    is_problem(await client.call("POST", "/session", content=content, headers=headers), status)


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb"])
async def test_an_idempotency_key_that_is_none_is_refused(client: Client, key: str) -> None:
    """DESIGN 4.1"""
    is_problem(await client.call("POST", "/session", json=orchard(), headers={"Idempotency-Key": key}), 422)


async def test_the_same_key_with_another_body_is_told_apart(client: Client) -> None:
    """DESIGN 3.2: 422 idempotency_mismatch, with the session it belongs to. Security row 30."""
    key = {"Idempotency-Key": str(uuid4())}
    body = orchard()
    first = await client.call("POST", "/session", json=body, headers=key)
    again = await client.call("POST", "/session", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["sessionId"] == first.json()["sessionId"]
    other = await client.call("POST", "/session", json={"coach": "goals"}, headers=key)
    problem = is_problem(other, 422)
    assert (problem["code"], problem["sessionId"]) == ("idempotency_mismatch", first.json()["sessionId"])


@pytest.mark.parametrize("wrong", NO_UUID)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/session/{}", None),
        ("POST", "/session/{}/cancel", None),
        ("GET", "/stream?sessionId={}", None),
        ("GET", "/insights?cursor={}", None),
        ("PATCH", "/recommendations/{}", {"status": "accepted"}),
    ],
)
async def test_an_id_that_is_none_is_no_server_error(
    client: Client, method: str, path: str, body: Any, wrong: str
) -> None:
    """Security 13: quotes, NUL, ten kilobytes."""
    answer = await client.call(method, path.format(httpx.QueryParams({"": wrong}).__str__()[1:]), json=body)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/session/{}", None),
        ("POST", "/session/{}/cancel", None),
        ("GET", "/stream?sessionId={}", None),
        ("PATCH", "/recommendations/{}", {"status": "accepted"}),
        ("POST", "/feedback", {"insightId": "{}", "helpful": True}),
    ],
)
async def test_another_persons_id_is_like_one_that_never_was(
    client: Client, http: httpx.AsyncClient, stranger: Person, method: str, path: str, body: dict[str, Any] | None
) -> None:
    """Security 7: the same bytes, but for the request's own id; and nothing changed."""
    events = await client.run(**orchard())
    insight = next(event["insight"]["id"] for event in events if event["type"] == "insight")
    mine = insight if path in {"/feedback", "/recommendations/{}"} else events[0]["sessionId"]
    other, answers = Client(http, stranger), []
    for it in (mine, str(uuid4())):
        sent = None if body is None else {key: it if value == "{}" else value for key, value in body.items()}
        headers = {"x-request-id": "one-and-the-same"}
        answers.append(await other.call(method, path.format(it), json=sent, headers=headers))
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    listed = (await client.call("GET", "/insights")).json()["insights"]
    assert all(each["feedback"] is None for each in listed)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"insightId": "x", "helpful": True},
        {"insightId": str(uuid4())},
        {"insightId": str(uuid4()), "helpful": "yes"},
        {"insightId": str(uuid4()), "helpful": 1},
        {"insightId": str(uuid4()), "helpful": False, "reason": "because"},
        {"insightId": str(uuid4()), "helpful": False, "comment": "x" * 1001},
        {"insightId": str(uuid4()), "helpful": False, "comment": "a\x00b"},
        {"insightId": str(uuid4()), "helpful": False, "comment": "a\u202eb"},
        {"insightId": str(uuid4()), "helpful": False, "user_id": str(uuid4())},
    ],
)
async def test_feedback_that_makes_no_sense_is_refused(client: Client, body: dict[str, Any]) -> None:
    """Security 31: enum only, bounded comment, control characters out."""
    is_problem(await client.call("POST", "/feedback", json=body), 422)


async def test_a_thumb_is_kept_and_a_repeat_replaces_it(client: Client, owner: asyncpg.Connection) -> None:
    """S0-8.1a. Security row 30."""
    events = await client.run(**orchard())
    insight = next(event["insight"]["id"] for event in events if event["type"] == "insight")
    up = await client.call("POST", "/feedback", json={"insightId": insight, "helpful": True})
    down = {"insightId": insight, "helpful": False, "reason": "unclear", "comment": "Which price?"}
    again = await client.call("POST", "/feedback", json=down)
    assert (up.status_code, again.status_code) == (201, 201)
    rows = await owner.fetch("select payload from ai_events where insight_id = $1", UUID(insight))
    assert len(rows) == 1
    listed = (await client.call("GET", "/insights")).json()["insights"]
    assert next(each["feedback"]["helpful"] for each in listed if each["id"] == insight) is False


@pytest.mark.parametrize(
    "body",
    [
        {"locale": "fr-FR"},
        {"locale": 1},
        {"timezone": "Nowhere/Land"},
        {"timezone": "'; --"},
        {"focus": "all"},
        {"token_budget": -1},
        {"token_budget": 1.5},
        {"llm_enabled": "perhaps"},
        {"user_id": str(uuid4())},
        [],
    ],
)
async def test_preferences_that_make_no_sense_are_refused(client: Client, body: Any) -> None:
    """Security 8; the stored ones stay."""
    before = (await client.call("PUT", "/prefs", json={"locale": "hi-IN", "token_budget": 500})).json()
    is_problem(await client.call("PUT", "/prefs", json=body), 422)
    assert (await client.call("GET", "/prefs")).json() == before


async def test_preferences_are_kept_one_by_one(client: Client) -> None:
    """S0-1.1g: defaults apply when no row exists; an absent key keeps its value."""
    first = (await client.call("GET", "/prefs")).json()
    assert (first["locale"], first["timezone"], first["llm_enabled"]) == ("en-IN", "Asia/Kolkata", True)
    await client.call("PUT", "/prefs", json={"locale": "bn-IN", "token_budget": 1000})
    after = (await client.call("PUT", "/prefs", json={"token_budget": None, "llm_enabled": False})).json()
    assert (after["locale"], after["token_budget"], after["llm_enabled"]) == ("bn-IN", None, False)


@pytest.mark.parametrize("job", ["", "everything", "daily;drop", "a" * 65])
async def test_an_unknown_job_is_refused(http: httpx.AsyncClient, cron: dict[str, str], job: str) -> None:
    """S0-0.3b: unknown job 400 (422 when it is not even a name)."""
    answer = await http.get("/api/aicoach/webhook", params={"job": job}, headers=cron)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer undefined"}],
)
async def test_without_the_cron_secret_no_job_runs(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """S0-0.3b; security 27: fail closed."""
    is_problem(await http.get("/api/aicoach/webhook?job=sweep", headers=headers), 401)


async def test_a_probe_of_the_webhook_runs_nothing(http: httpx.AsyncClient, cron: dict[str, str]) -> None:
    """S0-0.3b: HEAD -> 200 without running the job."""
    assert (await http.head("/api/aicoach/webhook?job=sweep", headers=cron)).status_code == 200
    swept = await http.get("/api/aicoach/webhook?job=sweep", headers=cron)
    assert (swept.status_code, swept.json()["job"]) == (200, "sweep")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/session", 405), ("DELETE", "/stream", 405), ("TRACE", "/healthz", 405), ("GET", "/nothing", 404)],
)
async def test_what_is_not_offered_is_a_problem_too(client: Client, method: str, path: str, status: int) -> None:
    """Security 37"""
    is_problem(await client.call(method, path), status)


async def test_everything_of_mine_can_be_taken_along_and_deleted(
    client: Client, http: httpx.AsyncClient, stranger: Person, owner: asyncpg.Connection
) -> None:
    """Security 14: account deletion removes all rows, and nobody else's."""
    await client.run(**orchard())
    other = Client(http, stranger)
    await other.run(**orchard())
    taken = (await client.call("GET", "/export")).json()
    assert len(taken["tables"]["ai_insights"]) == 2
    assert {row["user_id"] for rows in taken["tables"].values() for row in rows} == {str(client.person.user_id)}
    deleted = (await client.call("DELETE", "/me")).json()["deleted"]
    assert deleted["ai_insights"] == 2
    for table in taken["tables"]:
        left = await owner.fetchval(f"select count(*) from {table} where user_id = $1", client.person.user_id)
        assert left == 0, table
    assert len((await other.call("GET", "/export")).json()["tables"]["ai_insights"]) == 2


async def test_deleting_everything_of_mine_forgets_what_my_tokens_were_counted_by(
    client: Client, stranger: Person, owner: asyncpg.Connection
) -> None:
    """Security 14: a counter's key is the person's id; those of others and of the whole day stay."""
    keys = [str(client.person.user_id), str(stranger.user_id), f"* {client.person.user_id}"]
    days = "cross join generate_series(current_date - 1, current_date, '1 day') d"
    await owner.execute(f"insert into private.token_counters select k, d, 5 from unnest($1::text[]) k {days}", keys)
    await client.call("DELETE", "/me")
    left = await owner.fetch(
        "select key, count(*) as days from private.token_counters where key = any ($1) group by 1", keys
    )
    assert {row["key"]: row["days"] for row in left} == {keys[1]: 2, keys[2]: 2}


async def test_probes_need_nobody(http: httpx.AsyncClient) -> None:
    """S0-0.1a: two spellings of one probe; readiness names both parts."""
    assert (await http.get("/api/aicoach/healthz")).json()["ok"] is True
    assert (await http.get("/health")).json() == {"status": "ok"}
    ready = await http.get("/api/aicoach/readyz")
    assert (ready.status_code, ready.json()) == (200, {"db": "ok", "kv": "ok"})
