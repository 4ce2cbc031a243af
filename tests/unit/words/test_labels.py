"""A fact is called in its reader's language where the coach has words for it, and keeps its own words elsewhere."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aicoach.core.labels import NO_LABELS
from aicoach.core.model import Fact, Finding, Series, Severity, Topic
from aicoach.core.phrases import Phrases
from aicoach.core.wire import finding_data
from tests.coaches.jars import COACH as JARS

APPLES = Fact(Decimal(3), "count", "Apples", "counted at the gate")
PEARS = Fact(Decimal(2), "count", "Pears", "counted in the cellar")
FUJI = Fact(Decimal(1), "count", "Apples from Fuji", "counted by tree")
LINE = Series("crop", "Crop", "count", ((date(2026, 11, 20), Decimal(3)),))
FINDING = Finding(
    "harvest",
    Topic("harvest", {}, 30),
    Severity.INFO,
    "harvest",
    {"apples": APPLES, "pears": PEARS, "apples_from_fuji": FUJI},
    (LINE,),
)
ENGLISH = """
[families.apples]
label = "Apples {name}"
how = "counted"

[families.apples_from]
label = "Apples from {name}"
how = "counted by tree"
"""
HINDI = """
[facts.apples]
label = "सेब"
how = "द्वार पर गिने गए"

[families.apples_from]
label = "{name} के सेब"
how = "पेड़ के अनुसार गिने गए"

[series.crop]
label = "फसल"
"""


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    """A coach with words for one of its two facts."""
    for language, words in (("en", ENGLISH), ("hi", HINDI)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "facts.toml").write_text(words, "utf-8")
    return Phrases.load(tmp_path)


def test_a_fact_and_a_chart_line_are_called_in_the_readers_language(phrases: Phrases) -> None:
    """Issue 4 item 11"""
    data = finding_data(FINDING, "hi-IN", phrases.labels("hi-IN"))
    apples = data["facts"]["apples"]
    assert (apples["label"], apples["how"]) == ("सेब", "द्वार पर गिने गए")
    assert (apples["value"], apples["unit"], apples["text"], apples["order"]) == ("3", "count", "3", 0)
    assert [line["label"] for line in data["series"]] == ["फसल"]


def test_a_member_of_a_family_keeps_its_name_in_the_familys_words(phrases: Phrases) -> None:
    told = finding_data(FINDING, "hi-IN", phrases.labels("hi-IN"))["facts"]["apples_from_fuji"]
    assert (told["label"], told["how"]) == ("Fuji के सेब", "पेड़ के अनुसार गिने गए")


def test_a_fact_without_words_keeps_its_own(phrases: Phrases) -> None:
    data = finding_data(FINDING, "hi-IN", phrases.labels("hi-IN"))
    assert (data["facts"]["pears"]["label"], data["facts"]["pears"]["how"]) == (PEARS.label, PEARS.how)


@pytest.mark.parametrize("locale", ["en-IN", "bn-IN", "xx"])
def test_a_language_without_words_keeps_all(phrases: Phrases, locale: str) -> None:
    assert phrases.labels(locale) is NO_LABELS
    assert finding_data(FINDING, locale, phrases.labels(locale)) == finding_data(FINDING, locale)


def test_a_coach_without_such_words_needs_none() -> None:
    assert Phrases.load(JARS.phrases).labels("bn-IN") is NO_LABELS


def test_an_entry_without_its_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hi").mkdir()
    (tmp_path / "hi" / "facts.toml").write_text('[facts.apples]\nlabel = "सेब"\n[series.crop]\n', "utf-8")
    with pytest.raises(ValueError, match=r"hi/facts\.toml: no words for apples"):
        Phrases.load(tmp_path).labels("hi-IN")
