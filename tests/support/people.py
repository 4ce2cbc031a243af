"""People with ids and tokens of their own, so that tests never share rows."""

import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from jose import jwk, jwt


@lru_cache(maxsize=8)
def _key(private_pem: str) -> Any:
    """Read once: reading checks the key's primes, which costs a hundred times what signing does."""
    return jwk.construct(private_pem, "RS256")


@dataclass(frozen=True)
class Signer:
    """What the façade does: signs a ten-minute bridge token."""

    private_pem: str
    kid: str | None = None

    def token(self, user_id: UUID | str, **claims: Any) -> str:
        """A valid token for ``user_id``; ``claims`` replace the usual ones, None removes one."""
        now = int(time.time())
        body: dict[str, Any] = {
            "iss": "aicoach-web",
            "aud": "aicoach",
            "sub": str(user_id),
            "iat": now,
            "exp": now + 600,
            "jti": str(uuid4()),
        } | claims
        kept = {name: value for name, value in body.items() if value is not None}
        headers = {"kid": self.kid} if self.kid else None
        token: str = jwt.encode(kept, _key(self.private_pem), algorithm="RS256", headers=headers)
        return token


@dataclass(frozen=True)
class Person:
    """Somebody who uses the service."""

    signer: Signer
    user_id: UUID = field(default_factory=uuid4)

    @property
    def headers(self) -> dict[str, str]:
        """What the façade sends for this person."""
        return {"Authorization": f"Bearer {self.signer.token(self.user_id)}"}
