"""The façade is killed, or cut off from the service, while runs stand at every step: browsers lose nothing."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from aicoach.local import http
from aicoach.local.stack import Stack
from tests.faults.cells import HeldService, Victim
from tests.faults.conftest import TellRow
from tests.faults.gates import Hold
from tests.faults.ground import Ground, ground_on
from tests.faults.many import serve_by_person
from tests.faults.matrix import FACADE_FAULTS, Fault
from tests.faults.subjects import GOALS
from tests.faults.traces import Trace
from tests.support.cutting_proxy import cutting_proxy
from tests.support.processes import Browser

pytestmark = pytest.mark.slow

_PASSWORD = "a-long-password"
#: As long as @supabase/ssr makes one cookie.
_CHUNK = 3180


@dataclass(frozen=True)
class SignedIn:
    """Somebody with the façade's cookies."""

    user_id: UUID
    headers: dict[str, str]


class FacadeGround(Ground):
    """A ground whose people see the service through the façade only."""

    async def browser(self) -> Browser:
        """See Ground."""
        person = await asyncio.to_thread(sign_up, self.stack)
        await GOALS.arrange(self.database, person.user_id)
        paths = {"start_path": "/api/ai/coach/start", "stream_path": "/api/ai/coach/stream"}
        return Browser(self.web, person, GOALS.body(), **paths)  # type: ignore[arg-type]

    @asynccontextmanager
    async def victims(self, fault: Fault, browsers: Sequence[Browser]) -> AsyncIterator[Sequence[Victim]]:
        """See Ground: each has a service of their own behind the one façade."""
        holds = [Hold(step.point) for step in fault.steps]
        owners = [browser.person.user_id for browser in browsers]
        services = {owner: self.held_at(hold, fault) for owner, hold in zip(owners, holds, strict=True)}
        async with serve_by_person(services) as port, cutting_proxy(port, self.stack.ports.service) as self.cut:
            yield [HeldService(self.stack.web_url, hold) for hold in holds]


def sign_up(stack: Stack) -> SignedIn:
    """A new login, and the cookies that the login page would set."""
    body = {"email": f"{uuid4()}@aicoach.example", "password": _PASSWORD}
    answer = http.ask(stack.ports.rest, "/auth/v1/signup", headers={"apikey": stack.rest_publishable_key}, body=body)
    assert answer.status == 200, answer.body
    session: dict[str, Any] = answer.json()
    text = "base64-" + base64.urlsafe_b64encode(json.dumps(session).encode()).decode().rstrip("=")
    host = str(urlsplit(stack.rest_url).hostname).partition(".")[0]
    chunks = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    names = [f"sb-{host}-auth-token" + (f".{n}" if len(chunks) > 1 else "") for n in range(len(chunks))]
    cookie = "; ".join(f"{name}={chunk}" for name, chunk in zip(names, chunks, strict=True))
    return SignedIn(UUID(session["user"]["id"]), {"Cookie": cookie})


@pytest.fixture(scope="module")
def fronted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack with the built façade."""
    parts = ("postgres", "redis", "lite", "web")
    with Stack(tmp_path_factory.mktemp("fronted"), parts=parts, durable=False) as running:
        yield running


@pytest.fixture(scope="module")
async def facade(fronted: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FacadeGround]:
    """That stack as people see it."""
    async with ground_on(fronted, tmp_path_factory.mktemp("services"), FacadeGround) as ground:
        yield ground


@pytest.fixture(scope="module")
async def undisturbed(facade: FacadeGround) -> Trace:
    """What every run of these rows must leave behind."""
    return await facade.undisturbed()


@pytest.mark.parametrize("fault", FACADE_FAULTS, ids=lambda fault: fault.name)
async def test_nothing_is_lost_behind_a_broken_facade(
    fault: Fault, facade: FacadeGround, undisturbed: Trace, tell_row: TellRow
) -> None:
    """Issue 5 item 1: S0-10.*; the run goes on without its reader, who comes back for the rest."""
    tell_row(fault.name, await facade.play(fault, undisturbed))
