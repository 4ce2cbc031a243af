"""What is sent to a model is known to the byte: snapshots of every prompt, and what can never be in one."""

import json
from datetime import date
from decimal import Decimal

import pytest

from aicoach.coaches.goals import COACH as GOALS
from aicoach.core.model import Fact, Finding, Severity, Topic
from aicoach.core.phrases import Phrases
from aicoach.core.prompts import PromptFiles
from aicoach.tools.pii import redact
from tests.coaches.jars import COACH as JARS
from tests.unit.model.snapshots import FOLDER, rendered

RENDERED = dict(rendered())


def test_there_is_a_snapshot_of_every_prompt_and_no_other() -> None:
    """A new phrase or coach: run `python -m tests.unit.model.snapshots` and read the difference."""
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.txt")} == set(RENDERED)


@pytest.mark.parametrize("name", RENDERED)
def test_a_prompt_is_as_committed(name: str) -> None:
    """S0-6.2b: a change of a prompt is a change that someone reads."""
    assert (FOLDER / name).read_text("utf-8") == RENDERED[name]


@pytest.mark.parametrize("name", RENDERED)
def test_no_prompt_holds_what_looks_like_a_person(name: str) -> None:
    """The second line of DESIGN 5 has nothing to do."""
    assert redact(RENDERED[name]).spans == ()


@pytest.mark.parametrize("name", [name for name in RENDERED if not name.endswith("system.txt")])
def test_every_fence_is_closed_once_and_every_slot_is_filled(name: str) -> None:
    """Nobody's words can open or close a block."""
    text = RENDERED[name]
    for fence in ("facts", "names", "example"):
        assert text.count(f"<{fence}>\n") == text.count(f"\n</{fence}>") == 1
    assert "[[" not in text
    assert "{{jar_gain}}`" not in text


def test_a_prompt_names_only_what_was_computed() -> None:
    """Only the facts of the finding, by key, label, unit and text: not how they came to be, no other field."""
    facts = {
        "jar_name": Fact("Our jar", "name", "Jar", how="typed by PAN ABCPD1234Z"),
        "jar_gain": Fact(Decimal("-1000"), "INR", "Gain or loss", how="secret workings", as_of=date(2026, 1, 1)),
        "jar_rate": Fact(None, "percent", "Gain or loss so far"),
    }
    finding = Finding("growth", Topic("jar:growth", {}, 30), Severity.INFO, "growth", facts)
    files = PromptFiles.load(JARS.phrases)
    assert files is not None
    user = files.render(Phrases.load(JARS.phrases), finding, "en-IN").user
    rows = [json.loads(line) for line in user.split("\n") if line.startswith("{")]
    assert rows == [
        {"placeholder": "{{jar_gain}}", "label": "Gain or loss", "unit": "INR", "text": "-₹ 1,000"},
        {"placeholder": "{{jar_name}}", "label": "Jar", "data": "Our jar"},
    ]


def test_the_version_names_the_very_files() -> None:
    """Stored with each insight."""
    goals, jars = PromptFiles.load(GOALS.phrases), PromptFiles.load(JARS.phrases)
    assert goals is not None
    assert jars is not None
    assert goals.version != jars.version
    assert goals.version.startswith("narrate-")
