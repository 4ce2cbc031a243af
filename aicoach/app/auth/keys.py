"""Which RSA keys may sign a bridge token: PEMs or a JWKS, each checked before it is trusted."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jose import jwk

ALGORITHM: Final = "RS256"
MIN_BITS: Final = 2048
MAX_BITS: Final = 8192
MAX_PEMS: Final = 2

_PEM = re.compile(r"-----BEGIN (?:RSA )?PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END (?:RSA )?PUBLIC KEY-----")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class KeySet:
    """Keys fit for RS256, and which of them to try for a token.

    A JWKS names its keys: a token's kid picks exactly one, and a token without kid needs a set of one. A PEM
    has no name: a kid that equals a PEM's RFC 7638 thumbprint picks it, any other kid tries the one or two
    PEMs there are. That is safe, as each of them is trusted in full, and lets two keys rotate.
    """

    named: Mapping[str, Any] = field(default_factory=dict)
    without_kid: tuple[Any, ...] = ()
    unknown_kid: tuple[Any, ...] = ()

    def pick(self, kid: str | None) -> tuple[Any, ...]:
        """The keys that may have signed a token with this kid; empty when there is none."""
        if kid is None:
            return self.without_kid
        return (self.named[kid],) if kid in self.named else self.unknown_kid

    def knows(self, kid: str | None) -> bool:
        """True when a fresher copy of the set could not help this kid."""
        return bool(self.pick(kid))


def key_set(keys: object) -> KeySet:
    """Read a PEM text, a list of PEMs, a JWKS document or a KeySet; ValueError when it cannot be trusted."""
    if isinstance(keys, KeySet):
        return keys
    if isinstance(keys, str):
        return pem_key_set(keys)
    if isinstance(keys, Mapping):
        return jwks_key_set(keys)
    if isinstance(keys, Sequence) and all(isinstance(key, str) for key in keys):
        return pem_key_set("\n".join(keys))
    raise ValueError("keys must be a PEM, a list of PEMs or a JWKS")


@lru_cache(maxsize=8)
def pem_key_set(text: str) -> KeySet:
    """One or two RSA public keys in PEM form, with real or escaped line breaks.

    Raises ValueError for a private key, a certificate, another kind of key, less than 2048 bits, any text
    beside the keys, no key and more than two.
    """
    text = text.replace("\\n", "\n")
    pems = _PEM.findall(text)
    if not 1 <= len(pems) <= MAX_PEMS or _PEM.sub("", text).strip():
        raise ValueError("expected one or two RSA public keys in PEM form and nothing else")
    keys = {thumbprint(n, e): _rsa_key(n, e) for n, e in map(_pem_numbers, pems)}
    every = tuple(keys.values())
    return KeySet(keys, without_kid=every, unknown_kid=every)


def jwks_key_set(document: Mapping[str, Any]) -> KeySet:
    """The usable keys of a JWK Set (RFC 7517); ValueError when it is malformed or repeats a kid.

    Keys of other kinds or uses are left out, as RFC 7517 section 5 asks: a token that names one is refused.
    """
    entries = document.get("keys")
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise ValueError("a JWK Set holds a list of keys")
    kids = [entry["kid"] for entry in entries if "kid" in entry]
    if not all(isinstance(kid, str) for kid in kids) or len(set(kids)) != len(kids):
        raise ValueError("a kid is repeated or is not text")
    usable = [(entry.get("kid"), _jwk_key(entry)) for entry in entries if _may_verify(entry)]
    sole = tuple(key for _, key in usable) if len(entries) == 1 else ()
    return KeySet({kid: key for kid, key in usable if kid is not None}, without_kid=sole)


def thumbprint(n: str, e: str) -> str:
    """The RFC 7638 SHA-256 thumbprint of an RSA key with base64url members ``n`` and ``e``."""
    canonical = f'{{"e":"{e}","kty":"RSA","n":"{n}"}}'
    return _encode(hashlib.sha256(canonical.encode()).digest())


def base64url_decode(text: str) -> bytes:
    """Decode unpadded base64url that has one spelling only (RFC 4648 section 3.5); ValueError otherwise."""
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encode(data) != text:
        raise ValueError("spare bits are set")
    return data


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _pem_numbers(pem: str) -> tuple[str, str]:
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("expected an RSA key") from error
    if not isinstance(key, RSAPublicKey) or not MIN_BITS <= key.key_size <= MAX_BITS:
        raise ValueError(f"expected an RSA key of {MIN_BITS} to {MAX_BITS} bits")
    numbers = key.public_numbers()
    return _encode_int(numbers.n), _encode_int(numbers.e)


def _encode_int(value: int) -> str:
    return _encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _may_verify(entry: Mapping[str, Any]) -> bool:
    operations = entry.get("key_ops", ["verify"])
    return (
        entry.get("kty") == "RSA"
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", ALGORITHM) == ALGORITHM
        and isinstance(operations, list)
        and "verify" in operations
        and "d" not in entry
        and _has_strong_numbers(entry.get("n"), entry.get("e"))
    )


def _has_strong_numbers(n: object, e: object) -> bool:
    if not isinstance(n, str) or not isinstance(e, str):
        return False
    try:
        modulus, exponent = (int.from_bytes(base64url_decode(part), "big") for part in (n, e))
    except ValueError:
        return False
    in_range = MIN_BITS <= modulus.bit_length() <= MAX_BITS and 3 <= exponent < 2**33
    return in_range and modulus % 2 == 1 and exponent % 2 == 1


def _jwk_key(entry: Mapping[str, Any]) -> Any:
    return _rsa_key(entry["n"], entry["e"])


@lru_cache(maxsize=64)
def _rsa_key(n: str, e: str) -> Any:
    """A python-jose key made from the numbers alone: nothing else a document says reaches the library."""
    return jwk.construct({"kty": "RSA", "n": n, "e": e, "alg": ALGORITHM}, ALGORITHM)
