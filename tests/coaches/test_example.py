"""The coach that docs/architecture.md shows: taken from the page, loaded, and run to a card."""

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.local.paths import ROOT
from tests.support.people import Person
from tests.support.service import Client, serve

PAGE = ROOT / "docs" / "architecture.md"


def _block(language: str) -> str:
    (body,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(body)


@pytest.fixture
def walks(tmp_path: Path) -> ModuleType:
    """The page's coach as the folder that the page describes."""
    words = tmp_path / "phrases" / "en" / "steps.md"
    words.parent.mkdir(parents=True)
    words.write_text(_block("markdown"), "utf-8")
    code = tmp_path / "__init__.py"
    code.write_text(_block("python"), "utf-8")
    spec = importlib.util.spec_from_file_location("walks", code)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_coach_of_the_page_says_a_card(
    walks: ModuleType, settings: Callable[..., Settings], person: Person
) -> None:
    """S0-11: a coach of ten lines goes through the whole engine, and its figure is the one in its parameters."""
    wired = build(settings(), {walks.COACH.name: walks.COACH})
    try:
        async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
            events = await Client(http, person).run(coach="walks", params={"steps": 9500})
    finally:
        await wired.aclose()
    (card,) = [event["insight"] for event in events if event["type"] == "insight"]
    assert card["title"] == "Well walked"
    assert "9,500 steps" in card["bodyMd"]
    assert events[-1]["type"] == "done"
    assert events[-1]["status"] == "completed"


def test_the_coach_of_the_page_has_about_ten_lines() -> None:
    """S0-11: short enough to be read: ten lines or a little more below the imports, blank ones not counted."""
    _, _, below = _block("python").partition("\n\n\n")
    assert len([line for line in below.splitlines() if line.strip()]) <= 11
