"""The shapes of the chat completions protocol: one whole answer, or server-sent chunks."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

_PIECE: Final = 7
_BYTES_PER_TOKEN: Final = 4
_UNSET: Final = object()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, by which model, to which prompt; ``usage`` replaces the honest count."""

    content: str
    model: str
    prompt: str
    usage: object = _UNSET

    def counted(self) -> object:
        """The tokens used, about four bytes each."""
        if self.usage is not _UNSET:
            return self.usage
        used_in, used_out = (len(text.encode()) // _BYTES_PER_TOKEN + 1 for text in (self.prompt, self.content))
        return {"prompt_tokens": used_in, "completion_tokens": used_out, "total_tokens": used_in + used_out}


def completion(reply: Reply) -> dict[str, Any]:
    """A whole answer."""
    message = {"role": "assistant", "content": reply.content}
    return {
        **_head(reply, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": reply.counted(),
    }


async def chunks(reply: Reply, *, with_usage: bool, pause: float = 0.0, ends: bool = True) -> AsyncIterator[bytes]:
    """The answer a few characters at a time, ``pause`` seconds between; ``ends`` False stops without a word."""
    yield _event(reply, [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])
    for start in range(0, len(reply.content), _PIECE):
        piece = reply.content[start : start + _PIECE]
        yield _event(reply, [{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
        await asyncio.sleep(pause)
    if not ends:
        return
    yield _event(reply, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
    if with_usage:
        yield _event(reply, [], usage=reply.counted())
    yield b"data: [DONE]\n\n"


def _head(reply: Reply, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-scripted", "object": kind, "created": 0, "model": reply.model}


def _event(reply: Reply, choices: list[dict[str, Any]], **more: object) -> bytes:
    row = {**_head(reply, "chat.completion.chunk"), "choices": choices, **more}
    return b"data: " + json.dumps(row, ensure_ascii=False).encode() + b"\n\n"
