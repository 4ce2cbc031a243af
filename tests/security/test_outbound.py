"""The service calls the addresses it was configured with, and goes nowhere else when one of them sends it on."""

import ast
import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

import aicoach
from aicoach.adapters.supabase.rest import RestTransport
from aicoach.app.auth.key_source import JwksKeys
from aicoach.app.bootstrap import build
from aicoach.app.jobs import do_job, hand_on
from aicoach.app.settings import Settings
from aicoach.app.telemetry.otlp import OtlpExport
from aicoach.core.errors import CoachError, Unavailable
from aicoach.core.ports import ModelFailure, Prompt
from aicoach.tools.openai_tool import Endpoint, OpenAITool
from tests.unit.edge.clocks import HeldClock
from tests.unit.edge.jwks_host import JwksHost
from tests.unit.edge.minting import minter

HOME = Path(aicoach.__file__).parent
#: Everything that opens connections, by the module that holds it: a new way out is added here, and refuses redirects.
WAYS_OUT = {
    "adapters/supabase/postgres.py": {"create_pool"},
    "adapters/supabase/rest.py": {"AsyncClient", "acreate_client"},
    "app/auth/key_source.py": {"AsyncClient"},
    "app/fanout.py": {"Celery"},
    "app/jobs.py": {"AsyncClient"},
    "app/telemetry/otlp.py": {"OTLPSpanExporter", "OTLPMetricExporter"},
    "jobs/navs.py": {"AsyncClient"},
    "memory/kv_store/link.py": {"from_url"},
    "tools/openai_tool.py": {"AsyncOpenAI", "DefaultAsyncHttpxClient"},
    "worker/dead_letters.py": {"from_url"},
}
MAKERS = {name for names in WAYS_OUT.values() for name in names} | {
    "Client", "OpenAI", "urlopen", "create_connection", "open_connection", "ClientSession", "request", "Session",
    "create_client",
}  # fmt: skip


def _made(path: Path) -> set[str]:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    return names & MAKERS


def test_every_way_out_is_known() -> None:
    """Security row 39: what runs on a laptop only is left out."""
    files = [path for path in HOME.rglob("*.py") if path.relative_to(HOME).parts[0] not in {"local", "__main__.py"}]
    found = {str(path.relative_to(HOME)): made for path in files if (made := _made(path))}
    assert found == WAYS_OUT


@pytest.fixture
async def elsewhere() -> AsyncIterator[JwksHost]:
    """Where nobody was sent by us: it answers everything, and must never be asked."""
    async with JwksHost(minter("thief").jwk()) as host:
        yield host
        assert host.calls == 0


@pytest.fixture(params=[301, 302, 303, 307, 308])
async def sends_on(request: pytest.FixtureRequest, elsewhere: JwksHost) -> AsyncIterator[JwksHost]:
    """An address we were configured with, which has been taken over."""
    async with JwksHost() as host:
        host.status, host.headers = request.param, {"location": elsewhere.url}
        yield host
        assert host.calls >= 1


async def test_a_model_endpoint_cannot_send_us_on(sends_on: JwksHost) -> None:
    """Security row 39: neither prompt nor key travels to another host."""
    tool = OpenAITool(Endpoint(sends_on.url, "sk-somebodys", "a-model"))
    with pytest.raises(ModelFailure):
        await tool.complete(Prompt("system", "user", "v"))
    await tool.aclose()


async def test_a_key_source_cannot_send_us_on(sends_on: JwksHost) -> None:
    """Security row 39: keys of another host would let anybody in."""
    source = JwksKeys(sends_on.url, HeldClock(), allow_loopback_http=True)
    with pytest.raises(Unavailable):
        await source.keys("key-1")
    await source.aclose()


async def test_a_gateway_cannot_send_us_on(sends_on: JwksHost) -> None:
    """Security row 39: the token of the call would travel along."""
    url = sends_on.url.removesuffix("/jwks.json")
    transport = RestTransport(url, "sb_publishable_x", "a-signing-key-of-32-bytes-or-more", timeout=5)
    with pytest.raises(CoachError):
        await transport.call("ai_get_prefs", {}, user_id=uuid4())
    await transport.aclose()


async def test_our_own_address_cannot_send_the_cron_secret_on(
    sends_on: JwksHost, settings: Callable[..., Settings]
) -> None:
    """Security row 39."""
    assert not await hand_on(settings(self_url=sends_on.url, cron_secret=SecretStr("c" * 32)), "daily", 0)


async def test_a_price_list_cannot_send_us_on(sends_on: JwksHost, settings: Callable[..., Settings]) -> None:
    """Security row 39: prices of another host would move everybody's figures."""
    wired = build(settings(store="postgres", navs_url=f"{sends_on.url}?{uuid4()}"))
    report = await do_job(wired, "navs")
    assert (report.started, report.failed) == (0, 1)
    await wired.aclose()


async def test_a_collector_cannot_send_us_on(sends_on: JwksHost) -> None:
    """Security row 39: what is measured stays with whom it was meant for."""
    export = OtlpExport(sends_on.url, "aicoach")
    export.observers[0]("job", {"job": "daily"})(None)
    await asyncio.to_thread(export.close)
