"""What every answer carries, also an error or a stream: its request id and the security headers."""

import asyncio
import logging
import re
import time
from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aicoach.app.logs import bound
from aicoach.app.middleware.trace import Trace
from aicoach.app.problems import status_response
from aicoach.core.observe import observe
from aicoach.tools.pii import redact

# OWASP ASVS 5.0 sections 3.4 and 14.3, OWASP REST security cheat sheet.
SECURITY_HEADERS: Final = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_RAW_HEADERS: Final = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
# What a route may not set, and what tells an attacker which software answers.
_REPLACED: Final = frozenset((*(name for name, _ in _RAW_HEADERS), b"x-request-id", b"server", b"x-powered-by"))

_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
_SESSION_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

log = logging.getLogger(__name__)


class EdgeMiddleware:
    """Names each request, dresses each answer, and turns whatever escapes into a plain 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; everything but HTTP passes untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        trace = Trace.of(headers)
        with (
            bound(request_id=request_id, session_id=_session_id(headers), trace_id=trace.trace_id),
            observe("request", method=_method(scope), traceparent=trace.parent) as about,
        ):
            try:
                await self._serve(scope, receive, answer)
            finally:
                about.update(route=_route(scope), status=answer.status, seconds=answer.seconds)
                _log_served(scope, answer)

    async def _serve(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            log.info("client_left")
            return
        except BaseException as error:
            if isinstance(error, GeneratorExit) or _is_being_cancelled():
                raise
            log.error("request_crashed", exc_info=error)
        if answer.status is None:
            await status_response(500, answer.request_id)(scope, receive, answer.send)


class _Answer:
    """The way out: remembers the status and when the last byte left, and adds the headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.status: int | None = None
        self._began = time.perf_counter()
        self._ended: float | None = None

    @property
    def seconds(self) -> float:
        """How long the answer took: not the work that goes on behind it."""
        return (self._ended or time.perf_counter()) - self._began

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._dressed(message.get("headers", ()))
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._ended = time.perf_counter()

    def _dressed(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        dressed = [header for header in headers if header[0] not in _REPLACED]
        if not any(name == b"cache-control" for name, _ in dressed):
            dressed.append((b"cache-control", b"no-store"))
        return [*dressed, *_RAW_HEADERS, (b"x-request-id", self.request_id.encode())]


def _log_served(scope: Scope, answer: _Answer) -> None:
    milliseconds = round(answer.seconds * 1000, 1)
    served = {"method": scope["method"], "path": scope["path"], "status": answer.status, "ms": milliseconds}
    log.info("request_served", extra=served)


def _is_being_cancelled() -> bool:
    # A route may raise CancelledError by itself; only a request from outside must be obeyed.
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    # An id goes into every log line unread, so one that looks like personal data is not taken over.
    return given if _REQUEST_ID.fullmatch(given) and not redact(given).spans else str(uuid4())


def _session_id(headers: Headers) -> str | None:
    given = headers.get("x-session-id", "")
    return given.lower() if _SESSION_ID.fullmatch(given) else None


def _method(scope: Scope) -> str:
    """The method, in a word of ours: some servers pass on whatever a stranger typed."""
    method = str(scope["method"])
    return method if method in _METHODS else "_OTHER"


def _route(scope: Scope) -> str:
    """The route's pattern: a path itself holds ids, and anything that a stranger typed."""
    if "route" not in scope:
        return "unknown"
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))
