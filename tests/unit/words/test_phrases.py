"""Phrases are files whose placeholders only facts can fill."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aicoach.core.model import Fact
from aicoach.core.phrases import Phrases, fill

FOLDER = Path(__file__).parent / "phrases"
FACTS = {
    "xirr": Fact(Decimal("12.35"), "percent"),
    "invested": Fact(Decimal(1_000_000), "INR"),
    "value": Fact(Decimal(1_234_567), "INR"),
    "on": Fact(date(2026, 11, 20), "date"),
    "benchmark": Fact(Decimal("9.8"), "percent"),
    "scheme": Fact("Axis Small Cap Fund", "name"),
    "funds": Fact(3, "count:fund"),
    "gap": Fact(Decimal("-2.55"), "percent"),
}


def test_placeholders_are_filled_for_the_reader() -> None:
    words = Phrases.load(FOLDER).render("portfolio", FACTS, "en-IN")
    assert words.title == "Portfolio return: 12.35%"
    assert words.body_md.split("\n") == [
        "Your money grew at **12.35%** a year: ₹ 10,00,000 became ₹ 12.35 lakh on 20 Nov 2026.",
        "",
        "- Benchmark: 9.8%",
        "",
        "- Axis Small Cap Fund is one of 3 funds.",
        "- Behind by 2.55%",
    ]


def test_a_conditional_line_goes_when_its_fact_is_unknown_or_absent() -> None:
    unknown = {key: fact for key, fact in FACTS.items() if key != "gap"} | {"benchmark": Fact(None, "percent")}
    body = Phrases.load(FOLDER).render("portfolio", unknown).body_md
    assert "Benchmark" not in body
    assert "Behind" not in body
    assert "\n\n\n" not in body


def test_an_unknown_value_on_a_plain_line_says_so() -> None:
    words = Phrases.load(FOLDER).render("portfolio", FACTS | {"xirr": Fact(None, "percent")})
    assert words.title == "Portfolio return: not available"


def test_the_language_falls_back_and_takes_its_numbers_along() -> None:
    phrases = Phrases.load(FOLDER)
    assert phrases.render("portfolio", FACTS, "hi-IN").title == "रिटर्न: 12.35%"
    assert phrases.render("only_english", FACTS, "bn-IN").body_md == "₹ 10,00,000 on 20 Nov 2026."


def test_a_missing_fact_is_a_defect_that_names_file_and_key() -> None:
    with pytest.raises(ValueError, match=r"en/portfolio\.md: no fact named scheme"):
        Phrases.load(FOLDER).render("portfolio", {key: fact for key, fact in FACTS.items() if key != "scheme"})
    with pytest.raises(ValueError, match="no phrase named nothing"):
        Phrases.load(FOLDER).render("nothing", FACTS)


@pytest.mark.parametrize("text", ["{{ Xirr }}", "{{xirr", "xirr}}", "{{xirr|bold}}", "{{on|abs}}", "{{1}}"])
def test_a_malformed_placeholder_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="text: "):
        fill(text, FACTS)


def test_a_name_is_never_read_as_a_placeholder_or_markup() -> None:
    facts = {"goal": Fact("{{xirr}} [x](http://y.example) **z**", "name"), "xirr": FACTS["xirr"]}
    assert fill("For {{goal}}.", facts) == "For ((xirr)) (x)(http: //y.example) z."


def test_a_phrase_lists_what_it_needs() -> None:
    assert Phrases.load(FOLDER).find("portfolio").placeholders() == frozenset(FACTS)


def test_a_file_without_title_or_body_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "bad.md").write_text("no title\n")
    with pytest.raises(ValueError, match=r"en/bad\.md"):
        Phrases.load(tmp_path)


def test_a_folder_is_read_once() -> None:
    assert Phrases.load(FOLDER) is Phrases.load(FOLDER)
