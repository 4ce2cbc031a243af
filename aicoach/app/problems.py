"""Every refusal as application/problem+json (RFC 9457): one renderer, fixed words, nothing of the input."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from aicoach.app.limits import RateLimited
from aicoach.core.errors import CoachError, Invalid, Unauthorized
from aicoach.core.model import JsonObject
from aicoach.core.observe import note
from aicoach.tools.pii import redact

PROBLEM_JSON: Final = "application/problem+json"
MAX_ERRORS: Final = 20
DECLARED: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "Any refusal (RFC 9457)",
        "content": {
            PROBLEM_JSON: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "code", "retryable", "requestId"],
                    "properties": {
                        **{name: {"type": "string"} for name in ("type", "title", "detail", "code", "requestId")},
                        "status": {"type": "integer", "minimum": 400, "maximum": 599},
                        "retryable": {"type": "boolean"},
                        "sessionId": {"type": "string", "format": "uuid"},
                        "errors": {"type": "array", "maxItems": MAX_ERRORS, "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}
"""What every operation may answer besides its own, for the API's description."""
RETRY_AFTER: Final = 2
"""Seconds to wait after a 503 that does not know better."""
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")

log = logging.getLogger(__name__)


def install_problem_handlers(app: FastAPI) -> None:
    """Render every refusal and every defect of ``app`` as a problem."""
    app.add_exception_handler(CoachError, _on_coach_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_defect)


def error_response(error: CoachError, request_id: str, **members: Any) -> Response:
    """A CoachError as a response; ``members`` are RFC 9457 extensions that hold no input."""
    body = _problem(error.status, error.code, error.title, error.detail, error.retryable)
    if error.session_id is not None:
        body["sessionId"] = error.session_id
    return _response(body | members | {"requestId": request_id}, _headers(error), error.retry_after)


def status_response(status: int, request_id: str, headers: Mapping[str, str] | None = None) -> Response:
    """A bare HTTP status as a response, in the words of problems.json."""
    word = _words()["http"].get(str(status)) or _unnamed(status)
    body = _problem(status, word["code"], word["title"], word["title"], word.get("retryable", False))
    return _response(body | {"requestId": request_id}, dict(headers or {}), None)


def request_id_of(scope: Scope) -> str:
    """The id that the edge gave this request; empty without an edge."""
    return str(scope.get("state", {}).get("request_id", ""))


async def _on_coach_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CoachError)
    if error.status >= 500:
        log.warning("request_failed", extra={"code": error.code}, exc_info=error)
    return error_response(error, request_id_of(request.scope))


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [_described(one) for one in error.errors()[:MAX_ERRORS]]
    return error_response(Invalid(), request_id_of(request.scope), errors=errors)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # The detail is left out: a library may have put input into it.
    return status_response(error.status_code, request_id_of(request.scope), error.headers)


async def _on_defect(request: Request, error: Exception) -> Response:
    log.error("request_failed", exc_info=error)
    return status_response(500, request_id_of(request.scope))


def _problem(status: int, code: str, title: str, detail: str, retryable: bool) -> JsonObject:
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "retryable": retryable,
    }


def _headers(error: CoachError) -> Mapping[str, str]:
    if isinstance(error, RateLimited):
        return error.headers
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthorized) else {}


def _response(body: JsonObject, headers: Mapping[str, str], retry_after: int | None) -> Response:
    note("refusal", code=body["code"], status=body["status"])
    sent = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    if retry_after is None and body["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
        retry_after = RETRY_AFTER
    if retry_after is not None and not any(name.lower() == "retry-after" for name in sent):
        sent["Retry-After"] = str(retry_after)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, body["status"], sent, PROBLEM_JSON)


def _described(error: Mapping[str, Any]) -> JsonObject:
    words = _words()
    kind = str(error["type"])
    return {
        "loc": _safe_location(error["loc"], kind),
        "type": kind,
        "msg": words["validation"].get(kind, words["validation_default"]),
    }


def _safe_location(location: Sequence[object], kind: str) -> list[str | int]:
    # An unknown member's name is the caller's own text, and so is a key of a mapping.
    known = location[:-1] if kind == "extra_forbidden" else location
    return [part if isinstance(part, int) or _is_field_name(part) else "*" for part in known]  # type: ignore[misc]


def _is_field_name(part: object) -> bool:
    return isinstance(part, str) and _FIELD.fullmatch(part) is not None and not redact(part).spans


def _unnamed(status: int) -> JsonObject:
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Unknown"
    return {"code": f"http_{status}", "title": title, "retryable": status >= 500}


@cache
def _words() -> JsonObject:
    words: JsonObject = json.loads(Path(__file__).with_name("problems.json").read_text("utf-8"))
    return words
