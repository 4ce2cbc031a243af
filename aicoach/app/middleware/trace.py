"""W3C Trace Context: the trace that a request belongs to, continued when it names one and begun when it does not."""

import re
import secrets
from dataclasses import dataclass

from starlette.datastructures import Headers

# Version, trace id, parent id, flags; a later version may append more.
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.{0,200})?")


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace id of 32 hex digits, and the well-formed header it came with; None for a trace begun here."""

    trace_id: str
    parent: str | None = None

    @classmethod
    def of(cls, headers: Headers) -> "Trace":
        """The request's trace; a malformed header counts as none."""
        match = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
        if match is None or (match[0].startswith("00") and len(match[0]) != 55):
            return cls(secrets.token_hex(16))
        return cls(match[1], match[0])
