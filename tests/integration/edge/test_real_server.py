"""The edge behind uvicorn, byte for byte: what an in-process client cannot see (security rows 18, 35, 43)."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from aicoach.app.middleware.edge import SECURITY_HEADERS
from tests.integration.edge.small_service import SmallContainer, small_service
from tests.unit.edge.minting import minter


@pytest.fixture
async def server(container: SmallContainer, production_logs: None) -> AsyncIterator[httpx.AsyncClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(small_service(container), log_config=None, server_header=False, lifespan="off")
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve([listener]))
    while not running.started:
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
    running.should_exit = True
    await task
    listener.close()


async def raw(client: httpx.AsyncClient, request: bytes) -> bytes:
    """The answer to exactly these bytes."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    return answer


def lines(captured: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.splitlines()]


async def test_answers_on_the_wire_are_dressed_and_unbranded(server: httpx.AsyncClient) -> None:
    for path in ("/echo", "/nowhere", "/fail/base", "/stream", "/me"):
        answer = await server.get(path)
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert "server" not in answer.headers


async def test_a_stream_that_breaks_is_cut_and_leaks_nothing(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await raw(server, b"GET /broken-stream HTTP/1.1\r\nhost: x\r\n\r\n")
    assert answer.endswith(b"retry: 1000\n\n\r\n")
    assert (await server.get("/echo")).status_code == 200
    captured = capsys.readouterr()
    assert "ABCPD1234Z" not in captured.out + captured.err
    assert "request_crashed" in [line["event"] for line in lines(captured.out)]


async def test_a_defect_in_background_work_is_logged_after_a_good_answer(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (await server.get("/later")).json() == {"ok": True}
    assert (await server.get("/echo")).status_code == 200
    captured = capsys.readouterr()
    assert "ABCPD1234Z" not in captured.out + captured.err
    assert "request_crashed" in [line["event"] for line in lines(captured.out)]


async def test_a_request_is_one_line_with_its_ids(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """S0-10.1b: one grep by session id shows the path; W3C trace ids go along."""
    session, trace = "3f2b8c1e-7d4a-4e7f-9b60-0c5d2a1e8f47", "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {
        "authorization": f"Bearer {minter('owner').token()}",
        "x-request-id": "request-1",
        "x-session-id": session,
        "traceparent": f"00-{trace}-00f067aa0ba902b7-01",
    }
    await server.get("/me", params={"q": "ravi@gmail.com"}, headers=headers)
    (served,) = [line for line in lines(capsys.readouterr().out) if line["event"] == "request_served"]
    assert served["request_id"] == "request-1"
    assert (served["session_id"], served["trace_id"]) == (session, trace)
    assert (served["method"], served["path"], served["status"]) == ("GET", "/me", 200)
    assert len(str(served["user"])) == 12
    assert session != served["user"]


async def test_the_next_request_on_a_connection_knows_nothing_of_the_last(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await server.get("/me", headers={"authorization": f"Bearer {minter('owner').token()}", "x-request-id": "request-1"})
    await server.get("/echo")
    *_, last = lines(capsys.readouterr().out)
    assert "user" not in last
    assert last["request_id"] != "request-1"


A, B = "a" * 32, "b" * 16


@pytest.mark.parametrize(
    "trace",
    ["", "00-0-0-01", f"ff-{A}-{B}-01", f"00-{'0' * 32}-{B}-01", f"00-{A}-{'0' * 16}-01", f"00-{A}-{B}-01-x",
     f"00-{A.upper()}-{B}-01"],
)  # fmt: skip
async def test_a_broken_traceparent_is_ignored_and_a_trace_begins_here(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str], trace: str
) -> None:
    assert (await server.get("/echo", headers={"traceparent": trace})).status_code == 200
    (trace_id,) = {line["trace_id"] for line in lines(capsys.readouterr().out)}
    assert re.fullmatch("[0-9a-f]{32}", str(trace_id))
    assert trace_id not in {A, A.upper(), "0" * 32}


async def test_headers_and_tokens_cannot_forge_a_line(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Security rows 16, 18: one JSON line each; no token, no identifier."""
    forged = "x\x1b[31m \u2028 \x85 {} 9876543210".encode()
    kid = 'k\n{"event":"forged"}\r\n\u2028'
    token = minter("thief").token({"kid": kid})
    await server.get("/echo", headers={b"x-note": forged})
    await server.get("/me", headers={"authorization": f"Bearer {token}"})
    await server.get("/%0A%7B%22event%22%3A%22forged%22%7D%E2%80%A8/9876543210")
    captured = capsys.readouterr()
    assert captured.out.isascii()
    assert "\x1b" not in captured.out
    assert "forged" not in [line["event"] for line in lines(captured.out)]
    assert token not in captured.out
    assert "9876543210" not in captured.out
    assert captured.err == ""


async def test_a_size_that_lies_is_refused_on_the_wire(server: httpx.AsyncClient) -> None:
    head = b"POST /write HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n"
    for size, status in ((b"99999999999", b" 413 "), (b"99999999999999999999999999", b" 4"), (b"-1", b" 400 ")):
        answer = await raw(server, head + b"content-length: " + size + b"\r\n\r\n")
        assert status in answer.split(b"\r\n", 1)[0]


async def test_a_client_that_hangs_up_in_mid_body_does_no_harm(
    server: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    _, writer = await asyncio.open_connection(server.base_url.host, server.base_url.port)
    writer.write(b"POST /write HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    seen = ""
    async with asyncio.timeout(5):
        while "client_left" not in seen:
            await asyncio.sleep(0.01)
            seen += capsys.readouterr().out
    assert (await server.get("/echo")).status_code == 200
    assert "request_crashed" not in seen
