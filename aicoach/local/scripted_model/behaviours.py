"""Everything the scripted model can do with a request: answer well, lie, break the format, or break the wire."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from aicoach.local.scripted_model.asked import Asked
from aicoach.local.scripted_model.chat import Reply, chunks, completion
from aicoach.local.scripted_model.composer import compose
from aicoach.local.scripted_model.lies import LIES
from aicoach.local.scripted_model.state import State

_SSE: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and what is needed to answer it."""

    request: Request
    body: Mapping[str, Any]
    asked: Asked
    state: State
    argument: Any = None

    @property
    def streams(self) -> bool:
        """True when chunks were asked for."""
        return bool(self.body.get("stream"))


Behave = Callable[[Turn], Response]


def answer(turn: Turn, content: str, *, pause: float = 0.0, **reply: Any) -> Response:
    """``content`` as a whole completion or as chunks, whichever was asked for."""
    said = Reply(content, str(turn.body.get("model", "scripted")), turn.asked.text, **reply)
    if not turn.streams:
        return JSONResponse(completion(said))
    options = turn.body.get("stream_options") or {}
    return StreamingResponse(chunks(said, with_usage=bool(options.get("include_usage")), pause=pause), media_type=_SSE)


def body(text: str) -> str:
    """The schema that is asked for."""
    return json.dumps({"body": text}, ensure_ascii=False)


def _ok(turn: Turn) -> Response:
    return answer(turn, body(compose(turn.asked)))


def _lying(lie: Callable[[Asked], str]) -> Behave:
    return lambda turn: answer(turn, body(lie(turn.asked)))


def _content(make: Callable[[str], str]) -> Behave:
    """An otherwise correct text in a wrong wrapping."""
    return lambda turn: answer(turn, make(compose(turn.asked)))


def _raw(pieces: Callable[[Turn], AsyncIterator[bytes]], media_type: str = _SSE) -> Behave:
    return lambda turn: StreamingResponse(pieces(turn), media_type=media_type)


def _refusal(status: int, code: str, message: str, param: str | None = None) -> Behave:
    error = {"message": message, "type": code, "code": code, "param": param}
    return lambda turn: JSONResponse({"error": error}, status)


def _rate_limited(turn: Turn) -> Response:
    error = {"message": "Slow down.", "type": "rate_limit_exceeded", "code": "rate_limit_exceeded"}
    return JSONResponse({"error": error}, 429, {"Retry-After": turn.state.retry_after})


def _unknown_parameter(turn: Turn) -> Response:
    """Refuses what small endpoints do not know, one at a time, and then answers."""
    for name in ("response_format", "stream_options", "max_tokens", "temperature"):
        if name in turn.body:
            return _refusal(400, "unknown_parameter", f"Unknown parameter: '{name}'.", name)(turn)
    return _ok(turn)


async def _silence(turn: Turn) -> None:
    """Until the client has had enough."""
    while not await turn.request.is_disconnected():  # noqa: ASYNC110 - starlette has no event to wait for
        await asyncio.sleep(0.05)


async def _never(turn: Turn) -> AsyncIterator[bytes]:
    await _silence(turn)
    yield b""


def _hang(turn: Turn) -> Response:
    class Silent(Response):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await _silence(turn)

    return Silent()


