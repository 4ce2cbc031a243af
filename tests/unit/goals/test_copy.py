"""The copy contract: calculations about the person's own targets, never advice (notes/goals.md 2.11 and 4)."""

import re
import tomllib
from typing import Final

import pytest

from aicoach.coaches.goals import COACH
from aicoach.coaches.goals.facts import PHRASES
from aicoach.core.phrases import Phrases

#: Whoever uses one of these has judged for the reader.
FORBIDDEN: Final = (
    "recommend*", "optimal*", "best", "should", "must", "ideal*", "suggest*", "advis*", "guarantee*", "safe*",
    "better", "worse", "good", "bad", "suitable", "right fund", "wrong", "buy now", "sell now", "switch*", "rebalance*",
    "consider", "need to", "have to", "ought", "try", "please", "invest in", "top fund*", "winner*", "loser*",
    "outperform*", "will earn", "will grow", "will reach", "will return", "certainly", "sure",
)  # fmt: skip
#: The only way in which advice may be spoken of.
DISCLAIMER: Final = "not advice"
_ENDS: Final = {True: "", False: r"\b"}
_WORDS: Final = re.compile(
    "|".join(rf"\b{re.escape(word.rstrip('*'))}{_ENDS[word.endswith('*')]}" for word in FORBIDDEN), re.IGNORECASE
)
TEXTS: Final = {
    name: f"{phrase.title}\n{phrase.body}" for name, phrase in Phrases.load(COACH.phrases).by_language["en"].items()
}
HINTS: Final = sorted(name for name in TEXTS if name.startswith("hint_"))


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_card_and_no_hint_judges_or_advises(name: str) -> None:
    """Issue 4 item 4"""
    assert _WORDS.findall(re.sub(r"\{\{[^}]*\}\}", "", TEXTS[name])) == []
    assert "advice" not in TEXTS[name].replace(DISCLAIMER, "")


def test_no_label_and_no_origin_judges_or_advises() -> None:
    """Issue 4 item 4: what a card shows when a figure is opened."""
    words = tomllib.loads((PHRASES / "en" / "facts.toml").read_text("utf-8"))
    for section in words.values():
        for key, entry in section.items():
            said = f"{entry['label']} {entry.get('how', '')}".replace("switches", "").replace("must not be", "")
            assert _WORDS.findall(said) == [], key


@pytest.mark.parametrize("name", HINTS)
def test_every_hint_is_called_a_calculation_about_the_persons_own_target(name: str) -> None:
    """Issue 4 item 4, S0-7.2a: arithmetic only while target, date and rate are the person's."""
    assert DISCLAIMER in TEXTS[name]
    assert "calculation" in TEXTS[name]
    assert re.search(r"\byour\b", TEXTS[name])
    assert re.search(r"\bwould\b|\bcould\b", TEXTS[name].split("\n")[0])


@pytest.mark.parametrize(
    "said", ["You should buy it", "We recommend this", "the best fund", "It is guaranteed", "Switch it"]
)
def test_the_contract_catches_what_it_is_for(said: str) -> None:
    """A lock is tested with what must not get through."""
    assert _WORDS.search(said)
