"""How often a model is asked, how long it is waited for, and when it is asked no more."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from aicoach.core.ports import ModelFailure, Prompt
from aicoach.local.scripted_model import ScriptedModel
from aicoach.tools.openai_tool import Endpoint, OpenAITool
from tests.support.model import KEY, Recorder
from tests.support.service import Client

Visit = Callable[..., Awaitable[Client]]


@pytest.mark.parametrize("nonsense", ["cut_json", "wrong_schema", "not_sse", "nonsense"])
async def test_malformed_twice_is_two_calls_and_the_template(
    nonsense: str, visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """S0-6.1c S0-10.2c: one retry, then a typed failure: exactly two calls, and the template."""
    model.script(default=nonsense)
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert len(model.calls) == 2
    assert run.cards["growth"]["reason"] == "model_parse"


async def test_malformed_once_is_forgiven(visit: Visit, recorder: Recorder, model: ScriptedModel) -> None:
    """S0-6.1c"""
    model.script("cut_json")
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert [call.behaviour for call in model.calls] == ["cut_json", "ok"]
    assert run.cards["growth"]["source"] == "llm"


async def test_a_second_attempt_does_not_repeat_what_was_told(
    visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """The page never shows a sentence twice: the answer broke off behind it and was asked for again."""
    said = "Jar: {{jar_name}}. The figures are here. That is all."
    model.script({"content": '{"body": "Jar: {{jar_name}}. The figures'}, default={"say": said})
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert len(model.calls) == 2
    assert [token["text"].strip() for token in run.tokens] == ["Jar: Holiday jar.", "The figures are here."]


async def test_a_second_attempt_that_says_something_else_is_heard_when_the_card_comes(
    visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """What was told cannot be taken back; the card replaces it."""
    model.script({"content": '{"body": "Jar: {{jar_name}}. The figures'}, default={"say": "Other words. And an end."})
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert [token["text"].strip() for token in run.tokens] == ["Jar: Holiday jar."]
    assert run.cards["growth"]["bodyMd"] == "Other words. And an end."


async def test_who_is_told_to_wait_waits_so_long(visit: Visit, recorder: Recorder, model: ScriptedModel) -> None:
    """S0-6.1d S0-10.2b: 429 twice, then the answer; never sooner than told."""
    model.script("429", "429", retry_after="0.3")
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert run.cards["growth"]["source"] == "llm"
    waits = [after.at - before.at for before, after in pairwise(model.calls)]
    assert len(waits) == 2
    assert min(waits) >= 0.29


async def test_a_third_refusal_is_the_last(visit: Visit, recorder: Recorder, model: ScriptedModel) -> None:
    """S0-10.2b: at most three tries; no other card of the run asks again."""
    model.script(default="429", retry_after="0.05")
    run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert len(model.calls) == 3
    assert run.cards["growth"]["reason"] == "model_rate_limited"


@pytest.mark.parametrize("wait", ["3600", "-1", "nan", "soon", "Wed, 21 Oct 2035 07:28:00 GMT", "1e9", "٣"])
async def test_an_endpoint_cannot_make_a_run_wait_for_hours(
    wait: str, visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """A long or senseless Retry-After is not waited for."""
    model.script(default="429", retry_after=wait.encode().decode("latin-1"))
    async with asyncio.timeout(10):
        run = await recorder.run(await visit(), coach="jars", focus=["growth"])
    assert run.cards["growth"]["reason"] == "model_rate_limited"


@pytest.mark.parametrize("endless", ["endless", "keepalives", "timeout", "hang"])
async def test_endless_nonsense_is_cut_by_the_deadline(
    endless: str, visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """A deadline for each attempt, and one for all attempts at a card. Security row 24."""
    model.script(default=endless)
    async with asyncio.timeout(15):
        run = await recorder.run(await visit(llm_seconds=0.3), coach="jars")
    assert {card["reason"] for card in run.cards.values()} == {"model_timeout"}
    async with asyncio.timeout(15):
        run = await recorder.run(
            await visit(llm_seconds=30, llm_silence_seconds=30, llm_card_seconds=0.4), coach="jars"
        )
    assert {card["reason"] for card in run.cards.values()} == {"model_timeout"}


@pytest.mark.parametrize("much", ["flood", "10mb", "gzip"])
async def test_an_endpoint_cannot_fill_the_memory(much: str, model: ScriptedModel) -> None:
    """One line without an end, ten megabytes, or a few packed bytes that would be gigabytes. Security row 24."""
    model.script(default=much)
    tool = OpenAITool(Endpoint(model.base_url, KEY, "scripted"))
    with pytest.raises(ModelFailure, match="model_too_long"):
        await tool.complete(Prompt("system", "user", "version"))
    await tool.aclose()
    assert all(call.headers["accept-encoding"] == "identity" for call in model.calls)


@pytest.mark.parametrize("lost", ["401", "404", "unreachable"])
async def test_a_lost_cause_is_said_once_and_the_templates_speak(
    lost: str, visit: Visit, recorder: Recorder, model: ScriptedModel
) -> None:
    """Wrong key, unknown model, nobody there: one word about it, all cards, no error event."""
    model.script(default=lost)
    changes = {"openai_base_url": "http://127.0.0.1:9/v1"} if lost == "unreachable" else {}
    run = await recorder.run(await visit(**changes), coach="jars")
    code = "model_unreachable" if lost == "unreachable" else "model_refused"
    assert run.done["status"] == "completed"
    assert {card["reason"] for card in run.cards.values()} == {code}
    assert [event.get("msg") for event in run.published].count(code) == 1
    assert "error" not in {event["type"] for event in run.events}