async def _first_half(turn: Turn) -> AsyncIterator[bytes]:
    whole = body(compose(turn.asked))
    said = Reply(whole[: len(whole) // 2], "scripted", turn.asked.text)
    async for piece in chunks(said, with_usage=False, ends=False):
        yield piece


async def _hang_midway(turn: Turn) -> AsyncIterator[bytes]:
    async for piece in _first_half(turn):
        yield piece
    await _silence(turn)


async def _reset(turn: Turn) -> AsyncIterator[bytes]:
    async for piece in _first_half(turn):
        yield piece
    raise ConnectionResetError("as told")


async def _error_chunk(turn: Turn) -> AsyncIterator[bytes]:
    async for piece in _first_half(turn):
        yield piece
    yield b'data: {"error": {"message": "overloaded", "type": "server_error", "code": 500}}\n\n'


async def _endless(turn: Turn) -> AsyncIterator[bytes]:
    """Well-formed chunks of nothing, forever."""
    yield _chunk({"content": '{"body": "'})
    while not await turn.request.is_disconnected():
        yield _chunk({"content": " "})
        await asyncio.sleep(0.01)


async def _keepalives(turn: Turn) -> AsyncIterator[bytes]:
    """Alive and saying nothing: comments only, forever."""
    while not await turn.request.is_disconnected():
        yield b": still thinking\n\n"
        await asyncio.sleep(0.01)


async def _flood(turn: Turn) -> AsyncIterator[bytes]:
    """One line that never ends, as fast as it is read."""
    yield b"data: "
    while not await turn.request.is_disconnected():
        yield b"x" * 65_536


async def _ten_megabytes(turn: Turn) -> AsyncIterator[bytes]:
    yield _chunk({"content": '{"body": "' + "Much too much. " * 700_000 + '"}'})
    yield b"data: [DONE]\n\n"


def _packed() -> bytes:
    """A little that becomes fifty megabytes when it is unpacked."""
    return gzip.compress(b"data: " + b"x" * 50_000_000, compresslevel=1)


def _chunk(delta: Mapping[str, Any], **more: Any) -> bytes:
    row = {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
    choices = [{"index": 0, "delta": delta, "finish_reason": None}]
    return b"data: " + json.dumps(row | {"choices": choices} | more).encode() + b"\n\n"


def _frames(*frames: bytes) -> Callable[[Turn], AsyncIterator[bytes]]:
    async def send(turn: Turn) -> AsyncIterator[bytes]:
        for frame in frames:
            yield frame

    return send


def _told_usage(usage: object) -> Behave:
    return lambda turn: answer(turn, body(compose(turn.asked)), usage=usage)


def _say(turn: Turn) -> Response:
    return answer(turn, body(str(turn.argument)), pause=0.001)


def _content_as_told(turn: Turn) -> Response:
    return answer(turn, str(turn.argument))


_WIRE: Final[Mapping[str, Behave]] = {
    "429": _rate_limited,
    "500": _refusal(500, "server_error", "Something broke."),
    "503": _refusal(503, "overloaded", "Overloaded."),
    "400": _refusal(400, "invalid_request_error", "This request cannot be served."),
    "unknown_parameter": _unknown_parameter,
    "401": _refusal(401, "invalid_api_key", "Incorrect API key provided: sk-…canary."),
    "403": _refusal(403, "forbidden", "Not in your country."),
    "404": _refusal(404, "model_not_found", "The model does not exist."),
    "302": lambda turn: RedirectResponse("http://127.0.0.1:9/elsewhere", 302),
    "timeout": _hang,
    "never_speaks": _raw(_never),
    "hang": _raw(_hang_midway),
    "reset": _raw(_reset),
    "error_chunk": _raw(_error_chunk),
    "slow": lambda turn: answer(turn, body(compose(turn.asked)), pause=0.01),
    "endless": _raw(_endless),
    "keepalives": _raw(_keepalives),
    "flood": _raw(_flood),
    "10mb": _raw(_ten_megabytes),
    "gzip": lambda turn: Response(_packed(), media_type=_SSE, headers={"content-encoding": "gzip"}),
    "nonsense": _raw(_frames(bytes(range(256)) * 16)),
    "nonsense_lines": _raw(_frames(b"data: \xff\xfe\x00{]\n\n", b"data: {{{\n\n")),
    "deep_json": _raw(_frames(b"data: " + b"[" * 100_000 + b"\n\n")),
    "not_sse": lambda turn: Response("<html><h1>Gateway</h1></html>", media_type="text/html"),
    "not_streamed": lambda turn: JSONResponse(completion(Reply(body(compose(turn.asked)), "scripted", ""))),
    "wrong_shapes": _raw(_frames(b'data: {"choices": "none", "usage": []}\n\n', b"data: [1, 2]\n\n", b'data: "x"\n\n')),
    "null_choices": _raw(_frames(b'data: {"choices": null}\n\n', b"data: null\n\n", b"data: [DONE]\n\n")),
    "content_no_text": _raw(_frames(_chunk({"content": {"a": 1}}), b"data: [DONE]\n\n")),
    "nothing": _raw(_frames()),
}

_FORMAT: Final[Mapping[str, Behave]] = {
    "cut_json": _content(lambda text: body(text)[:-2]),
    "cut_early": _content(lambda text: body(text)[:15]),
    "wrong_schema": _content(lambda text: json.dumps({"text": text})),
    "extra_member": _content(lambda text: json.dumps({"body": text, "note": "extra"})),
    "body_no_text": _content(lambda text: json.dumps({"body": [text]})),
    "a_list": _content(lambda text: json.dumps([text])),
    "prose": _content(lambda text: f"Sure! Here it is: {text}"),
    "code_fence": _content(lambda text: f"```json\n{body(text)}\n```"),
    "duplicate_member": _content(lambda text: body(text)[:-1] + ', "body": "You lost ₹ 98,765."}'),
    "empty": _content(lambda text: body("")),
    "empty_content": _content(lambda text: ""),
    "deep_content": _content(lambda text: "[" * 4_000),
    "surrogates": _content(lambda text: '{"body": "\\ud83d lost"}'),
    "usage_null": _told_usage({"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}),
    "usage_text": _told_usage({"prompt_tokens": "many", "completion_tokens": "few", "total_tokens": "?"}),
    "usage_negative": _told_usage({"prompt_tokens": -5, "completion_tokens": -7, "total_tokens": -12}),
    "usage_huge": _told_usage({"prompt_tokens": 10**30, "completion_tokens": 10**30, "total_tokens": 10**30}),
    "usage_list": _told_usage([1, 2]),
}

#: By name; ``say`` and ``content`` take an argument: ``{"say": "these very words"}``.
BEHAVIOURS: Final[Mapping[str, Behave]] = {
    "ok": _ok,
    "say": _say,
    "content": _content_as_told,
    **{name: _lying(lie) for name, lie in LIES.items()},
    **_FORMAT,
    **_WIRE,
}
