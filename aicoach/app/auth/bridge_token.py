"""The bridge token (DESIGN 4.3): python-jose behind a wrapper that accepts one kind of token and no other.

python-jose alone accepts missing claims, ignored kid/use/alg, lax base64, a future iat and any lifetime, and
crashes on nested headers; each check below closes one of those (RFC 8725, RFC 7515 section 4.1).
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from jose import jws

from aicoach.app.auth.keys import ALGORITHM, KeySet, base64url_decode, key_set
from aicoach.app.auth.strict_json import loads
from aicoach.core.errors import Unauthorized
from aicoach.core.model import Caller, JsonObject

MAX_TOKEN_CHARS: Final = 8192
MAX_LIFETIME: Final = 600
LEEWAY: Final = 10.0
# Members that change what is signed or bring their own key: never needed, so never accepted.
_FORBIDDEN_HEADERS: Final = frozenset({"crit", "b64", "jwk", "jku", "x5u", "x5c"})
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Keys = str | Sequence[str] | Mapping[str, Any] | KeySet


class _Refused(ValueError):
    """Why a token was refused, in fixed words: for the log, never for the caller."""


def verify_bridge_token(token: str, *, now: float, keys: Keys, issuer: str, audience: str) -> Caller:
    """Prove who is calling. ``now`` is seconds since 1970; ``keys`` is a PEM, a list of PEMs or a JWKS.

    Raises Unauthorized and nothing else, whatever is wrong with the token or the keys; the reason is its
    ``__cause__``, for the log alone.
    """
    try:
        header = _read_header(token)
        claims = _verified_claims(token, key_set(keys).pick(header.get("kid")))
        _check_times(claims, now)
        _check_parties(claims, issuer, audience)
        return Caller(_user_id(claims), header.get("kid"), _token_id(claims))
    except Exception as error:
        raise Unauthorized from error


def key_id(token: str) -> str | None:
    """The kid that a well-formed token names, not yet proven; Unauthorized for anything else."""
    try:
        kid: str | None = _read_header(token).get("kid")
    except Exception as error:
        raise Unauthorized from error
    return kid


def refusal_reason(error: Unauthorized) -> str:
    """Why a token was refused, in words that hold nothing of the token."""
    cause = error.__cause__
    return str(cause) if isinstance(cause, _Refused) else type(cause).__name__


def _read_header(token: str) -> JsonObject:
    """Check the compact form and the header before any key is touched."""
    _require(isinstance(token, str) and len(token) <= MAX_TOKEN_CHARS, "not a text of at most 8 kB")
    parts = token.split(".")
    _require(len(parts) == 3, "not three parts")
    header = loads(base64url_decode(parts[0]))
    for part in parts[1:]:
        base64url_decode(part)
    _require(isinstance(header, dict), "the header is not an object")
    _require(header.get("alg") == ALGORITHM, "alg is not RS256")
    _require(header.get("typ", "JWT") == "JWT", "typ is not JWT")
    _require(_FORBIDDEN_HEADERS.isdisjoint(header), "a forbidden header member")
    _require("kid" not in header or isinstance(header["kid"], str), "kid is not text")
    return dict(header)


def _verified_claims(token: str, candidates: tuple[Any, ...]) -> JsonObject:
    _require(bool(candidates), "no key for this kid")
    payload = jws.verify(token, candidates, algorithms=[ALGORITHM])
    claims = loads(payload)
    _require(isinstance(claims, dict), "the claims are not an object")
    return dict(claims)


def _check_times(claims: JsonObject, now: float) -> None:
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    _require(expires > now - LEEWAY, "expired")
    _require(issued <= now + LEEWAY, "issued in the future")
    _require(0 < expires - issued <= MAX_LIFETIME, "lives too long")
    if "nbf" in claims:
        _require(_instant(claims, "nbf") <= now + LEEWAY, "not valid yet")


def _instant(claims: JsonObject, name: str) -> float:
    value = claims.get(name)
    _require(isinstance(value, int | float) and not isinstance(value, bool), f"{name} is not a number")
    _require(math.isfinite(value) and 0 <= value < 2**53, f"{name} is out of range")  # type: ignore[arg-type, operator]
    return float(value)  # type: ignore[arg-type]


def _check_parties(claims: JsonObject, issuer: str, audience: str) -> None:
    named = claims.get("aud")
    audiences = named if isinstance(named, list) else [named]
    _require(isinstance(claims.get("iss"), str) and claims["iss"] == issuer, "another issuer")
    _require(all(isinstance(name, str) for name in audiences), "aud is not text")
    _require(audience in audiences, "another audience")


def _user_id(claims: JsonObject) -> UUID:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _UUID.fullmatch(subject):
        raise _Refused("sub is not a UUID")
    user_id = UUID(subject)
    _require(user_id.int != 0, "sub is the nil UUID")
    return user_id


def _token_id(claims: JsonObject) -> str | None:
    token_id = claims.get("jti")
    _require(token_id is None or (isinstance(token_id, str) and len(token_id) <= 255), "jti is not text")
    return token_id


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise _Refused(reason)
