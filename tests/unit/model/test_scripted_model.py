"""The scripted model is a real server: plain and streamed answers, a script, a record, a command line."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from aicoach.local import environment
from aicoach.local.http import ask
from aicoach.local.ports import Ports
from aicoach.local.scripted_model import BEHAVIOURS, ScriptedModel, running
from tests.unit.model.snapshots import rendered

PROMPT = dict(rendered())["jars/growth.en.txt"]


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    """A server of this test's own."""
    async with running() as served:
        yield served


@pytest.fixture
async def http(model: ScriptedModel) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client of it."""
    async with httpx.AsyncClient(base_url=model.base_url.removesuffix("/v1"), timeout=10) as client:
        yield client


def question(**more: Any) -> dict[str, Any]:
    """A chat completion request."""
    return {"model": "scripted", "messages": [{"role": "user", "content": PROMPT}], **more}


async def test_it_answers_whole_and_in_chunks_alike(http: httpx.AsyncClient) -> None:
    """The same prompt gets the same words, with usage and an end."""
    whole = (await http.post("/v1/chat/completions", json=question())).json()
    asked = question(stream=True, stream_options={"include_usage": True})
    lines = (await http.post("/v1/chat/completions", json=asked)).text.split("\n\n")
    assert lines[-2] == "data: [DONE]"
    rows = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    said = "".join(row["choices"][0]["delta"].get("content", "") for row in rows if row["choices"])
    assert said == whole["choices"][0]["message"]["content"]
    assert rows[-1]["usage"] == whole["usage"]
    assert "{{jar_gain}}" in json.loads(said)["body"]


async def test_without_being_asked_it_tells_no_usage(http: httpx.AsyncClient) -> None:
    """As the protocol has it."""
    lines = (await http.post("/v1/chat/completions", json=question(stream=True))).text
    assert "usage" not in lines


async def test_it_lists_its_models(http: httpx.AsyncClient) -> None:
    """GET /v1/models."""
    assert [row["id"] for row in (await http.get("/v1/models")).json()["data"]] == ["scripted"]


async def test_a_script_is_followed_and_everything_is_recorded(http: httpx.AsyncClient) -> None:
    """POST /_script, GET /_calls."""
    await http.post("/_script", json={"then": ["429", "500"], "default": {"say": "Hello."}, "retry_after": "3"})
    answers = [await http.post("/v1/chat/completions", json=question(n=n)) for n in range(4)]
    assert [answer.status_code for answer in answers] == [429, 500, 200, 200]
    assert answers[0].headers["retry-after"] == "3"
    assert json.loads(answers[3].json()["choices"][0]["message"]["content"]) == {"body": "Hello."}
    record = (await http.get("/_calls")).json()
    assert [call["body"]["n"] for call in record["calls"]] == [0, 1, 2, 3]


async def test_a_rule_counts_only_for_prompts_that_contain_it(http: httpx.AsyncClient) -> None:
    """So that one task of a run may misbehave."""
    rules = [{"contains": ["jar_gain", "Language: English"], "then": ["500"]}, {"contains": "no such text"}]
    await http.post("/_script", json={"rules": rules, "default": "404"})
    answers = [await http.post("/v1/chat/completions", json=question()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 200]


@pytest.mark.parametrize("name", ["429", "500", "404", "no such behaviour"])
async def test_a_models_name_may_name_the_behaviour(http: httpx.AsyncClient, name: str) -> None:
    """``scripted:<behaviour>``: misbehaviour by configuration alone; an unknown one is an error, not an answer."""
    answer = await http.post("/v1/chat/completions", json=question() | {"model": f"scripted:{name}"})
    assert answer.status_code == (int(name) if name in BEHAVIOURS else 500)


async def test_it_stops_although_somebody_still_waits_for_an_answer() -> None:
    """A test never hangs on a model that hangs."""
    async with asyncio.timeout(10):
        async with running("timeout") as model, httpx.AsyncClient(timeout=30) as client:
            waiting = asyncio.create_task(client.post(f"{model.base_url}/chat/completions", json=question()))
            while not model.calls:
                await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)


async def test_it_runs_from_the_command_line() -> None:
    """python -m aicoach.local.scripted_model --port N."""
    port = Ports.free().service
    argv = ["-m", "aicoach.local.scripted_model", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(sys.executable, *argv, env=environment.base())
    try:
        async with asyncio.timeout(20):
            while (await asyncio.to_thread(ask, port, "/v1/models", timeout=2)).status != 200:
                await asyncio.sleep(0.1)
    finally:
        process.terminate()
        await process.wait()
