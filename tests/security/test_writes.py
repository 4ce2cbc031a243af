"""What a caller may not set stays as it is, and the same said twice is said once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.security.conftest import PREFIX, described
from tests.support.people import Person
from tests.support.rls_rows import Rows
from tests.support.service import Client

#: A good body of every call that takes JSON.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/session"): {"coach": "orchard", "params": {"orchard": "{uuid}"}},
    ("PATCH", "/recommendations/{recommendation_id}"): {"status": "accepted"},
    ("PUT", "/prefs"): {"locale": "hi-IN"},
    ("POST", "/feedback"): {"insightId": "{insight}", "helpful": True},
    ("PUT", "/goals/plan"): {"goals": [], "targets": []},
}
FOREIGN = {
    "user_id": str(uuid4()), "userId": str(uuid4()), "id": str(uuid4()), "body": "hacked", "body_md": "hacked",
    "role": "service_role", "is_admin": True, "created_at": "2001-01-01T00:00:00Z", "scope_id": str(uuid4()),
    "trigger": "daily", "epoch": 99, "as_of": "2001-01-01", "tokens_in": 0, "__proto__": {}, "source": "llm",
}  # fmt: skip


@pytest.fixture
async def card(owner: asyncpg.Connection, person: Person) -> tuple[str, str]:
    """The ids of a card of this person and of its hint."""
    hint = await Rows(owner).make("public.ai_recommendations", person.user_id)
    return hint["insight_id"].strip("'"), hint["id"].strip("'")


def orchard() -> dict[str, Any]:
    return {"coach": "orchard", "params": {"orchard": str(uuid4())}}


def test_every_call_that_takes_json_is_tried_here() -> None:
    """A new one cannot be forgotten."""
    taking = [
        (method.upper(), path.removeprefix(PREFIX))
        for path, methods in described()["paths"].items()
        for method, call in methods.items()
        if "application/json" in call.get("requestBody", {}).get("content", {})
    ]
    assert sorted(taking) == sorted(BODIES)


@pytest.mark.parametrize(("method", "path"), BODIES, ids=[" ".join(one) for one in BODIES])
async def test_a_field_that_is_not_the_callers_changes_nothing(
    method: str, path: str, client: Client, card: tuple[str, str]
) -> None:
    """Security row 8: user_id, id, body, role, created_at in every write are 422, and no row is touched."""
    insight, hint = card
    good = {name: _filled(value, insight) for name, value in BODIES[method, path].items()}
    where = path.replace("{recommendation_id}", hint)
    before = (await client.call("GET", "/export")).json()["tables"]
    for name, value in FOREIGN.items():
        answer = await client.call(method, where, json=good | {name: value})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), name
    assert (await client.call("GET", "/export")).json()["tables"] == before
    assert (await client.call(method, where, json=good)).is_success


def _filled(value: Any, insight: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, insight) for name, inner in value.items()}
    return {"{uuid}": str(uuid4()), "{insight}": insight}.get(value, value) if isinstance(value, str) else value


async def test_an_import_takes_no_field_of_another_name(client: Client) -> None:
    """Security row 8, for the one call that takes a form."""
    for name in ("user_id", "folio_id", "created_at"):
        answer = await client.call("POST", "/import", files={"file": ("a.csv", b"x")}, data={name: "x"})
        assert answer.status_code == 422
    assert not (await client.call("GET", "/export")).json()["tables"]["transactions"]


async def test_the_same_thumb_many_times_at_once_is_one_row(
    client: Client, owner: asyncpg.Connection, card: tuple[str, str]
) -> None:
    """Security row 30: a repeat gives the same answer, another opinion replaces it, and calls at once leave one row."""
    insight, _ = card
    thumbs = [{"insightId": insight, "helpful": number % 2 == 0, "reason": None} for number in range(20)]
    answers = await asyncio.gather(*(client.call("POST", "/feedback", json=thumb) for thumb in thumbs))
    assert {answer.status_code for answer in answers} == {201}
    assert [answer.json() for answer in answers] == thumbs
    rows = await owner.fetch("select payload from ai_events where insight_id = $1 and kind = 'feedback'", UUID(insight))
    assert len(rows) == 1
    again = [await client.call("POST", "/feedback", json=thumbs[0]) for _ in range(2)]
    assert (again[0].status_code, again[0].content) == (again[1].status_code, again[1].content)


async def test_the_same_start_many_times_at_once_is_one_run(client: Client, owner: asyncpg.Connection) -> None:
    """Security row 30, for the call with an Idempotency-Key: one session, and every answer names it."""
    body, key = orchard(), {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(client.call("POST", "/session", json=body, headers=key) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["sessionId"] for answer in answers}) == 1
    runs = await owner.fetchval("select count(*) from ai_sessions where user_id = $1", client.person.user_id)
    assert runs == 1


async def test_a_comment_is_kept_as_data(
    client: Client, owner: asyncpg.Connection, stranger: Person, card: tuple[str, str]
) -> None:
    """Security row 31: what looks like a command, a template or a page stays letters; a stranger cannot say it here."""
    insight, _ = card
    comment = "'); drop table ai_events; -- {{7*7}} <script>alert(1)</script> ${jndi:ldap://x}\nsecond line"
    body = {"insightId": insight, "helpful": False, "reason": "other", "comment": comment}
    assert (await client.call("POST", "/feedback", json=body)).status_code == 201
    query = "select payload->>'comment' from ai_events where insight_id = $1 and kind = 'feedback'"
    assert await owner.fetchval(query, UUID(insight)) == comment
    theirs = await Client(client.http, stranger).call("POST", "/feedback", json=body | {"helpful": True})
    assert theirs.status_code == 404
    assert await owner.fetchval(query, UUID(insight)) == comment


async def test_a_strangers_hint_is_like_one_that_never_was(
    client: Client, stranger: Person, owner: asyncpg.Connection, card: tuple[str, str]
) -> None:
    """Security row 7: the same bytes for a hint of somebody else and for none, and it keeps its answer."""
    _, hint = card
    other, answers = Client(client.http, stranger), []
    for it in (hint, str(uuid4())):
        headers = {"x-request-id": "one-and-the-same"}
        answers.append(await other.call("PATCH", f"/recommendations/{it}", json={"status": "done"}, headers=headers))
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert await owner.fetchval("select status from ai_recommendations where id = $1", UUID(hint)) != "done"
    assert (await client.call("PATCH", f"/recommendations/{hint}", json={"status": "done"})).status_code == 200
