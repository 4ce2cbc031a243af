"""The copy contract: calculations about the person's own targets, never advice (notes/goals.md 2.11 and 4)."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

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
#: Around the cards: a page may tell a person what to press and which column a file needs, and never what to do with
#: their money.
PAGES: Final = Path(__file__).parents[3] / "web" / "words"
ADVICE_ON_A_PAGE: Final = {
    "en": re.compile(r"\b(suggest|recommend|advi[cs]|consider|should|optimal|ideal|best|guarantee)", re.IGNORECASE),
    "hi": re.compile("सुझाव|सलाह|सिफारिश|विचार करने|गारंटी"),
    "bn": re.compile("পরামর্শ|সুপারিশ|উচিত|ভেবে দেখ|গ্যারান্টি"),
}
#: What closes a weekly digest, and the only way in which advice may be spoken of there.
NO_ADVICE: Final = {"en": "not investment advice", "hi": "निवेश सलाह नहीं", "bn": "বিনিয়োগের পরামর্শ নয়"}


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


@pytest.mark.parametrize("language", sorted(ADVICE_ON_A_PAGE))
def test_no_page_calls_a_hint_advice(language: str) -> None:
    """Issue 4 item 4, S0-7.2b: a pill that is called a suggestion undoes the sentence that it is none."""
    for file in sorted((PAGES / language).glob("*.json")):
        for said in _texts(json.loads(file.read_text("utf-8"))):
            assert not ADVICE_ON_A_PAGE[language].search(said), (file.name, said)


@pytest.mark.parametrize("language", sorted(NO_ADVICE))
def test_a_digest_says_that_it_is_no_advice(language: str) -> None:
    """Issue 4 item 4: a letter is copied and sent on without its page."""
    told = [file.read_text("utf-8") for file in sorted((PHRASES / "digest" / language).glob("*.md"))]
    assert NO_ADVICE[language] in told[-1]
    assert not ADVICE_ON_A_PAGE[language].search("\n".join(told).replace(NO_ADVICE[language], ""))


def _texts(words: Any) -> Iterator[str]:
    """Every text inside a file of words; values only."""
    if isinstance(words, str):
        yield words
    for inner in words.values() if isinstance(words, dict) else ():
        yield from _texts(inner)


@pytest.mark.parametrize(
    "said", ["You should buy it", "We recommend this", "the best fund", "It is guaranteed", "Switch it"]
)
def test_the_contract_catches_what_it_is_for(said: str) -> None:
    """A lock is tested with what must not get through."""
    assert _WORDS.search(said)
