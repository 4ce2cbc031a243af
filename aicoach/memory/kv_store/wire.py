"""How events and names look inside Redis."""

import json
import logging
from typing import Final
from uuid import UUID

from aicoach.core.model import JsonObject

FIELD: Final = "e"
_log: Final = logging.getLogger("aicoach.kv")


def events_key(session_id: UUID) -> str:
    """The stream of a session's durable events."""
    return f"aicoach:events:{session_id}"


def live_channel(session_id: UUID) -> str:
    """The channel every event of a session passes through."""
    return f"aicoach:live:{session_id}"


def note_key(key: str) -> str:
    """The key of a note."""
    return f"aicoach:note:{key}"


def streams_key(user_id: UUID) -> str:
    """The open streams of a user."""
    return f"aicoach:streams:{user_id}"


def is_durable_id(value: object) -> bool:
    """True for 1, 2, 3 …; a bool is no id although Python counts it as an int."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def encode_event(event: JsonObject) -> str:
    """One compact ASCII line; ValueError for NaN, Infinity and an id that is neither None nor 1, 2, 3 …"""
    if event["id"] is not None and not is_durable_id(event["id"]):
        raise ValueError("an event's id is a positive integer or None")
    return json.dumps(event, separators=(",", ":"), allow_nan=False)


def decode_event(line: bytes) -> JsonObject | None:
    """The event of a line; None for a line we did not write, since one bad line must not end a stream."""
    try:
        event = json.loads(line)
        known = event["id"] is None or is_durable_id(event["id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        known = False
    if not known:
        _log.warning("unreadable_event_ignored")
        return None
    return dict(event)
