"""Makes bridge tokens of every shape, well signed or not: what a façade, a fool or an attacker would send."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

NOW = 1_800_000_000.0
USER = "3f2b8c1e-7d4a-4e7f-9b60-0c5d2a1e8f47"
ISSUER, AUDIENCE, KID = "aicoach-web", "aicoach", "key-1"


def b64(data: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Minter:
    """One RSA key and the tokens it signs."""

    private: rsa.RSAPrivateKey

    @property
    def pem(self) -> str:
        """The public key as PEM."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()

    @property
    def private_pem(self) -> str:
        """What must never be configured as a verification key."""
        form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.private.private_bytes(serialization.Encoding.PEM, form, no_password).decode()

    def jwk(self, **members: Any) -> dict[str, Any]:
        """The public key as a JWK; a member given as None is left out."""
        numbers = self.private.public_key().public_numbers()
        jwk = {"kty": "RSA", "kid": KID, "use": "sig", "alg": "RS256", "n": b64int(numbers.n), "e": b64int(numbers.e)}
        return {name: value for name, value in (jwk | members).items() if value is not None}

    def sign(self, header: bytes, payload: bytes) -> str:
        """A compact token of exactly these bytes."""
        signed = f"{b64(header)}.{b64(payload)}"
        return f"{signed}.{b64(self.private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def token(self, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """A good token, but for the changes; a claim or header member given as None is left out."""
        head = {"alg": "RS256", "typ": "JWT", "kid": KID} | (header or {})
        return self.sign(dump(head), dump(claims(**changes)))


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token, but for the changes."""
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": USER, "iat": NOW, "exp": NOW + 600, "jti": "token-1"}
    return good | changes


def dump(members: dict[str, Any]) -> bytes:
    """JSON without the members that are None."""
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


def hs256(header: bytes, payload: bytes, secret: bytes) -> str:
    """A token signed by a shared secret."""
    signed = f"{b64(header)}.{b64(payload)}"
    return f"{signed}.{b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def b64int(value: int) -> str:
    """A JWK number."""
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@cache
def minter(name: str, bits: int = 2048) -> Minter:
    """The key of this name, made once a process: RSA keys take time."""
    return Minter(rsa.generate_private_key(65537, bits))
