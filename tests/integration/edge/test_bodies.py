"""Bodies are bounded, plain and strict before any route sees them (security rows 32, 37)."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from aicoach.app.middleware.body import LIMIT, UPLOAD_LIMITS
from tests.integration.edge.test_problems import UUID, checked

JSON = {"content-type": "application/json"}
GOOD = f'{{"insight":"{UUID}"}}'.encode()
UPLOAD = "/api/aicoach/import"


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/merge-patch+json",
    ],
)
async def test_plain_json_passes(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/write", content=GOOD, headers={"content-type": media_type})
    assert (answer.status_code, answer.json()) == (200, {"insight": UUID})


async def test_a_body_in_pieces_arrives_whole(client: httpx.AsyncClient) -> None:
    assert (await client.post("/write", content=chunks(GOOD[:5], b"", GOOD[5:]), headers=JSON)).status_code == 200


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/json; charset=utf-16",
     "application/jsonx", "text/json", "application/xml", "application/json, text/plain", "json", ""],
)  # fmt: skip
async def test_another_media_type_is_415(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/write", content=GOOD, headers={"content-type": media_type})
    checked(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, identity", "GZIP", "x"])
async def test_a_compressed_body_is_415_unread(client: httpx.AsyncClient, coding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    for path in ("/write", UPLOAD):
        answer = await client.post(path, content=bomb, headers=JSON | {"content-encoding": coding})
        checked(answer, 415, "unsupported_media_type")


async def test_a_body_at_the_limit_passes_and_one_byte_more_does_not(client: httpx.AsyncClient) -> None:
    at_limit = GOOD + b" " * (LIMIT - len(GOOD))
    assert LIMIT == 256 * 1024
    assert (await client.post("/write", content=at_limit, headers=JSON)).status_code == 200
    assert (await client.post("/write", content=chunks(at_limit), headers=JSON)).status_code == 200
    checked(await client.post("/write", content=at_limit + b" ", headers=JSON), 413, "too_large")
    checked(await client.post("/write", content=chunks(at_limit, b" "), headers=JSON), 413, "too_large")


async def test_a_declared_size_over_the_limit_is_refused_unread(client: httpx.AsyncClient) -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(1)
            yield b" " * 1000

    for path, size in (
        ("/write", LIMIT + 1),
        (UPLOAD, UPLOAD_LIMITS[UPLOAD] + 1),
        ("/me", "9" * 5000),
        ("/nowhere", 10**7),
    ):
        for method in ("POST", "GET", "DELETE"):
            headers = JSON | {"content-length": str(size)}
            checked(await client.request(method, path, content=endless(), headers=headers), 413, "too_large")
    assert not read


async def test_an_endless_body_is_cut_off(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b" " * 10_000

    checked(await client.post("/write", content=endless(), headers=JSON), 413, "too_large")
    assert sent < 2 * LIMIT


@pytest.mark.parametrize("size", ["-1", "+5", "1e3", "0x10", " ", "five", "१२", "1 2"])
async def test_a_size_that_is_none_is_400(client: httpx.AsyncClient, size: str) -> None:
    answer = await client.post("/write", content=chunks(GOOD), headers={b"content-length": size.encode()})
    checked(answer, 400, "bad_request")


BAD_JSON = {
    "nested arrays": b"[" * 100_000,
    "nested objects": b'{"a":' * 40_000,
    "closed nesting": b"[" * 5000 + b"]" * 5000,
    "repeated member": GOOD[:-1] + b',"insight":"x"}',
    "NaN": GOOD[:-1] + b',"amount":NaN}',
    "overflow": GOOD[:-1] + b',"amount":1e999}',
    "long integer": GOOD[:-1] + b',"amount":' + b"9" * 5000 + b"}",
    "NUL": GOOD[:-1] + b',"comment":"\\u0000"}',
    "lone surrogate": GOOD[:-1] + b',"comment":"\\ud800"}',
    "not UTF-8": GOOD[:-1] + b',"comment":"\xff"}',
    "UTF-16": GOOD.decode().encode("utf-16"),
    "cut": GOOD[:-3],
    "personal": b"PAN ABCPD1234Z",
}


@pytest.mark.parametrize("name", BAD_JSON)
async def test_json_that_is_not_strict_is_422(client: httpx.AsyncClient, name: str) -> None:
    checked(await client.post("/write", content=BAD_JSON[name], headers=JSON), 422, "invalid")


async def test_an_upload_has_its_own_limit(client: httpx.AsyncClient) -> None:
    content = b"x" * 1_000_000
    answer = await client.post(UPLOAD, files={"file": ("cas.json", content)})
    assert (answer.status_code, answer.json()) == (200, {"bytes": len(content)})
    too_large = b"x" * (UPLOAD_LIMITS[UPLOAD] + 1)
    checked(await client.post(UPLOAD, files={"file": ("cas.json", too_large)}), 413, "too_large")


async def test_a_streamed_upload_is_counted(client: httpx.AsyncClient) -> None:
    head = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    small = await client.post(UPLOAD, content=chunks(head, b"y" * 10, b"\r\n--x--\r\n"), headers=headers)
    assert small.json() == {"bytes": 10}
    parts = [b"y" * 500_000] * 9
    checked(await client.post(UPLOAD, content=chunks(head, *parts), headers=headers), 413, "too_large")
    checked(await client.post(UPLOAD, content=chunks(b"--y\r\nbroken"), headers=headers), 400, "bad_request")


async def test_calls_without_a_body_need_no_media_type(client: httpx.AsyncClient) -> None:
    assert (await client.get("/typed/1")).status_code == 200
    checked(await client.post("/write"), 422, "invalid")
