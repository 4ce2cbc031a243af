"""The goals coach with a model that behaves: every card of every kind of portfolio is in the model's words."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from aicoach.local.scripted_model import ScriptedModel
from tests.fakes.portfolios import ROWS, give_portfolio
from tests.support.model import Recorder
from tests.support.runs import give_prefs
from tests.support.service import Client


@pytest.mark.parametrize("locale", ["en-IN", "hi-IN", "bn-IN"])
@pytest.mark.parametrize("portfolio", ["demo", *ROWS])
async def test_every_card_is_in_the_models_words(
    portfolio: str,
    locale: str,
    visit: Callable[..., Awaitable[Client]],
    recorder: Recorder,
    model: ScriptedModel,
    owner: asyncpg.Connection,
) -> None:
    """Issue 3: source=llm for all cards, in all three languages; the unchanged run again asks nothing."""
    client = await visit(llm_seconds=10, llm_silence_seconds=10, llm_card_seconds=30)
    await give_portfolio(owner, client.person.user_id, portfolio)
    await give_prefs(owner, client.person.user_id, locale=locale)
    run = await recorder.run(client, coach="goals")
    cards = [event["insight"] for event in run.events if event["type"] == "insight"]
    assert run.done["status"] == "completed"
    assert cards
    assert [(card["kind"], card["reason"]) for card in cards if card["source"] != "llm"] == []

    model.script()
    again = await client.run(coach="goals")
    assert model.calls == []
    assert again[-1]["usage"] == {"tokensIn": 0, "tokensOut": 0, "cost": again[-1]["usage"]["cost"]}
