"""Logs as JSON lines on standard output: one line a record, with its context, without personal data or secrets."""

import hmac
import json
import logging
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Protocol
from uuid import UUID

from aicoach.tools.pii import redact

MAX_TEXT: Final = 32_000
REMOVED: Final = "[REMOVED]"
# Values under these names are removed unseen; the rest is read for what looks like a secret or a person.
_PRIVATE_KEYS: Final = frozenset(
    (
        "aadhaar", "account", "account_number", "api_key", "authorization", "cookie", "email", "folio", "folio_number",
        "mobile", "pan", "password", "phone", "private_key", "secret", "set-cookie", "token", "upi",
    )
)  # fmt: skip
# Made by this module or checked at the edge: always free of what others wrote.
_OWN_KEYS: Final = frozenset(("timestamp", "level", "logger", "user", "request_id", "trace_id"))
_SECRET: Final = re.compile(
    r"(?<![\w-])eyJ[\w-]++\.[\w-]++(?:\.[\w-]*+)*"  # a JWT
    r"|(?<![\w-])(?:sb_secret|sb_publishable|sk)[_-][\w-]{12,}+"
    r"|(?<=://)[^\s/@:]*+:[^\s/@]++(?=@)"  # user and password of a URL
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----END)[\s\S])*+(?:-----END[A-Z -]*+)?"
    r"|\b[Bb]earer\s++[^\s\"',]++"
)
_MAY_HOLD_SECRET: Final = re.compile(r"eyJ|sb_|sk[_-]|://|-----BEGIN|[Bb]earer")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
# What logging itself puts into a record; all else came with ``extra``. Uvicorn repeats its message in colours.
_STANDARD: Final = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"))

_context: ContextVar[Mapping[str, Any]] = ContextVar("log_context", default=_NOTHING)
_user_key = secrets.token_bytes(32)


class LogSettings(Protocol):
    """The settings that logging needs."""

    @property
    def log_level(self) -> str: ...


def configure_logging(settings: LogSettings, *, user_key: str = "") -> None:
    """Send every logger of the process as JSON lines to standard output.

    ``user_key`` keys the hash of users; without one it is random, and hashes match within a process only.
    """
    global _user_key  # noqa: PLW0603
    _user_key = user_key.encode() or _user_key
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    root = logging.getLogger()
    handler = _Stdout()
    handler.setFormatter(JsonLines())
    root.handlers = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # These repeat whole URLs, or whole prompts at debug; the edge writes one line a request itself.
    for name in ("uvicorn.access", "httpx", "httpcore", "httpx2", "httpcore2", "openai"):
        logging.getLogger(name).setLevel(logging.WARNING)


def bind(*, user_id: UUID | str | None = None, **values: object) -> None:
    """Add to every later record of this task, and of tasks it starts; a user is written as a keyed hash."""
    if user_id is not None:
        values["user"] = hash_user(user_id)
    _context.set({**_context.get(), **{name: value for name, value in values.items() if value is not None}})


@contextmanager
def bound(**values: object) -> Iterator[None]:
    """Bind within a block; what the block itself binds is forgotten with it."""
    before = _context.set(_context.get())
    try:
        bind(**values)  # type: ignore[arg-type]
        yield
    finally:
        _context.reset(before)


def hash_user(user_id: UUID | str) -> str:
    """The first 12 hex digits of a keyed SHA-256: tells users apart in a log without naming them."""
    return hmac.digest(_user_key, str(user_id).encode(), "sha256")[:6].hex()


def context() -> Mapping[str, Any]:
    """What is bound now: the ids that every record of this task carries."""
    return _context.get()


class JsonLines(logging.Formatter):
    """A record as one line of ASCII JSON: what was said, what came with it, what is bound; cleaned."""

    def format(self, record: logging.LogRecord) -> str:
        """See JsonLines. Raises whatever an argument's own ``__str__`` raises."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = {
            **_context.get(),
            **extra,
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        return _to_line(_clean(line))


def _clean(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in _OWN_KEYS else _clean_item(name, value) for name, value in line.items()}


def _clean_item(name: str, value: object) -> object:
    return REMOVED if name.lower() in _PRIVATE_KEYS else _clean_value(value)


def _clean_value(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**6 else _clean_number(value)
    if isinstance(value, Mapping):
        return _clean({_clean_text(str(name)): item for name, item in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean_value(item) for item in value]
    return _clean_text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def _clean_number(value: int) -> object:
    if abs(value) >= 10**30:
        return "a large number"
    text = str(value)
    cleaned = _clean_text(text)
    return value if cleaned == text else cleaned


def _clean_text(text: str) -> str:
    text = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
    if _MAY_HOLD_SECRET.search(text):
        text = _SECRET.sub("[SECRET]", text)
    return redact(text).text


def _to_line(line: Mapping[str, Any]) -> str:
    # ASCII only: CR, LF, ESC and U+2028 are escaped, so a record cannot forge another or steer a terminal.
    return json.dumps(line, ensure_ascii=True, separators=(",", ":"), default=str)


class _Stdout(logging.Handler):
    """Writes to the standard output of the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001
            # The default prints the record's arguments to standard error, unread.
            line = _to_line({"event": "log_record_unreadable", "level": "error", "logger": record.name})
        # Flushed: what a process said before it was killed is what one wants to read. Whoever reads us may be gone.
        with suppress(OSError, ValueError):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
