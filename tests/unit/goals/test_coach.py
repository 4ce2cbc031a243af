"""The coach as the engine sees it: one folder, one plan, words for every fact."""

import tomllib

import pytest

from aicoach.coaches.goals import COACH, plan
from aicoach.coaches.goals.facts import PHRASES, fact
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core import units
from aicoach.core.errors import Invalid
from aicoach.core.phrases import Phrases
from tests.unit.goals.build import TODAY, goal, snapshot

WORDS = tomllib.loads((PHRASES / "en" / "facts.toml").read_text("utf-8"))


def test_the_focus_performance_is_one_task() -> None:
    """S0-5.2a"""
    assert [task.key for task in plan(("performance",), Snapshot(TODAY)).tasks] == ["run_performance_agent"]


def test_an_empty_focus_is_all_that_the_snapshot_supports() -> None:
    """S0-5.2a: the default plan, in the coach's order; what is left out is said with its reason."""
    nothing = plan((), Snapshot(TODAY))
    assert [task.agent for task in nothing.tasks] == ["performance"]
    assert nothing.skipped == {"goals": "no_goals", "allocation": "no_holdings", "discipline": "no_sips"}
    full = snapshot([("A", "2024-12-05", "purchase_sip", "1000", "50")], goals=[goal()])
    assert [task.agent for task in plan((), full).tasks] == ["performance", "goals", "allocation", "discipline"]
    assert plan((), full).skipped == {}


def test_what_was_asked_for_and_cannot_be_told_is_left_out_and_said() -> None:
    """Issue 4 item 5"""
    asked = plan(("discipline", "performance"), Snapshot(TODAY))
    assert [task.key for task in asked.tasks] == ["run_performance_agent"]
    assert asked.skipped == {"discipline": "no_sips"}


def test_an_unknown_focus_is_refused() -> None:
    """S0-5.2a"""
    with pytest.raises(Invalid):
        plan(("astrology",), Snapshot(TODAY))


def test_phrases_name_only_facts_that_have_words_and_every_fact_is_said_somewhere() -> None:
    """No dead words, no missing ones."""
    phrases = Phrases.load(COACH.phrases).by_language["en"].values()
    said = frozenset().union(*(phrase.placeholders() for phrase in phrases))
    assert said == set(WORDS["facts"])


def test_every_fact_has_a_known_unit_a_label_and_an_origin() -> None:
    """Issue 2 item 7: facts carry value, unit, label, as-of and how."""
    for key, words in WORDS["facts"].items():
        assert units.is_known(words["unit"]), key
        assert words["label"], key
        assert "\n" not in words["how"], key
        assert fact(key, None).how == words["how"]
