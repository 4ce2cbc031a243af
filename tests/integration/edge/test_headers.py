"""Every answer is named and dressed, also errors and streams (security rows 35, 36, 38)."""

import re

import httpx
import pytest

from aicoach.app.middleware.edge import SECURITY_HEADERS

PATHS = {
    "/typed/1": 200, "/me": 401, "/nowhere": 404, "/write": 405, "/typed/x": 422,
    "/fail/busy": 429, "/fail/defect": 500,
    "/fail/base": 500, "/fail/unavailable": 503, "/stream": 200, "/docs": 404, "/redoc": 404, "/openapi.json": 404,
}  # fmt: skip
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == PATHS[path]
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "no-store" in answer.headers["cache-control"]
    assert UUID4.fullmatch(answer.headers["x-request-id"])
    assert not {"server", "x-powered-by", "access-control-allow-origin"} & set(answer.headers)


async def test_refused_bodies_are_dressed_too(client: httpx.AsyncClient) -> None:
    for headers, status in (({"content-length": "999999999"}, 413), ({"content-encoding": "gzip"}, 415)):
        answer = await client.post("/write", content=b"{}", headers=headers)
        assert answer.status_code == status
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_a_stream_keeps_its_own_cache_control(client: httpx.AsyncClient) -> None:
    answer = await client.get("/stream")
    assert answer.headers["cache-control"] == "no-store, no-transform"
    assert answer.content == b"retry: 1000\n\ndata: {}\n\n"


@pytest.mark.parametrize("given", ["abcdefgh", "A.b_c-1234", "x" * 128, "0f8fad5b-d9cb-469f-a165-70867728950e"])
async def test_a_request_id_is_taken_over(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/echo", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == answer.json()["requestId"] == given


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "x" * 129,
        "abc defgh",
        "abcdefgh\t",
        "<script>x",
        "ünïcödé8",
        "9876543210",
        "ABCPD1234Z",
        "id\x1b[31mred",
    ],
)
async def test_a_request_id_that_could_do_harm_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/echo", headers={b"x-request-id": given.encode()})
    assert UUID4.fullmatch(answer.headers["x-request-id"])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://service", "https://service.evil.example"])
async def test_no_origin_is_invited(client: httpx.AsyncClient, origin: str) -> None:
    """Security row 34: the façade calls this service, browsers do not."""
    for method in ("GET", "OPTIONS"):
        answer = await client.request(
            method, "/typed/1", headers={"origin": origin, "access-control-request-method": "GET"}
        )
        assert not [name for name in answer.headers if name.startswith("access-control")]
