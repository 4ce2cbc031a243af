"""The guard's contract: policies, unknown facts, spans, work that grows with the text and nothing else."""

import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from types import FrameType
from typing import Final

import pytest

from aicoach.core.formatting import format_fact, plain_text
from aicoach.core.guardrails import STRICT, Code, Policy, check_narration, check_sentence, split_sentences
from aicoach.core.model import Fact
from tests.unit.guard.corpus import facts, good


def codes(text: str, known: dict[str, Fact] | None = None, policy: Policy = STRICT) -> set[Code]:
    return {found.code for found in check_narration(text, facts() if known is None else known, policy=policy)}


def test_an_unknown_fact_justifies_no_figure() -> None:
    known = {"xirr": Fact(None, "percent", "XIRR", as_of=date(2026, 11, 20))}
    assert codes("The XIRR is 12%.", known) == {Code.NUMBER}
    assert codes("As of 20 Nov 2026 nothing is known.", known) == {Code.DATE}
    assert codes("The XIRR is not available.", known) == set()


def test_a_date_of_origin_may_be_told() -> None:
    known = {"xirr": Fact(Decimal("12.35"), "percent", as_of=date(2026, 11, 20))}
    assert codes("As of 20 Nov 2026 the XIRR is 12.35%.", known) == set()
    assert codes("As of 21 Nov 2026 the XIRR is 12.35%.", known) == {Code.DATE}
    assert codes("As of 20 Nov 2026 it is done.", {"at": Fact(datetime(2026, 11, 20, 5, tzinfo=UTC), "date")}) == set()


def test_without_facts_words_may_pass_and_figures_never() -> None:
    assert codes("Nothing is known yet.", {}) == set()
    assert codes("It grew 5%.", {}) == {Code.NUMBER}


@pytest.mark.parametrize(
    ("exact", "told"),
    [("12.345", "12.35%"), ("-12.345", "-12.35%"), ("99.995", "100%"), ("2.5", "2.5%")],
)
def test_ties_round_away_from_zero(exact: str, told: str) -> None:
    known = {"rate": Fact(Decimal(exact), "percent", "Rate")}
    assert codes(f"The rate is {told}.", known) == set()


def test_a_rounding_that_says_too_little_is_refused() -> None:
    known = {"value": Fact(Decimal(14_000_000), "INR", "Value")}
    assert codes("It is worth ₹ 1.4 crore.", known) == set()
    assert codes("It is worth ₹ 1 crore.", known) == {Code.ROUNDING}


def test_a_policy_may_allow_a_word_and_forbid_another() -> None:
    assert codes("An excellent year.") == {Code.SUPERLATIVE}
    assert codes("An excellent year.", policy=Policy(allow=frozenset({"excellent"}))) == set()
    assert codes("A bullish year.", policy=Policy(forbid=frozenset({"Bullish"}))) == {Code.FORBIDDEN}
    assert codes("A year full of risk appetite.", policy=Policy(forbid=frozenset({"risk appetite"}))) == {
        Code.FORBIDDEN
    }


def test_a_policy_bounds_the_length() -> None:
    assert codes("a" * 11, policy=Policy(max_chars=10)) == {Code.TOO_LONG, Code.INCOMPLETE}
    assert codes("Word. " * 1000) == {Code.TOO_LONG}


def test_a_policy_without_kinds_of_names_knows_no_fund() -> None:
    assert codes("Kotak Mid Cap Fund grew.") == {Code.NAME}
    assert codes("Kotak Mid Cap Fund grew.", {}, Policy(name_kinds=frozenset())) == set()


def test_a_name_that_is_a_fact_may_hold_any_word_or_digit() -> None:
    known = {"scheme": Fact("Best Guaranteed 500 Fund - Series 2", "name")}
    assert codes("Best Guaranteed 500 Fund - Series 2 is your scheme.", known) == set()
    assert Code.SUPERLATIVE in codes("Best Guaranteed 501 Fund - Series 2 is your scheme.", known)


def test_a_name_is_recognised_as_it_is_shown() -> None:
    known = {"goal": Fact("Riya [x](http://y.example) **Wedding**", "name")}
    assert codes("Riya (x)(http: //y.example) Wedding is your goal.", known) == set()


@pytest.mark.parametrize("name", ["Goa <3", "Rent > EMI", "<b>Goa</b>", "Trip → Goa 😀", "বাড়ি > গাড়ি"])
@pytest.mark.parametrize(
    ("locale", "said"),
    [("en-IN", "{} is your goal."), ("hi-IN", "{} आपका लक्ष्य है।"), ("bn-IN", "{} আপনার লক্ষ্য।")],
)
def test_a_name_may_hold_signs_that_no_narration_may(name: str, locale: str, said: str) -> None:
    """What its owner wrote is shown as ‹ ›; the same signs anywhere else are refused."""
    known = {"goal": Fact(name, "name")}
    shown = plain_text(name)
    assert check_narration(said.format(shown), known, locale) == []
    assert check_narration(said.format(f"{shown} ‹→"), known, locale) != []
    assert check_narration(said.format(shown), {}, locale) != []


def test_points_are_never_told_as_a_percent() -> None:
    """A difference of two percents is no percent of anything."""
    known = {"ahead": Fact(Decimal("1.45"), "percent:points", "Percentage points above the benchmark")}
    assert codes("It is 1.45 percentage points above the benchmark.", known) == set()
    assert codes("It is 1.45% above the benchmark.", known) == {Code.UNIT}


