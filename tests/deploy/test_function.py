"""The built functions, run as the host runs them, against real parts."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from aicoach.local.stack import Stack
from scripts.vercel_build.output import Output
from scripts.vercel_build.tools import python312
from tests.deploy.host import ALONE, Instance, instance
from tests.fakes.portfolios import give_portfolio
from tests.support.people import Person
from tests.support.runs import give_prefs
from tests.support.service import Client

Boot = Callable[..., AbstractAsyncContextManager[Instance]]
Wait = Callable[..., Awaitable[None]]

#: An orphan is adopted after a second, and a stream looks for one five times a second.
PACE = {"AICOACH_LEASE_SECONDS": "1", "AICOACH_HEARTBEAT_SECONDS": "0.2"}
COMMIT = "sql.ai_commit_task.before"


@pytest.fixture(scope="module")
def boot(built: Output, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Boot:
    """Starts an instance of a service's function; settings are those of the stack, and ``failpoints``."""
    home = tmp_path_factory.mktemp("functions")
    numbers = count(1)

    def start(service: str, failpoints: str = "") -> AbstractAsyncContextManager[Instance]:
        env = {"PATH": os.defpath, "HOME": str(home), **stack.env(), **PACE, "AICOACH_FAILPOINTS": failpoints}
        return instance(built.function(service), env, home / f"{service}-{next(numbers)}.log")

    return start


@pytest.fixture(scope="module")
async def session(boot: Boot) -> AsyncIterator[Instance]:
    """The function that starts runs, undisturbed."""
    async with boot("session") as running:
        yield running


@pytest.fixture(scope="module")
async def stream(boot: Boot) -> AsyncIterator[Instance]:
    """The function that shows them."""
    async with boot("stream") as running:
        yield running


async def _status(owner: asyncpg.Connection, session_id: UUID) -> str:
    status: str = await owner.fetchval("select status from ai_sessions where id = $1", session_id)
    return status


def test_a_function_imports_nothing_but_python_and_its_own_files(built: Output) -> None:
    """S0-0.3a: what is not in the function is not there; and an import asks for no setting."""
    ask = (
        "import json, sys; sys.path.insert(0, '')\nimport vc__handler__python\n"
        "print(json.dumps([m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)]))"
    )
    function, python = built.function("session"), python312()
    env = {"PATH": os.defpath, **function.settings["environment"]}
    argv = [str(python), *ALONE, "-c", ask]
    done = subprocess.run(argv, cwd=function.folder, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    loaded = [Path(function.folder, name).resolve() for name in json.loads(done.stdout.splitlines()[-1])]
    standard = python.parents[1]
    assert [path for path in loaded if not path.is_relative_to(function.folder) | path.is_relative_to(standard)] == []
    assert [path for path in loaded if "site-packages" in path.parts] == []


async def test_a_run_is_finished_before_the_response_is_closed(
    boot: Boot, owner: asyncpg.Connection, person: Person
) -> None:
    """S0-0.3a: the answer is sent at once, and the host hears the end of the request only when the run has ended."""
    await give_portfolio(owner, person.user_id, "demo")
    async with boot("session", f"{COMMIT}=delay:1") as function:
        invocation = function.invocation()
        answer = await function.web.post("/api/aicoach/session", json={}, headers=person.headers | invocation)
        assert answer.status_code == 201, answer.text
        session_id = UUID(answer.json()["sessionId"])
        assert await _status(owner, session_id) == "running"
        assert not function.has_ended(invocation).is_set()
        async with asyncio.timeout(60):
            await function.has_ended(invocation).wait()
        assert await _status(owner, session_id) == "completed"


@pytest.mark.parametrize("locale", ["en-IN", "hi-IN", "bn-IN"])
async def test_a_whole_run_goes_through_two_functions(
    session: Instance, stream: Instance, owner: asyncpg.Connection, person: Person, locale: str
) -> None:
    """Started in one, watched in the other, in every language: what was trimmed away is not missed."""
    await give_portfolio(owner, person.user_id, "demo")
    await give_prefs(owner, person.user_id, locale=locale)
    session_id = await Client(session.web, person).start()
    events = await Client(stream.web, person).watch(session_id)
    durable = [event for event in events if event["id"] is not None]
    assert [event["id"] for event in durable] == list(range(1, len(durable) + 1))
    assert durable[-1]["type"] == "done"
    assert durable[-1]["status"] == "completed"
    assert [event for event in durable if event["type"] == "insight"]


async def test_a_run_cut_by_the_host_is_finished_by_the_next_stream(
    boot: Boot, stream: Instance, owner: asyncpg.Connection, person: Person
) -> None:
    """The host ends a request that lasts too long, and the run with it; nothing is lost or said twice."""
    await give_portfolio(owner, person.user_id, "demo")
    async with boot("session", f"{COMMIT}=delay:600@2") as doomed:
        session_id = await Client(doomed.web, person).start()
        seen = await Client(stream.web, person).watch(session_id, stop_after=2)
        await doomed.cut()
        assert await _status(owner, session_id) == "running"
    last = max(event["id"] or 0 for event in seen)
    rest = await Client(stream.web, person).watch(session_id, after=last)
    ids = [event["id"] for event in [*seen, *rest] if event["id"] is not None]
    assert ids == list(range(1, len(ids) + 1))
    assert [event["type"] for event in rest].count("done") == 1
    assert await _status(owner, session_id) == "completed"


async def test_feedback_is_taken_by_a_function_of_its_own(
    boot: Boot, session: Instance, owner: asyncpg.Connection, person: Person
) -> None:
    """A card that one function made can be judged in another."""
    await give_portfolio(owner, person.user_id, "demo")
    client = Client(session.web, person)
    events = await client.run()
    card = next(event for event in events if event["type"] == "insight")
    async with boot("feedback") as function:
        body = {"insightId": card["insight"]["id"], "helpful": True}
        answer = await Client(function.web, person).call("POST", "/feedback", json=body)
    assert answer.status_code == 201, answer.text


async def test_jobs_run_in_a_function_of_their_own(boot: Boot, cron: dict[str, str]) -> None:
    """S0-0.3b: GET with the host's secret runs the job, HEAD runs nothing, anybody else is refused."""
    async with boot("webhook") as function:
        url = "/api/aicoach/webhook"
        ran = await function.web.get(url, params={"job": "sweep"}, headers=cron)
        assert ran.status_code == 200, ran.text
        assert ran.json()["job"] == "sweep"
        probed = await function.web.head(url, params={"job": "daily"}, headers=cron)
        assert (probed.status_code, probed.content) == (200, b"")
        assert (await function.web.get(url, params={"job": "daily"})).status_code == 401
        assert (await function.web.get(url, params={"job": "nothing"}, headers=cron)).status_code == 400
