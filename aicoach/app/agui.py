"""The AG-UI view of a run: our events in the words of that protocol (docs.ag-ui.com, version 1.0), for its clients.

AG-UI text only grows and a draft of ours may be taken back, so a message is what was committed; drafts are CUSTOM.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from aicoach.core.errors import CoachError
from aicoach.core.model import JsonObject

PROTOCOL: Final = "1.0"
_ENVELOPE: Final = frozenset({"type", "sessionId", "id", "at"})


class AgUiView:
    """One connection's translation; called with each of our events, it gives the SSE frames that tell it.

    ``metadata.id`` is our event's id, ``metadata.cursor`` what to send as ``lastEventId`` to go on after a frame. Every
    connection is a stream of its own that the protocol's order rules hold for: it begins with RUN_STARTED.
    """

    def __init__(self, session: JsonObject, cursor: int) -> None:
        self._run = {"threadId": f"{session['coach']}:{session['scope_id']}", "runId": session["id"]}
        self._failure = (session["error"] or {}).get("code", "run_failed")
        self._cursor, self._step = cursor, ""

    def __call__(self, event: JsonObject) -> bytes:
        """The frames of one event, to be sent as they are."""
        told = list(self._tell(event))
        turn = _turning_point(told)
        return b"".join(self._frame(event, part, place, turn) for place, part in enumerate(told))

    def _frame(self, event: JsonObject, part: JsonObject, place: int, turn: int) -> bytes:
        """An ``id:`` line only where everything before may be forgotten: a cut never loses or repeats a message."""
        closes = event["id"] is not None and place == turn
        if closes:
            self._cursor = event["id"]
        about = {"cursor": self._cursor} | ({} if event["id"] is None else {"id": event["id"]})
        data = json.dumps(part | {"timestamp": _milliseconds(event["at"]), "metadata": about}, separators=(",", ":"))
        return (f"id: {self._cursor}\n" if closes else "").encode() + f"data: {data}\n\n".encode()

    def _tell(self, event: JsonObject) -> Iterator[JsonObject]:
        kind = event["type"]
        if kind == "init":
            yield {"type": "RUN_STARTED", **self._run, "protocolVersion": PROTOCOL}
        elif kind == "status" and event["id"] is None:
            yield from self._enter(event.get("task") or event["msg"])
        elif kind == "error" and "task" not in event:
            # It ends the run: ``done`` follows, and says that it failed.
            self._failure = event["code"]
        if kind == "done":
            yield from self._enter("")
            yield self._end(event)
        else:
            yield _custom(event)
        if kind == "insight":
            yield from _message(event["insight"])

    def _enter(self, step: str) -> Iterator[JsonObject]:
        """A step is what the run last said it is doing: steps may overlap, and who connects late missed some."""
        if step == self._step:
            return
        if self._step:
            yield {"type": "STEP_FINISHED", "stepName": self._step}
        if step:
            yield {"type": "STEP_STARTED", "stepName": step}
        self._step = step

    def _end(self, done: JsonObject) -> JsonObject:
        used = {"inputTokens": done["usage"]["tokensIn"], "outputTokens": done["usage"]["tokensOut"]}
        if done["status"] == "failed":
            return {"type": "RUN_ERROR", "message": CoachError.title, "code": self._failure, "usage": [used]}
        outcome = "cancelled" if done["status"] == "cancelled" else "success"
        return {
            "type": "RUN_FINISHED",
            **self._run,
            "outcome": {"type": outcome},
            "result": _own(done),
            "usage": [used],
        }


def _custom(event: JsonObject) -> JsonObject:
    """Any event of ours under its own name: nothing is lost in translation."""
    return {"type": "CUSTOM", "name": event["type"], "value": _own(event)}


def _message(card: JsonObject) -> Iterator[JsonObject]:
    yield {"type": "TEXT_MESSAGE_START", "messageId": card["id"], "role": "assistant"}
    yield {"type": "TEXT_MESSAGE_CONTENT", "messageId": card["id"], "delta": card["bodyMd"]}
    yield {"type": "TEXT_MESSAGE_END", "messageId": card["id"]}


def _turning_point(told: list[JsonObject]) -> int:
    """The place of the one frame that must not be told twice: the text of a message, else the last."""
    texts = (place for place, part in enumerate(told) if part["type"] == "TEXT_MESSAGE_CONTENT")
    return next(texts, len(told) - 1)


def _own(event: JsonObject) -> JsonObject:
    return {name: value for name, value in event.items() if name not in _ENVELOPE}


def _milliseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
