"""Tokens are reserved before a model is asked: no crowd and no crash ever spends more than the limit."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from aicoach.app.bootstrap import Container
from aicoach.core.model import Run, Status
from aicoach.core.observe import watch
from aicoach.core.ports import Limits, Usage
from aicoach.local.scripted_model import ScriptedModel
from tests.support.model import Recorder
from tests.support.runs import give_prefs, let_lease_end, started
from tests.support.service import Client

EACH = 100
FREE = Limits(None, None, None)


async def reserve(
    container: Container, run: Run, task: str, tokens: int, limits: Limits, attempt: int = 1
) -> str | None:
    """Room for so many tokens, four in five of them the prompt's; one token costs 0.001."""
    most = Usage(tokens - tokens // 5, tokens // 5)
    return await container.store.reserve_tokens(run, task, attempt, most, tokens * Decimal("0.001"), limits)


@pytest.fixture
async def today(owner: asyncpg.Connection) -> Callable[[], Awaitable[int]]:
    """Tokens reserved or spent today by everyone."""

    async def spent() -> int:
        day = "(now() at time zone 'UTC')::date"
        row = f"select coalesce(sum(tokens), 0) from private.token_counters where key = '*' and day = {day}"
        return int(await owner.fetchval(row))

    return spent


async def ten_sessions(container: Container) -> list[Run]:
    """Ten people's runs, all under way."""
    return [await started(container.store, uuid4()) for _ in range(10)]


async def finish_elsewhere(container: Container, owner: asyncpg.Connection, run: Run) -> dict[str, Any]:
    """As if the owner of the run had been killed, and another process saw it through; gives the usage of ``done``."""
    await let_lease_end(owner, run.session_id)
    claimed = await container.store.claim_session(run.user_id, run.session_id)
    assert claimed is not None
    finished = await container.store.finish_session(claimed.run, Status.COMPLETED)
    usage: dict[str, Any] = finished.events[-1]["usage"]
    return usage


async def test_a_crowd_never_passes_the_days_limit(
    container: Container, owner: asyncpg.Connection, today: Callable[[], Awaitable[int]]
) -> None:
    """S0-6.5a: 50 at once over 10 sessions, half of them killed before they settle; the next day starts at zero.

    Security row 25.
    """
    before, runs = await today(), await ten_sessions(container)
    limits = Limits(None, None, before + 30 * EACH)

    async def one(number: int) -> bool:
        run = runs[number % 10]
        refused = await reserve(container, run, f"task-{number}", EACH, limits)
        assert refused in {None, "day"}
        if refused is None:
            assert await reserve(container, run, f"task-{number}", EACH, limits) is None, "a repeat"
        if refused is None and number % 2:
            await container.store.settle_tokens(run, f"task-{number}", 1, Usage(30, 20), Decimal("0.01"))
        return refused is None

    granted = await asyncio.gather(*(one(number) for number in range(50)))
    assert await today() <= before + 30 * EACH
    assert sum(granted) >= 30, "settling gives room back"
    settled = sum(granted[1::2])
    assert await today() == before + sum(granted[::2]) * EACH + settled * 50

    for run in runs:
        await finish_elsewhere(container, owner, run)
    assert await today() == before + sum(granted[::2]) * EACH + settled * 50, "killed, and charged all the same"

    tomorrow = await started(container.store, uuid4())
    # As if it were tomorrow: what was counted today has become a day long past, a different one in every test.
    await owner.execute("update private.token_counters set day = day - $1::integer", 2 + uuid4().int % 500_000)
    assert await reserve(container, tomorrow, "task", 30 * EACH, Limits(None, None, 30 * EACH)) is None
    assert await today() == 30 * EACH


async def test_what_was_never_settled_is_charged_as_reserved_when_the_run_ends(
    container: Container, owner: asyncpg.Connection, today: Callable[[], Awaitable[int]]
) -> None:
    """Its process was killed while the model answered, and the model is paid: in the counters, rows and in ``done``."""
    before, run = await today(), await started(container.store, uuid4())
    for task in ("answered", "cut"):
        assert await reserve(container, run, task, EACH, FREE) is None
    await container.store.settle_tokens(run, "answered", 1, Usage(30, 20), Decimal("0.01"))
    usage = await finish_elsewhere(container, owner, run)
    assert (usage["tokensIn"], usage["tokensOut"], Decimal(usage["cost"])) == (30 + 80, 20 + 20, Decimal("0.11"))
    assert await today() == before + 50 + EACH
    rows = await owner.fetch(
        "select state, tokens_in, tokens_out, cost from ai_usage where session_id = $1 order by task_key",
        run.session_id,
    )
    assert [tuple(row) for row in rows] == [("settled", 30, 20, Decimal("0.01")), ("assumed", 80, 20, Decimal("0.1"))]


async def test_what_the_first_release_reserved_is_charged_too(container: Container, owner: asyncpg.Connection) -> None:
    """Schema first, then code: its calls say the sum of a reservation only, and no price."""
    run = await started(container.store, uuid4())
    call = {"session_id": str(run.session_id), "epoch": 1, "task": "task", "attempt": 1, "tokens": EACH}
    assert (await container.store.transport.call("ai_reserve_tokens", call, user_id=run.user_id))["granted"]
    usage = await finish_elsewhere(container, owner, run)
    assert (usage["tokensIn"], usage["tokensOut"], Decimal(usage["cost"])) == (EACH, 0, Decimal(0))


async def test_settling_is_idempotent_and_never_charges_more_than_was_reserved(
    container: Container, owner: asyncpg.Connection, today: Callable[[], Awaitable[int]]
) -> None:
    """DESIGN 5: a lying endpoint cannot overdraw a budget. Security row 25."""
    before, run = await today(), await started(container.store, uuid4())
    assert await reserve(container, run, "task", EACH, FREE) is None
    for _ in range(2):
        await container.store.settle_tokens(run, "task", 1, Usage(10_000, 10_000), Decimal("0.5"))
    assert await today() == before + EACH
    row = await owner.fetchrow("select tokens_in, tokens_out, cost from ai_sessions where id = $1", run.session_id)
    assert (row["tokens_in"] + row["tokens_out"], row["cost"]) == (EACH, Decimal("0.5"))


@pytest.mark.parametrize(
    ("limits", "reason"), [((EACH, None, None), "session"), ((None, EACH, None), "scope"), ((None, None, 0), "day")]
)
async def test_each_limit_says_its_name(
    container: Container, limits: tuple[int | None, int | None, int | None], reason: str
) -> None:
    """The smallest limit decides; a refused reservation takes nothing."""
    run = await started(container.store, uuid4())
    assert await reserve(container, run, "task", EACH + 1, Limits(*limits)) == reason
    assert await reserve(container, run, "task", EACH, FREE, attempt=2) is None


async def test_a_persons_own_budget_lowers_the_sessions(container: Container, owner: asyncpg.Connection) -> None:
    """DESIGN 5: the smaller of server setting and preference."""
    user_id: UUID = uuid4()
    await give_prefs(owner, user_id, token_budget=EACH)
    run = await started(container.store, user_id)
    assert await reserve(container, run, "task", EACH + 1, Limits(10 * EACH, None, None)) == "session"


@pytest.mark.parametrize("limit", ["session", "scope", "day"])
async def test_a_run_without_budget_finishes_on_templates(
    limit: str, visit: Callable[..., Awaitable[Client]], recorder: Recorder, model: ScriptedModel
) -> None:
    """S0-6.5b: nothing is asked, nothing fails, the card says why. Security row 25."""
    run = await recorder.run(await visit(**{f"llm_{limit}_tokens": 10}), coach="jars")
    assert model.calls == []
    assert run.done["status"] == "completed"
    assert {card["reason"] for card in run.cards.values()} == {f"budget_{limit}"}


async def test_attempts_that_used_nothing_take_no_room_from_others(
    visit: Callable[..., Awaitable[Client]], recorder: Recorder, model: ScriptedModel
) -> None:
    """Two refused attempts at each card, and still room for the third within what one attempt at each may take."""
    model.script("429", "429", "500", retry_after="0.05")
    run = await recorder.run(await visit(llm_session_tokens=8_000), coach="jars")
    assert {card["source"] for card in run.cards.values()} == {"llm"}


async def test_what_failed_attempts_used_is_charged(
    visit: Callable[..., Awaitable[Client]], recorder: Recorder, model: ScriptedModel
) -> None:
    """A malformed answer costs as much as a good one."""
    model.script(default="wrong_schema")
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert run.cards["growth"]["source"] == "template"
    assert run.done["usage"]["tokensOut"] > 0


async def test_a_card_that_is_cut_while_the_model_writes_is_charged_as_reserved(
    visit: Callable[..., Awaitable[Client]], recorder: Recorder, model: ScriptedModel, owner: asyncpg.Connection
) -> None:
    """``llm_card_seconds`` ends the attempt under way: what it used stays unknown, and is not forgotten."""
    model.script(default="hang")
    counted: list[tuple[int, int]] = []

    def count(name: str, about: dict[str, Any]) -> Callable[[BaseException | None], None]:
        if name == "tokens":
            counted.append((about["tokens_in"], about["tokens_out"]))
        return lambda error: None

    stop = watch(count)
    prices = {"scripted": (Decimal(1), Decimal(1))}
    patience = {"llm_card_seconds": 0.3, "llm_seconds": 20.0, "llm_silence_seconds": 20.0}
    run = await recorder.run(await visit(llm_prices=prices, **patience), coach="jars", focus=["growth"])
    stop()
    assert run.cards["growth"]["reason"] == "model_timeout"
    [row] = await owner.fetch("select * from ai_usage where session_id = $1", run.session_id)
    assert (row["state"], row["tokens_in"] + row["tokens_out"]) == ("assumed", row["reserved"])
    usage = run.done["usage"]
    assert (usage["tokensIn"], usage["tokensOut"]) == (row["tokens_in"], row["tokens_out"])
    assert counted == [(row["tokens_in"], row["tokens_out"])], "the metrics say the same"
    assert usage["tokensOut"] == 500, "the most that one answer may have"
    assert Decimal(usage["cost"]) == row["cost"] == Decimal(row["reserved"]) / 1_000_000
