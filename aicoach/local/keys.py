"""The secrets of one laptop: made once, kept in a file only its owner can read."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from aicoach.local.errors import LocalError

BRIDGE_KEY_BITS = 3072


@dataclass(frozen=True)
class Keys:
    """Everything secret that the local stack needs; the field names are those in the file."""

    bridge_private_pem: str
    cron_secret: str
    jwt_secret: str
    publishable_key: str
    secret_key: str
    owner_password: str
    service_password: str
    redis_password: str
    demo_password: str

    @property
    def folio_key(self) -> str:
        """Derived, so that homes made before it existed have one, too."""
        return hashlib.sha256(b"folio:" + self.jwt_secret.encode()).hexdigest()

    @property
    def bridge_public_pem(self) -> str:
        return _pem_of(self._public_key())

    @property
    def bridge_kid(self) -> str:
        """The key's RFC 7638 thumbprint, so that a new key never answers to an old name."""
        numbers = self._public_key().public_numbers()
        jwk = {"e": _base64url_int(numbers.e), "kty": "RSA", "n": _base64url_int(numbers.n)}
        canonical = json.dumps(jwk, separators=(",", ":"), sort_keys=True).encode()
        return _base64url(hashlib.sha256(canonical).digest())

    def _public_key(self) -> rsa.RSAPublicKey:
        key = _private_key(self.bridge_private_pem)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise LocalError("The bridge key in keys.json is not an RSA key; `make clean` makes a new one.")
        return key.public_key()


@lru_cache(maxsize=8)
def _private_key(pem: str) -> PrivateKeyTypes:
    """Read once: reading checks the key's primes, and every look at the environment asks for the public half."""
    return serialization.load_pem_private_key(pem.encode(), password=None)


def load_or_make(path: Path) -> Keys:
    """The keys in this file; whatever is missing is made and written back with mode 0600."""
    known = _read(path)
    missing = [f.name for f in fields(Keys) if f.name not in known]
    keys = Keys(**{f.name: known.get(f.name) or _MAKERS[f.name]() for f in fields(Keys)})
    if missing:
        _write(path, keys)
    return keys


def _read(path: Path) -> dict[str, str]:
    try:
        stored = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise LocalError(f"{path} is damaged; remove it, or run `make clean`, and new keys are made.") from error
    return {f.name: str(stored[f.name]) for f in fields(Keys) if f.name in stored}


def _write(path: Path, keys: Keys) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(keys), file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _make_bridge_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BRIDGE_KEY_BITS)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _pem_of(key: rsa.RSAPublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def _secret() -> str:
    return secrets.token_urlsafe(32)


def _alphanumeric() -> str:
    # Hexadecimal: it goes into URLs, SQL and configuration files without quoting.
    return secrets.token_hex(16)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _base64url_int(number: int) -> str:
    return _base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


_MAKERS: dict[str, Callable[[], str]] = {
    "bridge_private_pem": _make_bridge_key,
    "cron_secret": _secret,
    "jwt_secret": lambda: secrets.token_urlsafe(48),
    "publishable_key": lambda: f"sb_publishable_{secrets.token_urlsafe(24)}",
    "secret_key": lambda: f"sb_secret_{secrets.token_urlsafe(24)}",
    "owner_password": _alphanumeric,
    "service_password": _alphanumeric,
    "redis_password": _alphanumeric,
    "demo_password": lambda: f"demo-{secrets.token_hex(5)}",
}
