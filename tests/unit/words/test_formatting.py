"""Every unit of a fact has one printed form per locale."""

from datetime import date
from decimal import Decimal

import pytest

from aicoach.core import units
from aicoach.core.formatting import PRINTED, format_as, format_fact, plain_text
from aicoach.core.model import Fact, FactValue

FORMS: list[tuple[FactValue, str, str, str, str]] = [
    (Decimal("1234567.50"), "INR", "₹ 12,34,568", "₹ 12,34,568", "₹ ১২,৩৪,৫৬৮"),
    (Decimal("-500"), "INR", "-₹ 500", "-₹ 500", "-₹ ৫০০"),
    (Decimal("99.5"), "USD", "$ 99.50", "$ 99.50", "US$ ৯৯.৫০"),
    (Decimal("12.35"), "percent", "12.35%", "12.35%", "১২.৩৫%"),
    (Decimal("-40.00"), "percent", "-40%", "-40%", "-৪০%"),
    (Decimal("0.1235"), "fraction", "12.35%", "12.35%", "১২.৩৫%"),
    (Decimal("15.45"), "percent:points", "15.45 percentage points", "15.45 प्रतिशत अंक", "১৫.৪৫ শতাংশ পয়েন্ট"),
    (Decimal("-1.00"), "percent:points", "-1 percentage point", "-1 प्रतिशत अंक", "-১ শতাংশ পয়েন্ট"),
    (4, "count", "4", "4", "৪"),
    (-1, "count:fund", "-1 fund", "-1 फंड", "-১টি ফান্ড"),
    (3, "count:fund", "3 funds", "3 फंड", "৩টি ফান্ড"),
    (1, "count:widget", "1 widget", "1", "১"),
    (2, "rank", "2", "2", "২"),
    (Decimal("1.5"), "number", "1.5", "1.5", "১.৫"),
    (Decimal("1234.567"), "units", "1,234.567", "1,234.567", "১,২৩৪.৫৬৭"),
    (Decimal("45.67"), "nav", "45.6700", "45.6700", "৪৫.৬৭০০"),
    (date(2026, 11, 20), "date", "20 Nov 2026", "20 नवंबर 2026", "২০ নভেম্বর, ২০২৬"),
    (Decimal("3.50"), "years", "3.5 years", "3.5 वर्ष", "৩.৫ বছর"),
    (1, "months", "1 month", "1 माह", "১ মাস"),
    ("Axis Small Cap Fund", "name", "Axis Small Cap Fund", "Axis Small Cap Fund", "Axis Small Cap Fund"),
    (None, "INR", "not available", "उपलब्ध नहीं", "পাওয়া যায়নি"),
]


@pytest.mark.parametrize(("value", "unit", "english", "hindi", "bengali"), FORMS)
def test_a_fact_reads_the_same_everywhere(value: FactValue, unit: str, english: str, hindi: str, bengali: str) -> None:
    fact = Fact(value, unit)
    shown = [format_fact(fact, locale) for locale in ("en-IN", "hi-IN", "bn-IN")]
    assert shown == [english, hindi, bengali]


@pytest.mark.parametrize("unit", ["percent", "percent:points", "INR", "years", "months", "count:fund"])
@pytest.mark.parametrize("locale", ["en-IN", "hi-IN", "bn-IN"])
def test_what_prints_as_zero_has_no_minus(unit: str, locale: str) -> None:
    """-0.004 is no loss to anyone who reads two decimals."""
    shown = format_fact(Fact(Decimal("-0.004"), unit), locale)
    assert shown == format_fact(Fact(Decimal(0), unit), locale)
    assert "-" not in shown


def test_every_unit_is_printed_and_none_with_more_decimals_than_it_keeps() -> None:
    assert set(units.PLACES) == set(PRINTED)
    kept = {**units.PLACES, "fraction": units.PLACES["fraction"] - 2}
    assert all(PRINTED[unit] <= kept[unit] for unit in PRINTED)


@pytest.mark.parametrize(
    ("value", "unit"), [("text", "INR"), (Decimal(1), "date"), (date(2026, 1, 1), "percent"), (1, "name")]
)
def test_a_value_that_does_not_fit_its_unit_is_refused(value: FactValue, unit: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        format_fact(Fact(value, unit))


def test_a_variant_drops_the_sign_or_says_lakh() -> None:
    loss = Fact(Decimal(-1234567), "INR")
    assert format_as(loss, "en-IN", ("abs",)) == "₹ 12,34,567"
    assert format_as(loss, "hi-IN", ("abs", "words")) == "₹ 12.35 लाख"
    assert format_as(Fact(None, "INR"), "en-IN", ("words",)) == "not available"
    for fact, variant in ((Fact("x", "name"), "abs"), (Fact(1, "count"), "words"), (loss, "bold")):
        with pytest.raises(ValueError, match=variant):
            format_as(fact, "en-IN", (variant,))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Child's Fund (Direct) - Growth", "Child's Fund (Direct) - Growth"),
        ("बच्चों की पढ़ाई", "बच्चों की पढ़ाई"),
        ("**Retire** [now](javascript:alert(1))", "Retire (now)(javascript:alert(1))"),
        ("<img src=x>\n- item\n# head", "‹img src=x› - item head"),
        ("a\u202eb\u200bc\x07d\U000e0041", "abcd"),
        ("{{xirr}}", "((xirr))"),
        ("see http://evil.example and www.evil.example", "see http: //evil.example and www .evil.example"),
        ("- first", "first"),
    ],
)
def test_a_name_cannot_mark_up_anything(name: str, shown: str) -> None:
    assert plain_text(name) == shown


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    assert plain_text("x" * 500) == "x" * 119 + "…"
