"""People at the gateway's door: a key, a token, and a digest of everything to see whether they changed anything."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from jose import jwt

from aicoach.local.stack import Stack
from tests.support.rls_policy import TABLES

TABLE_NAMES = [name.partition(".")[2] for name in TABLES]


def token(secret: str, user_id: UUID | None, role: str = "authenticated", lives: int = 60, **more: Any) -> str:
    """A token as the gateway's own sign-in makes them; ``secret`` decides whether it is one."""
    now = int(time.time())
    body: dict[str, Any] = {"role": role, "aud": "authenticated", "iat": now, "exp": now + lives}
    if user_id is not None:
        body["sub"] = str(user_id)
    signed: str = jwt.encode(body | more, secret, algorithm="HS256")
    return signed


@dataclass(frozen=True)
class Door:
    """The gateway, seen by one caller."""

    http: httpx.AsyncClient
    key: str
    bearer: str | None = None

    async def knock(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request under /rest/v1 (or any path that begins with a slash)."""
        sent = {"apikey": self.key, "Prefer": "return=representation"} | headers
        if self.bearer is not None:
            sent["Authorization"] = f"Bearer {self.bearer}"
        url = path if path.startswith("/") else f"/rest/v1/{path}"
        return await self.http.request(method, url, json=body, headers=sent)


async def sign_up(http: httpx.AsyncClient, stack: Stack, **more: Any) -> tuple[UUID, str]:
    """A real person with a real password: id and the token that sign-in gave."""
    door = Door(http, stack.rest_publishable_key)
    login = {"email": f"{uuid4().hex}@example.com", "password": uuid4().hex}
    made = await door.knock("POST", "/auth/v1/signup", login | more)
    assert made.status_code == 200, made.text
    answer = await door.knock("POST", "/auth/v1/token?grant_type=password", login)
    assert answer.status_code == 200, answer.text
    return UUID(answer.json()["user"]["id"]), answer.json()["access_token"]


async def everything(db: asyncpg.Connection) -> dict[str, str]:
    """A digest of each table of ours, physical versions included: nothing can be written without a trace."""
    return {
        name: await db.fetchval(
            "select md5(coalesce(string_agg(t.ctid::text || t.xmin::text || t::text, ',' order by t.ctid), '')) "
            f"from {name} t"
        )
        for name in TABLES
    }
