"""What `make smoke` can check besides when it runs beside the parts: tokens and rows."""

import os
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import httpx

from aicoach.app.deps import verify_bridge_token
from aicoach.local.__main__ import running_stack
from aicoach.local.node import find_node
from aicoach.local.paths import WEB
from scripts.smoke.verdict import Failed, check


@dataclass(frozen=True)
class Target:
    """Where the parts are, and what proves who is calling."""

    env: Mapping[str, str]
    web: str
    service: str
    dsn: str
    #: Address, password and the scheduler's secret.
    login: tuple[str, str, str]

    def signed(self, user_id: str) -> str:
        """A bridge token printed by the façade's own signer."""
        node = find_node(os.environ.get("PATH")).binary
        command = [str(node), "scripts/print-token.mjs", user_id]
        printed = subprocess.run(
            command, cwd=WEB, env={**os.environ, **self.env}, capture_output=True, text=True, check=False
        )
        check(printed.returncode == 0, f"the façade's signer failed: {printed.stderr.strip()}")
        return printed.stdout.strip()


def running() -> Target:
    """The `make up` of this checkout; LocalError when it is not running."""
    stack = running_stack()
    person = stack.demo_users[0]
    login = (person.email, person.password, stack.cron_secret)
    return Target(stack.env(), stack.web_url, stack.service_url, stack.dsn_owner, login)


async def bad_token(target: Target, http: httpx.AsyncClient) -> str:
    """Whoever cannot prove who they are is refused."""
    answer = await http.post("/api/aicoach/session", json={}, headers={"Authorization": "Bearer not.a.token"})
    check(answer.status_code == 401, f"a bad token got {answer.status_code}")
    check(answer.headers["content-type"].startswith("application/problem+json"), "the 401 is no problem+json")
    return "a bad token is refused with 401"


async def signer(target: Target, http: httpx.AsyncClient) -> str:
    """The façade and the service agree on tokens."""
    user_id = str(uuid4())
    caller = verify_bridge_token(
        target.signed(user_id),
        now=time.time(),
        keys=target.env["AICOACH_JWT_PUBLIC_KEY"],
        issuer="aicoach-web",
        audience="aicoach",
    )
    check(str(caller.user_id) == user_id, "the token names somebody else")
    return "the façade's signer prints a token that verifies"


async def row_says_running(target: Target, http: httpx.AsyncClient) -> str:
    """A start is a row that says running."""
    connection = await asyncpg.connect(target.dsn)
    try:
        for _ in range(20):
            headers = {"Authorization": f"Bearer {target.signed(str(uuid4()))}"}
            answer = await http.post("/api/aicoach/session", json={}, headers=headers)
            status = await connection.fetchval(
                "select status from public.ai_sessions where id = $1", answer.json()["sessionId"]
            )
            if status == "running":
                return "after a start, the session's row says running"
    finally:
        await connection.close()
    raise Failed("twenty runs were over before anyone could look")


Check = Callable[[Target, httpx.AsyncClient], Awaitable[str]]
CHECKS: tuple[Check, ...] = (bad_token, signer, row_says_running)
