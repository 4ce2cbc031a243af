"""What routes ask for: the wired container, the proven caller, the cron secret."""

import hmac
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from fastapi import Request

from aicoach.app.auth.bridge_token import key_id, refusal_reason, verify_bridge_token
from aicoach.app.auth.key_source import KeySource
from aicoach.app.limits import REFUSALS, address_of, kind_of
from aicoach.app.logs import bind
from aicoach.core.errors import Unauthorized
from aicoach.core.model import Caller

if TYPE_CHECKING:
    from aicoach.app.bootstrap import Container

__all__ = [
    "Caller",
    "KeySource",
    "container_of",
    "current_caller",
    "require_cron",
    "require_metrics_reader",
    "verify_bridge_token",
]

MIN_SECRET_BYTES: Final = 16

log = logging.getLogger(__name__)


def container_of(request: Request) -> "Container":
    """Everything that ``bootstrap`` made for this process."""
    return cast("Container", request.app.state.container)


async def current_caller(request: Request) -> Caller:
    """Who is calling, by the Authorization header alone, and not too often.

    Raises Unauthorized, RateLimited, Unavailable without keys, LimitsUnavailable.
    """
    container = container_of(request)
    try:
        caller = await _proven(request, container)
    except Unauthorized as error:
        log.info("caller_refused", extra={"reason": refusal_reason(error)})
        await _count_refusal(request, container)
        raise
    bind(user_id=caller.user_id)
    await container.limits.admit(kind_of(request.method, request.url.path), caller.user_id)
    return caller


async def _proven(request: Request, container: "Container") -> Caller:
    token = _bearer(request).decode("ascii", "replace")
    keys = await container.key_source.keys(key_id(token))
    return verify_bridge_token(
        token,
        now=container.clock.now().timestamp(),
        keys=keys,
        issuer=container.settings.jwt_issuer,
        audience=container.settings.jwt_audience,
    )


async def require_cron(request: Request) -> None:
    """Let the scheduler pass, by its secret; Unauthorized for all others, and for all without a secret.

    Two secrets hold while one is rotated.
    """
    await _require_secret(request, container_of(request).settings.cron_secrets)


async def require_metrics_reader(request: Request) -> None:
    """Let whoever collects metrics pass, by the token of the settings."""
    await _require_secret(request, (container_of(request).settings.metrics_token.get_secret_value(),))


async def _require_secret(request: Request, accepted: Sequence[str]) -> None:
    """Unauthorized without one of these secrets; one shorter than 16 bytes is no secret."""
    try:
        given = _bearer(request)
        secrets = [secret.encode() for secret in accepted]
        # Every secret is compared, in constant time: how long this takes tells nothing.
        matches = [hmac.compare_digest(given, secret) for secret in secrets if len(secret) >= MIN_SECRET_BYTES]
        if not any(matches):
            raise Unauthorized
    except Unauthorized:
        await _count_refusal(request, container_of(request))
        raise


async def _count_refusal(request: Request, container: "Container") -> None:
    """An address that was refused too often hears that instead; who is let in is never concerned."""
    await container.limits.admit(REFUSALS, address_of(request.scope, container.settings.trusted_proxies))


def _bearer(request: Request) -> bytes:
    """The credentials of the one Authorization header with the Bearer scheme."""
    values = [value for name, value in request.scope["headers"] if name == b"authorization"]
    scheme, _, credentials = values[0].partition(b" ") if len(values) == 1 else (b"", b"", b"")
    if scheme.lower() != b"bearer" or not credentials:
        raise Unauthorized
    return cast("bytes", credentials)
