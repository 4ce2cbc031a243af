"""Words that were paid for before a crash are the words of the resumed run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import Container
from aicoach.core.ports import Started
from aicoach.local.scripted_model import ScriptedModel
from aicoach.local.stack import Stack
from tests.support.model import KEY
from tests.support.people import Person
from tests.support.processes import Browser, Services, services
from tests.support.runs import let_lease_end, request

Wire = Callable[..., Awaitable[Container]]


@pytest.fixture
async def processes(stack: Stack, tmp_path: Path) -> AsyncIterator[Services]:
    """Services that may be killed."""
    async with services(stack.env(), tmp_path) as running:
        yield running


@pytest.mark.parametrize("behaviour", ["ok", "invented_number"])
async def test_a_commit_that_never_came_is_made_with_the_words_already_paid_for(
    behaviour: str,
    wire: Wire,
    model: ScriptedModel,
    person: Person,
    owner: asyncpg.Connection,
    wait_until: Callable[..., Awaitable[None]],
) -> None:
    """S0-6.5d: 0 more calls; a text that was refused is not asked for again either, and is kept nowhere."""
    model.script(default=behaviour)
    first, second = await wire(failpoints="sql.ai_commit_task.before=delay:60"), await wire()
    begun: Started = await first.store.start_session(request(person.user_id, coach="jars", focus=("growth",)))
    assert begun.run is not None
    session_id = begun.run.session_id
    note = f"narration:{session_id}:run_growth_agent:jar:growth"
    running = first.runner.start(begun.run, begun.events)
    await wait_until(lambda: first.queue.get_note(note))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await cards(owner, session_id) == []
    assert "98,765" not in str(await second.queue.get_note(note))

    await let_lease_end(owner, session_id)
    assert await second.runner.finish(person.user_id, session_id)
    assert len(model.calls) == 1
    (card,) = await cards(owner, session_id)
    assert (card["source"], card["reason"]) == (("llm", None) if behaviour == "ok" else ("template", "guard_number"))


async def test_a_killed_process_leaves_its_words_to_the_next_one(
    processes: Services,
    model: ScriptedModel,
    person: Person,
    owner: asyncpg.Connection,
    wait_until: Callable[..., Awaitable[None]],
) -> None:
    """S0-6.5d with SIGKILL: the browser goes on at another process; the card was asked for once."""
    where = {"llm": "scripted", "openai_base_url": model.base_url, "openai_api_key": KEY, "llm_model": "scripted"}
    victim = await processes.start(**where, failpoints="sql.ai_commit_task.before=kill")
    heir = await processes.start(**where)
    params = {"orchard": str(person.user_id)}
    async with httpx.AsyncClient(timeout=60) as web:
        browser = Browser(web, person, {"coach": "orchard", "focus": ["harvest"], "params": params})
        assert await browser.press(victim.url)
        await browser.look(victim.url)
        await wait_until(lambda: victim.was_killed)
        assert len(model.calls) == 1
        await browser.look_until_done(heir.url)
    assert browser.session_id is not None
    assert len(model.calls) == 1
    assert [card["source"] for card in await cards(owner, browser.session_id)] == ["llm"]


async def cards(owner: asyncpg.Connection, session_id: Any) -> list[asyncpg.Record]:
    """What is stored of a session's cards."""
    found: list[asyncpg.Record] = await owner.fetch(
        "select source, reason, tokens, body_md from ai_insights where session_id = $1", session_id
    )
    return found
