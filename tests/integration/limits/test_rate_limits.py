"""How often one person may ask, counted for all processes together (issue 5 item 4; security rows 25, 38)."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from redis.asyncio import Redis

from tests.integration.limits.conftest import Visit, Wire
from tests.support.people import Person

pytestmark = pytest.mark.usefixtures("redis")
FEEDBACK = {"insightId": str(uuid4()), "helpful": True}
FORM = {"files": {"file": ("a.csv", b"nonsense")}}


def too_many(answer: httpx.Response, kind: str, amount: int, window: int) -> None:
    """The refusal of a limit: a problem that says how long to wait, twice and alike."""
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["retryable"]) == (429, "rate_limited", True)
    assert answer.headers["content-type"] == "application/problem+json"
    wait = int(answer.headers["retry-after"])
    assert 1 <= wait <= window
    assert answer.headers["ratelimit-policy"] == f'"{kind}";q={amount};w={window}'
    assert answer.headers["ratelimit"] == f'"{kind}";r=0;t={wait}'


CALLS: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("starts", "POST", "/session", {"json": {"coach": "orchard", "params": {"orchard": str(uuid4())}}}, 201),
    ("reads", "GET", "/insights", {}, 200),
    ("streams", "GET", f"/stream?sessionId={uuid4()}", {}, 404),
    ("writes", "POST", "/feedback", {"json": FEEDBACK}, 404),
    ("imports", "POST", "/import?dry_run=true", FORM, 422),
]


@pytest.mark.parametrize(("kind", "method", "path", "body", "status"), CALLS, ids=[call[0] for call in CALLS])
async def test_whoever_asks_too_often_is_told_when_to_come_back(
    kind: str, method: str, path: str, body: dict[str, Any], status: int, wire: Wire, visit: Visit,
    person: Person, stranger: Person,
) -> None:  # fmt: skip
    """Each kind by itself, and other people are not concerned."""
    app = wire(**{f"limit_{kind}": "1/minute"})
    ours, theirs = visit(app, **person.headers), visit(app, **stranger.headers)
    assert (await ours.request(method, path, **body)).status_code == status
    too_many(await ours.request(method, path, **body), kind, 1, 60)
    assert (await theirs.request(method, path, **body)).status_code == status
    other = ("GET", "/prefs") if kind != "reads" else ("PUT", "/prefs")
    assert (await ours.request(*other)).status_code != 429


async def test_every_window_of_a_limit_holds_in_all_processes(wire: Wire, visit: Visit, person: Person) -> None:
    """Two processes with one Redis count together; the longer window is told when that is the one."""
    first, second = (visit(wire(limit_reads="2/minute;3/hour"), **person.headers) for _ in range(2))
    assert (await first.get("/insights")).status_code == 200
    assert (await second.get("/insights")).status_code == 200
    too_many(await first.get("/insights"), "reads", 2, 60)
    roomy = visit(wire(limit_reads="100/minute;3/hour"), **person.headers)
    assert (await roomy.get("/insights")).status_code == 200
    too_many(await roomy.get("/insights"), "reads", 3, 3600)


async def test_a_window_that_has_ended_is_a_new_beginning(
    wire: Wire, visit: Visit, person: Person, redis: Redis
) -> None:
    client = visit(wire(limit_reads="1/hour"), **person.headers)
    await client.get("/insights")
    assert (await client.get("/insights")).status_code == 429
    (key,) = [key async for key in redis.scan_iter(f"aicoach:limit*{person.user_id}*")]
    assert 0 < await redis.ttl(key) <= 3600
    await redis.delete(key)
    assert (await client.get("/insights")).status_code == 200


async def test_an_empty_limit_is_none(wire: Wire, visit: Visit, person: Person, redis: Redis) -> None:
    client = visit(wire(limit_reads=""), **person.headers)
    assert {(await client.get("/insights")).status_code for _ in range(3)} == {200}
    assert [key async for key in redis.scan_iter(f"aicoach:limit*{person.user_id}*")] == []


async def test_a_forged_address_changes_nothing_for_who_is_signed_in(wire: Wire, visit: Visit, person: Person) -> None:
    """Security row 38: neither header nor address; a person is a person."""
    app = wire(limit_reads="1/minute", trusted_proxies=1)
    assert (await visit(app, **person.headers).get("/insights")).status_code == 200
    for number in range(3):
        forged = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": "for=10.0.0.1", "X-Real-IP": "10.0.0.1"}
        other = visit(app, f"192.0.2.{number}", **person.headers, **forged)
        assert (await other.get("/insights")).status_code == 429


async def test_an_address_that_keeps_being_refused_is_turned_away_and_nobody_else(
    wire: Wire, visit: Visit, person: Person
) -> None:
    """A flood of bad tokens hears 429; whoever is let in at the same address is not concerned."""
    app, address = wire(limit_refusals="2/minute"), _some_address()
    flood = visit(app, address, Authorization="Bearer a.b.c")
    assert [(await flood.get("/prefs")).status_code for _ in range(2)] == [401, 401]
    too_many(await flood.get("/prefs"), "refusals", 2, 60)
    too_many(await flood.get("/webhook?job=sweep"), "refusals", 2, 60)
    assert (await visit(app, address, **person.headers).get("/prefs")).status_code == 200
    assert (await visit(app, _some_address()).get("/prefs")).status_code == 401


@pytest.mark.parametrize(("trusted", "fresh"), [(0, False), (1, False), (2, True)])
async def test_forwarded_addresses_count_only_behind_that_many_proxies_of_ours(
    trusted: int, fresh: bool, wire: Wire, visit: Visit
) -> None:
    """Security row 38: the caller wrote the first entry, our one proxy the second."""
    app, proxy, caller = wire(limit_refusals="1/minute", trusted_proxies=trusted), _some_address(), _some_address()
    answers = []
    for _ in range(3):
        headers = {"X-Forwarded-For": f"{_some_address()}, {caller}"}
        answers.append((await visit(app, proxy, **headers).get("/prefs")).status_code)
    assert answers == ([401, 401, 401] if fresh else [401, 429, 429])


async def test_one_customers_ipv6_network_is_one_address(wire: Wire, visit: Visit) -> None:
    app, network = wire(limit_refusals="1/minute"), f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    assert (await visit(app, f"{network}::1").get("/prefs")).status_code == 401
    assert (await visit(app, f"{network}:ffff::2").get("/prefs")).status_code == 429


@pytest.mark.parametrize("hop", ["nonsense", "203.0.113.7:99", "1.2.3.4.5", "\x00", "९.९.९.९", "a" * 5_000])
async def test_nonsense_is_no_way_to_a_fresh_address(hop: str, wire: Wire, visit: Visit, redis: Redis) -> None:
    app = wire(limit_refusals="1/minute", trusted_proxies=1)
    for _ in range(2):
        answer = await visit(app, **{"X-Forwarded-For": hop.encode()}).get("/prefs")
    assert answer.status_code == 429
    assert re.search("unknown", str([key async for key in redis.scan_iter("aicoach:limit*refusals*")]))


def _some_address() -> str:
    """One that no other test calls from."""
    return ".".join(str(byte) for byte in (10, *uuid4().bytes[:3]))
