"""A model that behaves: its words are shown, streamed sentence by sentence, counted, and never paid for twice."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import asyncpg
import pytest

from aicoach.core.guardrails import STRICT, check_narration, check_sentence
from aicoach.local.scripted_model import ScriptedModel
from tests.integration.model.jars import facts_of
from tests.support.model import Recorder
from tests.support.runs import give_prefs
from tests.support.service import Client

Visit = Callable[..., Awaitable[Client]]


@pytest.mark.parametrize("locale", ["en-IN", "hi-IN", "bn-IN"])
async def test_a_models_words_are_shown_in_the_readers_language(
    locale: str, visit: Visit, recorder: Recorder, model: ScriptedModel, owner: asyncpg.Connection
) -> None:
    """S0-6.1a S0-6.2a: source, model, prompt version and tokens are stored; every token event passed the guard.

    Security row 26.
    """
    client = await visit(llm_prices={"scripted": (Decimal(1), Decimal(2))})
    await give_prefs(owner, client.person.user_id, locale=locale)
    run = await recorder.run(client, coach="jars")
    assert run.done["status"] == "completed"
    assert len(run.cards) == len(model.calls) == 2
    for kind, card in run.cards.items():
        assert (card["source"], card["reason"]) == ("llm", None)
        assert check_narration(card["bodyMd"], facts_of(kind), locale, STRICT) == []
    for token in run.tokens:
        assert check_sentence(token["text"], facts_of(token["insightKey"].removeprefix("jar:")), locale, STRICT) == []
    rows = await owner.fetch(
        "select model, prompt_version, tokens from ai_insights where session_id = $1", run.session_id
    )
    assert {row["model"] for row in rows} == {"scripted"}
    assert all(row["prompt_version"].startswith("narrate-") for row in rows)
    usage = run.done["usage"]
    assert sum(row["tokens"] for row in rows) == usage["tokensIn"] + usage["tokensOut"] > 0
    assert Decimal(usage["cost"]) == Decimal(usage["tokensIn"] + 2 * usage["tokensOut"]) / 1_000_000


async def test_an_unchanged_run_again_costs_nothing(visit: Visit, model: ScriptedModel) -> None:
    """S0-6.5c: the ledger is asked before the model."""
    client = await visit()
    await client.run(coach="jars")
    model.script()
    again = await client.run(coach="jars")
    assert model.calls == []
    assert again[-1]["skipped"] == 2
    assert (again[-1]["usage"]["tokensIn"], again[-1]["usage"]["tokensOut"]) == (0, 0)


async def test_who_switched_the_model_off_is_never_sent_to_it(
    visit: Visit, model: ScriptedModel, owner: asyncpg.Connection
) -> None:
    """DESIGN 5: the preference beats the setting."""
    client = await visit()
    await give_prefs(owner, client.person.user_id, llm_enabled=False)
    events = await client.run(coach="jars")
    assert model.calls == []
    assert {event["insight"]["source"] for event in events if event["type"] == "insight"} == {"template"}


async def test_sentences_arrive_before_the_card(visit: Visit, recorder: Recorder, model: ScriptedModel) -> None:
    """Guarded streaming: each token is a whole sentence of the committed card, told before it. Security row 26."""
    model.script(default={"say": "Jar: {{jar_name}}. The figures are here. That is all."})
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    told = [event["type"] for event in run.published if event["type"] in {"token", "insight"}]
    assert told == ["token", "token", "insight"]
    assert "".join(token["text"] for token in run.tokens) == "Jar: Holiday jar. The figures are here. "
    assert run.cards["growth"]["bodyMd"] == "Jar: Holiday jar. The figures are here. That is all."


async def test_a_text_that_goes_wrong_at_its_end_is_replaced_by_the_template(
    visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """S0-6.4d: what was told had passed; the bad sentence was never told; the card is the template's.

    Security row 26.
    """
    model.script(default={"say": "Jar: {{jar_name}}. The figures are here. You also won ₹ 98,765. That is all."})
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert [token["text"].strip() for token in run.tokens] == ["Jar: Holiday jar.", "The figures are here."]
    card = run.cards["growth"]
    assert (card["source"], card["reason"]) == ("template", "guard_number")
    assert card["bodyMd"].startswith("Gain or loss of Holiday jar")
    assert "98,765" not in run.wire


async def test_parameters_that_an_endpoint_refuses_are_not_sent_again(visit: Visit, model: ScriptedModel) -> None:
    """S0-6.1b: small endpoints know neither schemas nor stream options. Security row 25."""
    model.script(default="unknown_parameter")
    events = await (await visit(llm_temperature=0.2)).run(coach="jars", focus=["growth"])
    assert [event["insight"]["source"] for event in events if event["type"] == "insight"] == ["llm"]
    assert [sorted(set(call.body) - {"messages", "model", "stream"}) for call in model.calls] == [
        ["max_tokens", "response_format", "stream_options", "temperature"],
        ["max_tokens", "stream_options", "temperature"],
        ["max_tokens", "temperature"],
        ["max_completion_tokens", "temperature"],
        ["max_completion_tokens"],
    ]
