"""The history through the API: its filters narrow it, and a filter that is none is refused."""

from uuid import uuid4

import pytest

from tests.support.service import Client


async def test_a_filter_reaches_the_history(client: Client) -> None:
    """Issue 4 item 10: what the page asks for is what comes."""
    await client.run(coach="orchard", params={"orchard": str(uuid4())})
    everything = (await client.call("GET", "/insights")).json()["insights"]
    first = everything[0]
    await client.call("POST", "/feedback", json={"insightId": first["id"], "helpful": True})
    of_kind = [each["id"] for each in everything if each["kind"] == first["kind"]]
    asked = {
        f"/insights?topic={first['topicKey']}&status=active": [first["id"]],
        "/insights?feedback=helpful": [first["id"]],
        f"/insights?kind={first['kind']}&kind=other": of_kind,
        f"/insights?not_kind={first['kind']}": [each["id"] for each in everything if each["id"] not in of_kind],
        "/insights?agent=nobody": [],
        "/insights?until=2020-01-01": [],
    }
    for path, wanted in asked.items():
        assert [each["id"] for each in (await client.call("GET", path)).json()["insights"]] == wanted, path


@pytest.mark.parametrize(
    "wrong",
    [
        "agent=",
        "agent='--",
        "agent=" + "a" * 41,
        "&".join(["agent=goals"] * 21),
        "kind=%00",
        "not_kind=A",
        "topic=x%00",
        "topic=" + "a" * 201,
        "feedback=good",
        "status=retired",
        "since=yesterday",
        "until=2026-02-30",
        "limit=0",
        "limit=101",
        "cursor=first",
        "feedbak=helpful",
    ],
)
async def test_a_filter_that_is_none_is_refused(client: Client, wrong: str) -> None:
    """Bad input: a filter that was misunderstood would show what nobody asked for."""
    refused = await client.call("GET", f"/insights?{wrong}")
    assert refused.status_code == 422, refused.text
    assert refused.headers["content-type"].startswith("application/problem+json")
