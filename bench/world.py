"""The stack under measurement, and the people in it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
from jose import jwk, jwt

from aicoach.local import environment
from aicoach.local.stack import Stack

SQL: Final = Path(__file__).parent / "sql"
_WRITTEN: Final = ("ai_sessions", "ai_events", "ai_insights", "ai_recommendations", "ai_topic_ledger")
#: Tokens live for ten minutes; after this long new ones are signed.
TOKEN_SECONDS: Final = 300.0
#: So that no run can ever cost anything, whatever is configured.
TINY_BUDGETS: Final = {
    "AICOACH_LLM_SESSION_TOKENS": "50",
    "AICOACH_LLM_SCOPE_TOKENS": "50",
    "AICOACH_LLM_DAY_TOKENS": "1000",
}
#: The limiter works and costs as ever, and lets everybody through: a few people start thousands of runs.
WIDE_LIMITS: Final = {f"AICOACH_LIMIT_{kind}": "1000000/minute" for kind in ("STARTS", "STREAMS", "READS")}


@dataclass
class World:
    """A running stack with an invented market and investors."""

    stack: Stack
    people: int
    _tokens: list[str] = field(default_factory=list)
    _signed_at: float = -TOKEN_SECONDS

    def fill(self) -> None:
        """Make the market and the investors; each has 300 transactions."""
        self.sql("market")
        self.sql("investors", people=self.people)
        self.stack.owner.run("analyze")

    def clear(self) -> None:
        """Take away what an earlier bench left in this home."""
        self.sql("clear")

    def tokens(self, count: int) -> list[str]:
        """Bridge tokens of the first ``count`` investors, good for some minutes more."""
        if time.monotonic() - self._signed_at > TOKEN_SECONDS:
            self._tokens, self._signed_at = [], time.monotonic()
        # Reading the PEM takes fifty times as long as signing.
        key = jwk.construct(self.stack.bridge_private_pem, "RS256")
        for number in range(len(self._tokens) + 1, count + 1):
            self._tokens.append(bridge_token(key, investor(number)))
        return self._tokens[:count]

    def sql(self, name: str, **variables: object) -> str:
        """Run a file of ``bench/sql`` as the owner of the database."""
        values = {key: str(value) for key, value in variables.items()}
        return self.stack.owner.run((SQL / f"{name}.sql").read_text(), values)

    def forget(self) -> None:
        """Take back what runs have written, and tidy up after it."""
        self.sql("forget")
        asyncio.run(_vacuum(self.stack.dsn_owner))

    def env(self, **changes: str) -> dict[str, str]:
        """The environment of a server; the model is off unless ``changes`` turn it on."""
        ours = {"PYTHONUNBUFFERED": "1", "BENCH_PEERS_DSN": self.stack.dsn_owner}
        return {**environment.base(), **self.stack.env(), **TINY_BUDGETS, **WIDE_LIMITS, **ours, **changes}

    def open_sessions(self, count: int) -> Sequence[UUID]:
        """Running sessions that nobody works on and nobody takes over, one for each of the first investors."""
        rows = self.sql("open_sessions", count=count)
        return [UUID(row) for row in rows.split()]


async def _vacuum(dsn: str) -> None:
    owner = await asyncpg.connect(dsn)
    for table in _WRITTEN:
        await owner.execute(f"vacuum analyze public.{table}")
    await owner.close()


def investor(number: int) -> UUID:
    """The id of the bench's investor ``number``, from 1."""
    return UUID(int=(0xBE4C << 112) + number)


def bridge_token(key: Any, user_id: UUID) -> str:
    """What the façade signs for a person."""
    now = int(time.time())
    claims = {"iss": "aicoach-web", "aud": "aicoach", "sub": str(user_id), "iat": now, "exp": now + 600}
    token: str = jwt.encode(claims | {"jti": str(uuid4())}, key, algorithm="RS256")
    return token
