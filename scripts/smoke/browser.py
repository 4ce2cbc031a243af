"""What a person's browser does, without scripts: signs in with the form, starts a run, reads the stream."""

import json
from collections.abc import AsyncIterator, Mapping
from html.parser import HTMLParser
from typing import Any

import httpx

from scripts.smoke.verdict import check

COACH = "/api/ai/coach"


class _Forms(HTMLParser):
    """The inputs of each form, and whether one of them is a password."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and "name" in given:
            self.forms[-1][given["name"]] = given.get("value", "")


def password_form(page: str) -> Mapping[str, str]:
    """The hidden and visible fields of the form that asks for a password; Failed when there is none."""
    reader = _Forms()
    reader.feed(page)
    found = next((form for form in reader.forms if "password" in form), None)
    check(found is not None, "/login shows no form with a password")
    return found or {}


class Browser:
    """One person at a deployment's page; cookies are kept by ``http``."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def sign_in(self, email: str, password: str) -> None:
        """As the form does before any script has loaded; Failed when the page stays."""
        page = await self.http.get("/login")
        check(page.status_code == 200, f"/login answered {page.status_code}")
        fields = {**password_form(page.text), "email": email, "password": password}
        parts = {name: (None, value) for name, value in fields.items()}
        answer = await self.http.post("/login", files=parts, headers={"Origin": _origin(self.http)})
        check(answer.status_code == 303, f"signing in as {email} was refused ({answer.status_code})")

    async def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One call to the façade, from its own page."""
        return await self.http.request(method, f"{COACH}{path}", json=body, headers={"Origin": _origin(self.http)})

    async def watch(self, session_id: str, after: int = 0) -> list[dict[str, Any]]:
        """The durable events after ``after`` until ``done``, over as many connections as it takes."""
        seen: list[dict[str, Any]] = []
        for _ in range(20):
            cursor = seen[-1]["id"] if seen else after
            seen += [event async for event in self._frames(session_id, cursor)]
            if seen and seen[-1]["type"] == "done":
                break
        return seen

    async def _frames(self, session_id: str, cursor: int) -> AsyncIterator[dict[str, Any]]:
        headers = {"Last-Event-ID": str(cursor)} if cursor else {}
        url = f"{COACH}/stream?sessionId={session_id}"
        async with self.http.stream("GET", url, headers=headers) as answer:
            check(answer.status_code in {200, 204}, f"the stream answered {answer.status_code}")
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    event = json.loads(line.removeprefix("data: "))
                    if event["id"] is not None:
                        yield event


def _origin(http: httpx.AsyncClient) -> str:
    return str(http.base_url).rstrip("/")
