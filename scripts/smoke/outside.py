"""The checks that any deployment must pass, in order: through the page's address and nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from scripts.smoke.browser import COACH, Browser
from scripts.smoke.verdict import check

SECRETS_OF_OTHERS = ("", "Bearer", "Bearer undefined", "Bearer null", f"Bearer {uuid4().hex}")


@dataclass
class Visit:
    """One person's visit: who they are, and what the checks so far have seen."""

    browser: Browser
    email: str
    password: str
    cron_secret: str
    session_id: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)


async def page(visit: Visit) -> str:
    """The page is there, behind the headers that protect it."""
    answer = await visit.browser.http.get("/login")
    check(answer.status_code == 200, f"/login answered {answer.status_code}")
    for header in ("content-security-policy", "x-content-type-options", "referrer-policy"):
        check(header in answer.headers, f"/login has no {header}")
    return "the page answers, with its protecting headers"


async def closed(visit: Visit) -> str:
    """Whoever is not signed in gets nowhere."""
    for method, path in (("POST", "/start"), ("GET", "/insights"), ("GET", f"/stream?sessionId={uuid4()}")):
        answer = await visit.browser.call(method, path)
        _refused(answer, 401, f"{method} {path}")
    return "a stranger is refused with a problem that says why"


async def nothing_inside(visit: Visit) -> str:
    """Neither the API's description nor a source file is served, not even to somebody who is signed in."""
    for path in ("/docs", "/openapi.json", "/api/aicoach/openapi.json", "/aicoach/app/main.py", "/.env"):
        answer = await visit.browser.http.get(path)
        check(answer.status_code == 404, f"{path} answered {answer.status_code}")
    return "no API description and no source file is served"


async def sign_in(visit: Visit) -> str:
    """The form lets this person in."""
    await visit.browser.sign_in(visit.email, visit.password)
    answer = await visit.browser.call("GET", "/prefs")
    check(answer.status_code == 200, f"signed in, /prefs answered {answer.status_code}")
    return f"{visit.email} signs in"


async def run(visit: Visit) -> str:
    """A run starts and its events arrive: in order, without gaps, done last and once."""
    start = await visit.browser.call("POST", "/start", {})
    check(start.status_code in {200, 201}, f"start answered {start.status_code}: {start.text[:200]}")
    visit.session_id = start.json()["sessionId"]
    visit.events = await visit.browser.watch(visit.session_id)
    ids = [event["id"] for event in visit.events]
    check(ids == list(range(1, len(ids) + 1)) and len(ids) > 1, f"the stream's ids were {ids}")
    kinds = [event["type"] for event in visit.events]
    check(kinds[-1] == "done" and kinds.count("done") == 1, f"the stream ended with {kinds[-3:]}")
    status = visit.events[-1]["status"]
    check(status == "completed", f"the run ended as {status}")
    return f"a run arrives whole: {len(ids)} events, {kinds.count('insight')} cards, {status}"


async def resume(visit: Visit) -> str:
    """Who comes back goes on after what they saw; after done there is nothing."""
    middle = len(visit.events) // 2
    again = await visit.browser.watch(visit.session_id, after=middle)
    check(again == visit.events[middle:], f"after event {middle} came {[event['id'] for event in again]}")
    last = {"Last-Event-ID": str(len(visit.events))}
    answer = await visit.browser.http.get(f"{COACH}/stream?sessionId={visit.session_id}", headers=last)
    check(answer.status_code == 204, f"after done the stream answered {answer.status_code}")
    return "a reader that comes back misses nothing and gets nothing twice"


async def feedback(visit: Visit) -> str:
    """A thumb is kept; one for a card that is not theirs is not."""
    cards = (await visit.browser.call("GET", "/insights")).json()["insights"]
    check(
        bool(cards),
        "this person has no insight to rate: import a statement, or sign in as somebody who has a portfolio",
    )
    told = await visit.browser.call("POST", "/feedback", {"insightId": cards[0]["id"], "helpful": True})
    check(told.status_code == 201, f"feedback answered {told.status_code}")
    foreign = await visit.browser.call("POST", "/feedback", {"insightId": str(uuid4()), "helpful": True})
    _refused(foreign, 404, "feedback on an unknown card")
    return "a thumb up is kept, one for an unknown card is not"


async def cron_closed(visit: Visit) -> str:
    """Nobody without the secret starts a job, not even by asking for one that does not exist."""
    for secret in SECRETS_OF_OTHERS:
        answer = await visit.browser.http.get(f"{COACH}/webhook?job=sweep", headers={"Authorization": secret})
        _refused(answer, 401, f"a job with the secret {secret!r}")
    return "jobs are closed to whoever has no secret"


async def cron_open(visit: Visit) -> str:
    """The scheduler's call runs a job; HEAD runs nothing."""
    secret = {"Authorization": f"Bearer {visit.cron_secret}"}
    looked = await visit.browser.http.head(f"{COACH}/webhook?job=sweep", headers=secret)
    check(looked.status_code == 200 and not looked.content, f"HEAD answered {looked.status_code}")
    unknown = await visit.browser.http.get(f"{COACH}/webhook?job=nonsense", headers=secret)
    _refused(unknown, 400, "an unknown job")
    answer = await visit.browser.http.get(f"{COACH}/webhook?job=sweep", headers=secret)
    check(answer.status_code == 200 and answer.json()["job"] == "sweep", f"sweep answered {answer.status_code}")
    return "the scheduler's secret runs the sweep; an unknown job is refused"


Check = Callable[[Visit], Awaitable[str]]
CHECKS: tuple[Check, ...] = (page, closed, sign_in, nothing_inside, run, resume, feedback, cron_closed, cron_open)


def _refused(answer: httpx.Response, status: int, what: str) -> None:
    check(answer.status_code == status, f"{what} answered {answer.status_code} instead of {status}")
    kind = answer.headers.get("content-type", "")
    check(kind.startswith("application/problem+json"), f"{what} is no problem+json but {kind!r}")
