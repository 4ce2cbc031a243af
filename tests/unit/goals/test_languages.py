"""Cards in Hindi and Bengali say what the English ones say, in their own words and digits, and pass the same guard."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from aicoach.coaches.goals import COACH
from aicoach.coaches.goals.facts import PHRASES, fact
from aicoach.core.formatting import format_fact
from aicoach.core.guardrails import check_narration, check_sentence
from aicoach.core.model import Fact, Finding
from aicoach.core.phrases import Phrase, Phrases, placeholders
from aicoach.core.wire import finding_data
from tests.unit.goals.kinds import findings_of_every_kind

LANGUAGES: Final = ("hi", "bn")
LOCALES: Final = ("en-IN", "hi-IN", "bn-IN")
SCRIPTS: Final = {"hi": "DEVANAGARI", "bn": "BENGALI"}
#: What Indian investors read in Latin letters, whatever the language.
LATIN: Final = frozenset({"XIRR", "NAV", "SIP", "ISIN", "AMC"})
PHRASE_BOOK: Final = Phrases.load(COACH.phrases)
NAMES: Final = sorted(PHRASE_BOOK.by_language["en"])
#: Facts that may be below zero; all others of the coach may not.
SIGNED: Final = re.compile(r"(_gain|_xirr|_return|_difference)$")


def facts_file(language: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((PHRASES / language / "facts.toml").read_text("utf-8"))


def shape(phrase: Phrase) -> list[tuple[bool, frozenset[str]]]:
    """Line by line: whether it is conditional, and the facts that it names."""
    lines = [f"{phrase.title}", *phrase.body.split("\n")]
    return [(line.startswith("?"), placeholders(line)) for line in lines]


def own_words(language: str) -> Iterator[tuple[str, str]]:
    """Every text of a language that people read, with the name of where it stands."""
    for name, phrase in PHRASE_BOOK.by_language[language].items():
        yield name, re.sub(r"\{\{[^}]*\}\}", "", f"{phrase.title}\n{phrase.body}")
    for section in facts_file(language).values():
        for key, words in section.items():
            yield key, " ".join(words.values())


def violations(phrase: str, facts: dict[str, Fact], locale: str) -> list[Any]:
    words = PHRASE_BOOK.render(phrase, facts, locale)
    return [
        *check_sentence(words.title, facts, locale, COACH.policy),
        *check_narration(words.body_md, facts, locale, COACH.policy),
    ]


def sample(phrase: str, sign: int) -> dict[str, Fact]:
    """Every fact that a phrase names, known, so that all its lines are there; distinct figures."""
    keys = sorted(PHRASE_BOOK.find(phrase).placeholders())
    return {key: _sample_fact(phrase, key, place, sign) for place, key in enumerate(keys)}


def _sample_fact(phrase: str, key: str, place: int, sign: int) -> Fact:
    unit = fact(key, None).unit
    if unit == "name":
        return fact(key, f"Meghdoot {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[place]} Fund - Direct Plan - Growth")
    if unit == "date":
        return fact(key, date(2026, 11, 1 + place))
    if unit.startswith("count:"):
        return fact(key, 2 + place)
    if phrase.endswith("_no_rate") and key.endswith("_xirr"):
        return fact(key, None)
    scale = {"INR": Decimal(1_234_567), "percent": Decimal("11.35"), "fraction": Decimal("0.1135")}
    amount = scale.get(unit, Decimal("12.5")) + place
    return fact(key, amount * sign if SIGNED.search(key) else amount)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_there_with_the_same_lines_conditions_and_facts(language: str) -> None:
    """Issue 4 item 11"""
    own, english = (PHRASE_BOOK.by_language[code] for code in (language, "en"))
    assert set(own) == set(english)
    assert {name: shape(own[name]) for name in own} == {name: shape(english[name]) for name in english}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_and_every_chart_line_has_its_words(language: str) -> None:
    """Issue 4 item 11: label and origin; what a fact is measured in is told once, in English's file."""
    own, english = facts_file(language), facts_file("en")
    for section, wanted in (("facts", {"label", "how"}), ("series", {"label"})):
        assert set(own[section]) == set(english[section])
        assert all(set(words) == wanted and all(words.values()) for words in own[section].values())
        assert not any("\n" in text for words in own[section].values() for text in words.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_known_abbreviations_are_left_in_latin_letters(language: str) -> None:
    """Issue 4 item 11"""
    for where, text in own_words(language):
        assert set(re.findall(r"[A-Za-z]+", text)) <= LATIN, where
        letters = {unicodedata.name(char).split()[0] for char in text if char.isalpha() and not char.isascii()}
        assert letters <= {SCRIPTS[language]}, where
        assert unicodedata.is_normalized("NFC", text), where


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_portfolio_passes_the_guard(locale: str) -> None:
    """DESIGN 5: whatever wrote a text, the guard reads it."""
    for finding in findings_of_every_kind():
        facts = dict(finding.facts)
        for phrase in (finding.phrase, *(hint.phrase for hint in finding.hints)):
            assert violations(phrase, facts, locale) == [], (phrase, facts)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sign", [1, -1])
def test_every_line_of_every_phrase_passes_the_guard(locale: str, name: str, sign: int) -> None:
    """All conditional lines at once, gains and losses."""
    assert violations(name, sample(name, sign), locale) == []


@pytest.mark.parametrize(
    ("locale", "amount", "foreign"),
    [("en-IN", "₹ 12,34,567", "[०-९০-৯]"), ("hi-IN", "₹ 12,34,567", "[०-९০-৯]"), ("bn-IN", "₹ ১২,৩৪,৫৬৭", "[0-9०-९]")],
)
def test_digits_and_grouping_are_the_readers(locale: str, amount: str, foreign: str) -> None:
    """Issue 4 item 11: 12,34,567 in Latin digits for Hindi, in Bengali ones for Bengali."""
    words = PHRASE_BOOK.render(
        "portfolio", sample("portfolio", 1) | {"portfolio_value": fact("portfolio_value", Decimal(1_234_567))}, locale
    )
    assert amount in words.body_md
    for name in NAMES:
        said = PHRASE_BOOK.render(name, sample(name, -1), locale)
        assert not re.search(foreign, f"{said.title}\n{said.body_md}"), name


@pytest.mark.parametrize("locale", ["hi-IN", "bn-IN"])
def test_every_counted_thing_has_its_noun(locale: str) -> None:
    """A language without a noun would print the bare count."""
    for words in facts_file("en")["facts"].values():
        if words["unit"].startswith("count:"):
            assert re.search(r"[^\W\d]", format_fact(Fact(2, words["unit"]), locale)), words["unit"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_names_its_figures_in_the_readers_language(language: str) -> None:
    """Issue 4 items 10 and 11: every number can be opened, and explains itself to its reader."""
    own, locale = facts_file(language), f"{language}-IN"
    for finding in findings_of_every_kind():
        data = finding_data(finding, locale, PHRASE_BOOK.labels(locale))
        for key, told in data["facts"].items():
            assert {name: told[name] for name in ("label", "how")} == own["facts"][key]
        assert [line["label"] for line in data["series"]] == [
            own["series"][line.key]["label"] for line in finding.series
        ]


def test_in_english_a_fact_keeps_the_words_it_came_with() -> None:
    finding: Finding = next(findings_of_every_kind())
    assert finding_data(finding, "en-IN", PHRASE_BOOK.labels("en-IN")) == finding_data(finding, "en-IN")
