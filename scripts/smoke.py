"""The plan's own checks against a running `make up`, as a newcomer would try them; exits 1 on the first no."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import httpx

from aicoach.app.deps import verify_bridge_token
from aicoach.local.__main__ import running_stack
from aicoach.local.demo import first_demo_user_id
from aicoach.local.errors import LocalError
from aicoach.local.node import find_node
from aicoach.local.paths import WEB


class Failed(Exception):
    """A check said no."""


@dataclass(frozen=True)
class Target:
    """Where the parts are, and what proves who is calling."""

    env: Mapping[str, str]
    service: str
    dsn: str

    def signed(self, user_id: str) -> str:
        """A bridge token printed by the façade's own signer."""
        node = find_node(os.environ.get("PATH")).binary
        command = [str(node), "scripts/print-token.mjs", user_id]
        printed = subprocess.run(
            command, cwd=WEB, env={**os.environ, **self.env}, capture_output=True, text=True, check=False
        )
        check(printed.returncode == 0, f"the façade's signer failed: {printed.stderr.strip()}")
        return printed.stdout.strip()


def check(true: bool, otherwise: str) -> None:
    """Stop with a sentence unless it is true."""
    if not true:
        raise Failed(otherwise)


async def healthz(target: Target, http: httpx.AsyncClient) -> str:
    """The process answers."""
    answer = await http.get("/api/aicoach/healthz")
    check(answer.status_code == 200 and answer.json()["ok"] is True, f"healthz answered {answer.status_code}")
    return "healthz answers"


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


async def running(target: Target, http: httpx.AsyncClient) -> str:
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


async def console(target: Target, http: httpx.AsyncClient) -> str:
    """What a person's console would show."""
    headers = {"Authorization": f"Bearer {target.signed(str(first_demo_user_id()))}"}
    start = await http.post("/api/aicoach/session", json={"focus": ["performance"]}, headers=headers)
    check(start.status_code in {200, 201}, f"start answered {start.status_code}")
    url = f"/api/aicoach/stream?sessionId={start.json()['sessionId']}"
    seen = [event async for event in _events(http, url, headers)]
    check(bool(seen) and seen[0] == "started", f"the stream began with {seen[:1]}")
    check(seen[-1] == "done", f"the stream ended with {seen[-1:]}")
    return f"the stream shows {' → '.join(seen)}"


async def _events(http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> AsyncIterator[str]:
    async with http.stream("GET", url, headers=headers) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                event = json.loads(line.removeprefix("data: "))
                if event["id"] is not None:
                    yield event.get("msg", event["type"])


async def main() -> int:
    """All checks in order; 0 when all said yes."""
    stack = running_stack()
    target = Target(stack.env(), stack.service_url, stack.dsn_owner)
    async with httpx.AsyncClient(base_url=target.service, timeout=30) as http:
        for step in (healthz, bad_token, signer, running, console):
            try:
                print(f"  yes  {await step(target, http)}")
            except (Failed, httpx.HTTPError) as error:
                print(f"  NO   {step.__name__}: {error}")
                return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main()))
    except LocalError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
