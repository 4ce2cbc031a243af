"""A machine with a model's key in its environment can run these tests: none of them will use it."""

import os
import socket

import pytest

from aicoach.app.settings import Settings
from aicoach.core.ports import ModelFailure, Prompt
from aicoach.local import environment
from aicoach.tools.openai_tool import Endpoint, OpenAITool
from tests.support import outside


def test_no_settings_of_the_machine_leak_into_tests() -> None:
    """S0-6.1e: neither here, nor in the processes that tests start."""
    assert outside.leaked(dict(os.environ)) == []
    assert outside.leaked(environment.base()) == []
    assert not Settings().model_is_on
    assert Settings().openai_base_url is None


def test_a_stack_is_started_without_the_callers_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person exported for other programs is not passed on."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-somebodys")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://api.example")
    assert outside.leaked(environment.base()) == []


async def test_a_model_outside_cannot_be_reached() -> None:
    """The connection itself is refused, and the attempt is noticed. Security row 39."""
    tool = OpenAITool(Endpoint("http://192.0.2.1/v1", "sk-somebodys", "a-model"))
    with pytest.raises(ModelFailure, match="model_unreachable"):
        await tool.complete(Prompt("system", "user", "v"))
    await tool.aclose()
    assert outside.attempts == ["192.0.2.1"]
    outside.attempts.clear()


def test_this_machine_can_be_reached() -> None:
    """Loopback stays open, also by name and for IPv6."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert outside.attempts == []