@pytest.mark.parametrize("unit", ["percent", "percent:points", "fraction", "INR"])
@pytest.mark.parametrize("said", ["The result is {}.", "It is up by {}.", "It is down by {}."])
def test_what_prints_as_zero_is_not_refused_for_its_sign(unit: str, said: str) -> None:
    known = {"result": Fact(Decimal("-0.00004"), unit, "Result")}
    assert codes(said.format(format_fact(known["result"])), known) == set()


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (-2, "There are -2 transactions.", set()),
        (-2, "There are 2 transactions.", {Code.SIGN}),
        (2, "There are -2 transactions.", {Code.SIGN}),
        (-1, "There is -1 transaction.", set()),
    ],
)
def test_a_count_is_told_with_its_own_sign(value: int, text: str, expected: set[Code]) -> None:
    assert codes(text, {"rows": Fact(value, "count:transaction", "Transactions")}) == expected


def test_one_and_the_same_fact_must_fit_in_every_way() -> None:
    """A drift of -10 and a target of 10: the sign of the one does not excuse the words of the other."""
    known = {
        "drift_debt": Fact(Decimal(-10), "percent:points", "Debt: drift"),
        "target_gold": Fact(Decimal(10), "percent", "Gold: target"),
    }
    assert codes("Debt has a drift of -10 percentage points.", known) == set()
    assert codes("Debt has a drift of 10 percentage points.", known) == {Code.SIGN}


def test_a_number_that_a_label_carries_may_be_told_with_it() -> None:
    known = {"rate": Fact(Decimal("9.8"), "percent", "Nifty 50 TRI, 3-year return")}
    assert codes("The Nifty 50 made 9.8% over 3 years.", known) == set()
    assert codes("The Nifty 500 made 9.8% over 3 years.", known) == {Code.NUMBER}
    assert codes("The Nifty 50 made 9.8% over 5 years.", known) == {Code.PERIOD}


def test_a_sentence_is_held_to_the_same_rules_without_its_end() -> None:
    assert check_sentence("Portfolio return: 12.35%", facts()) == []
    assert [found.code for found in check_sentence("Portfolio return: 13.35%", facts())] == [Code.NUMBER]
    assert Code.INCOMPLETE in codes("Portfolio return: 12.35%")


def test_sentences_end_where_they_end() -> None:
    text = "It made Rs. 5.50 in all, 12% p.a. on average. यह ठीक है। আছে॥ Really? Yes! The end.\n- a line"
    assert [part.strip() for part in split_sentences(text)] == [
        "It made Rs. 5.50 in all, 12% p.a. on average.",
        "यह ठीक है।",
        "আছে॥",
        "Really?",
        "Yes!",
        "The end.",
        "- a line",
    ]
    assert split_sentences("") == []
    assert split_sentences("It is 12.") == ["It is 12."]


def test_a_violation_names_the_place_in_the_original_text() -> None:
    text = "आपका XIRR १३.३५% है।"
    (found,) = check_narration(text, facts(), "hi-IN")
    assert (found.code, text[slice(*found.span)], found.text) == (Code.NUMBER, "१३.३५%", "१३.३५%")


def count_calls(text: str) -> int:
    """Function calls made for one check: work, not time."""
    calls = 0

    def tracer(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    check_narration(text, facts())
    sys.setprofile(tracer)
    try:
        check_narration(text, facts())
    finally:
        sys.setprofile(None)
    return calls


def test_work_grows_with_the_text_and_stays_small() -> None:
    lines = [text for locale, text in good() if locale == "en-IN" and "\n" not in text]
    full = " ".join(lines)[: STRICT.max_chars].rsplit(" ", 1)[0]
    half = full[: len(full) // 2].rsplit(" ", 1)[0]
    assert count_calls(full) < 40_000
    assert count_calls(full) < 3.5 * count_calls(half)


HOSTILE = [
    "(",
    "**",
    "a.",
    "1,",
    "₹",
    "-",
    "{{",
    "[",
    "<",
    "@",
    "a-",
    "not ",
    "no ",
    "lakh ",
    "20 ",
    "Nov ",
    "साढ़े ",
    "A ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_repetition_makes_the_work_explode(piece: str) -> None:
    """Security row 33."""
    text = (piece * STRICT.max_chars)[: STRICT.max_chars]
    assert count_calls(text) < 400_000
    check_narration(piece * 50_000, facts())
    split_sentences(piece * 20_000)


LONG: Final = Policy(max_chars=40_000)
#: What each rule would stumble over, were its work to grow with the square of the text.
HEAPS: Final = [
    *HOSTILE,
    "[a](",
    ")(",
    "a buy ",
    "when you buy, sell ",
    "will grow ",
    "1.85% ",
    "₹ 4,200 is ",
    "XIRR 12.35% ",
    "value and gain ",
    "₹ 10,00,000, ",
    "Axis Small Cap Fund ",
    "मूल्य और लाभ ",
    "১২.৩৫% XIRR ",
]


def cpu(text: str) -> float:
    """Seconds of processor time for one check, whatever else the machine does."""
    began = time.process_time()
    check_narration(text, facts(), policy=LONG)
    return time.process_time() - began


@pytest.mark.parametrize("piece", HEAPS)
def test_ten_times_the_text_costs_ten_times_the_work(piece: str) -> None:
    """Security row 33: every rule and every pattern is linear; were one quadratic, it would be a hundred times."""
    short, long = ((piece * size)[:size] for size in (4_000, 40_000))
    assert cpu(long) < 40 * max(0.02, *(cpu(short) for _ in range(2)))
