"""Request bodies: bounded, uncompressed, and strict JSON before any route sees them."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aicoach.app.auth.strict_json import loads
from aicoach.app.problems import error_response, request_id_of, status_response
from aicoach.core.errors import CoachError, Invalid, TooLarge

LIMIT: Final = 256 * 1024
UPLOAD_LIMITS: Final[Mapping[str, int]] = {"/api/aicoach/import": 4 * 1024 * 1024}
"""Paths that take multipart uploads, with their own limit in bytes."""

_JSON = re.compile(r'application/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
_MULTIPART = re.compile(r"multipart/form-data\s*;", re.IGNORECASE)


class _StreamTooLarge(HTTPException):
    """Raised out of ``receive``: FastAPI lets an HTTPException pass where it would turn others into 400."""

    def __init__(self) -> None:
        super().__init__(413)


class BodyMiddleware:
    """Refuses a body that is too large, compressed, of another type, or not strict JSON.

    A JSON body is read whole (it is small), checked and replayed; an upload streams through a counter.
    """

    def __init__(self, app: ASGIApp, limit: int = LIMIT, uploads: Mapping[str, int] = UPLOAD_LIMITS) -> None:
        self._app = app
        self._limit = limit
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse its body before the application runs."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._uploads.get(scope["path"], self._limit)
        try:
            _check_declared(headers, limit)
            checked = await self._checked(scope, receive, headers, limit)
        except HTTPException as refusal:
            await status_response(refusal.status_code, request_id_of(scope))(scope, receive, send)
        except CoachError as refusal:
            await error_response(refusal, request_id_of(scope))(scope, receive, send)
        else:
            await self._app(scope, checked, send)

    async def _checked(self, scope: Scope, receive: Receive, headers: Headers, limit: int) -> Receive:
        media_type = headers.get("content-type", "")
        is_upload = scope["path"] in self._uploads and _MULTIPART.match(media_type)
        if is_upload or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return _counted(receive, limit)
        body = await _read(receive, limit)
        if body:
            if not _JSON.fullmatch(media_type):
                raise HTTPException(415)
            _check_json(body)
        return _replayed(body, receive)


def _check_declared(headers: Headers, limit: int) -> None:
    """Refuse by what the headers say, before a byte is read."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HTTPException(415)
    declared = headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()):
        raise HTTPException(400)
    # The text is measured first: int() refuses very long digits with an error of its own.
    if len(declared) > 15 or int(declared) > limit:
        raise TooLarge


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)


def _check_json(body: bytes) -> None:
    try:
        loads(body)
    except ValueError:
        raise Invalid("The body is not JSON that this service accepts.") from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    first: Message | None = {"type": "http.request", "body": body, "more_body": False}

    async def replay() -> Message:
        nonlocal first
        message, first = first, None
        return message if message is not None else await receive()

    return replay


def _counted(receive: Receive, limit: int) -> Receive:
    left = limit

    async def count() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _StreamTooLarge
        return message

    return count
