"""Every refusal is one kind of document and holds nothing of the request (S0-10.2a; security rows 17, 43)."""

import json
import math
from typing import Any

import httpx
import pytest

from tests.integration.edge.small_service import CANARY, FAILURES

UUID = "3f2b8c1e-7d4a-4e7f-9b60-0c5d2a1e8f47"
MEMBERS = {"type", "title", "status", "detail", "code", "retryable", "requestId"}


def checked(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.keys() >= MEMBERS
    assert problem["requestId"] == answer.headers["x-request-id"]
    assert isinstance(problem["retryable"], bool)
    assert "ABCPD1234Z" not in answer.text
    return problem


EXPECTED = {
    "defect": (500, "internal"), "value": (500, "internal"), "base": (500, "internal"), "group": (500, "internal"),
    "exit": (500, "internal"), "interrupt": (500, "internal"), "cancelled": (500, "internal"),
    "not_found": (404, "not_found"), "run_active": (409, "run_active"), "busy": (429, "rate_limited"),
    "unavailable": (503, "unavailable"), "lease": (409, "lease_lost"), "teapot": (418, "http_418"),
    "http_401": (401, "unauthorized"), "http_503": (503, "unavailable"), "http_599": (599, "http_599"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
async def test_whatever_a_route_raises_is_a_problem(client: httpx.AsyncClient, name: str) -> None:
    """Security row 43: BaseException subclasses, groups, exits and cancellations too."""
    checked(await client.get(f"/fail/{name}"), *EXPECTED[name])


async def test_endless_recursion_and_unserialisable_answers_are_a_500(client: httpx.AsyncClient) -> None:
    checked(await client.get("/recursion"), 500, "internal")
    assert (await client.get("/nan")).status_code in (200, 500)


async def test_a_waiting_time_is_told_when_known_and_always_with_503(client: httpx.AsyncClient) -> None:
    assert (await client.get("/fail/busy")).headers["retry-after"] == "7"
    for name in ("unavailable", "http_503"):
        assert (await client.get(f"/fail/{name}")).headers["retry-after"] == "2"
    assert "retry-after" not in (await client.get("/fail/not_found")).headers


async def test_a_problem_names_its_session_when_it_has_one(client: httpx.AsyncClient) -> None:
    assert checked(await client.get("/fail/run_active"), 409, "run_active")["sessionId"] == UUID
    assert "sessionId" not in (await client.get("/fail/not_found")).json()


async def test_an_unknown_path_and_an_unknown_id_answer_alike(client: httpx.AsyncClient) -> None:
    known, unknown = (await client.get("/fail/not_found")).json(), (await client.get("/nowhere")).json()
    assert known | {"requestId": ""} == unknown | {"requestId": ""}


async def test_a_wrong_method_is_405_and_says_which_are_right(client: httpx.AsyncClient) -> None:
    for method in ("PUT", "DELETE", "TRACE", "PATCH"):
        answer = await client.request(method, "/me")
        checked(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET"


INVALID: dict[str, tuple[Any, list[Any], str]] = {
    "missing": ({}, ["body", "insight"], "missing"),
    "wrong type": ({"insight": CANARY}, ["body", "insight"], "uuid_parsing"),
    "out of range": ({"insight": UUID, "amount": -1}, ["body", "amount"], "greater_than_equal"),
    "too long": ({"insight": UUID, "comment": CANARY * 9}, ["body", "comment"], "string_too_long"),
    "unknown member": ({"insight": UUID, CANARY: CANARY}, ["body"], "extra_forbidden"),
    "personal member name": ({"insight": UUID, "ABCPD1234Z": 1}, ["body"], "extra_forbidden"),
    "personal key": ({"insight": UUID, "tags": {"ABCPD1234Z": "x"}}, ["body", "tags", "*"], "int_parsing"),
    "a list": ([CANARY], ["body"], "model_attributes_type"),
    "text": (CANARY, ["body"], "model_attributes_type"),
}


@pytest.mark.parametrize("name", INVALID)
async def test_a_wrong_value_is_placed_but_never_repeated(client: httpx.AsyncClient, name: str) -> None:
    body, location, kind = INVALID[name]
    problem = checked(await client.post("/write", json=body), 422, "invalid")
    assert {"loc": location, "type": kind} in [{"loc": one["loc"], "type": one["type"]} for one in problem["errors"]]
    assert all(one.keys() == {"loc", "type", "msg"} for one in problem["errors"])


async def test_many_wrong_values_make_a_short_list(client: httpx.AsyncClient) -> None:
    tags = {f"t{index}": "x" for index in range(500)}
    problem = checked(await client.post("/write", json={"insight": UUID, "tags": tags}), 422, "invalid")
    assert len(problem["errors"]) == 20


async def test_wrong_parameters_are_422(client: httpx.AsyncClient) -> None:
    checked(await client.get(f"/typed/{CANARY}"), 422, "invalid")
    checked(await client.get("/typed/1", params={"flag": CANARY}), 422, "invalid")
    checked(await client.get("/typed/" + "9" * 5000), 422, "invalid")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
async def test_a_number_that_is_none_is_422_and_not_500(client: httpx.AsyncClient, value: float) -> None:
    """Security row 32: FastAPI alone answers 500 here."""
    body = json.dumps({"insight": UUID, "amount": value})
    checked(await client.post("/write", content=body, headers={"content-type": "application/json"}), 422, "invalid")
