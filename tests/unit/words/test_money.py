"""Money and numbers read the Indian way, in the digits of the locale."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.tools.money import format_inr, format_inr_words, format_money, format_number

AMOUNTS = st.decimals(min_value=-(10**20), max_value=10**20, places=2)


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        (1234567, "en-IN", "₹ 12,34,567"),
        (-1234567, "en-IN", "-₹ 12,34,567"),
        (Decimal("1234567.50"), "en-IN", "₹ 12,34,568"),
        (Decimal("-0.4"), "en-IN", "₹ 0"),
        (999, "en-IN", "₹ 999"),
        (1234567, "hi-IN", "₹ 12,34,567"),
        (1234567, "bn-IN", "₹ ১২,৩৪,৫৬৭"),
        (1234567, "bn_IN", "₹ ১২,৩৪,৫৬৭"),
        (1234567, "no such locale", "₹ 12,34,567"),
        (1234.5, "en-IN", "₹ 1,235"),
    ],
)
def test_rupees_are_whole_grouped_and_in_the_digits_of_the_locale(
    value: Decimal | int | float, locale: str, text: str
) -> None:
    assert format_inr(value, locale) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (99_999, "₹ 99,999"),
        (100_000, "₹ 1 lakh"),
        (1_234_567, "₹ 12.35 lakh"),
        (9_999_400, "₹ 99.99 lakh"),
        (9_999_600, "₹ 1 crore"),
        (-12_345_678, "-₹ 1.23 crore"),
        (1_234_567_890_000, "₹ 1,23,456.79 crore"),
    ],
)
def test_large_amounts_read_in_lakh_and_crore(value: int, text: str) -> None:
    assert format_inr_words(value) == text


def test_lakh_and_crore_have_words_in_hindi_and_bengali() -> None:
    assert format_inr_words(1_234_567, "hi-IN") == "₹ 12.35 लाख"
    assert format_inr_words(12_345_678, "bn-IN") == "₹ ১.২৩ কোটি"


def test_another_currency_prints_its_own_decimals() -> None:
    assert format_money(Decimal("1234.5"), "USD", "en-IN") == "$ 1,234.50"
    assert format_money(1_234_567, "USD", "en-US") == "$ 1,234,567.00"
    assert format_money(500, "INR", places=2) == "₹ 500.00"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e25"])
def test_what_is_no_finite_amount_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        format_inr(Decimal(value))
    with pytest.raises(ValueError, match="not a number"):
        format_inr_words(float(value))


@given(AMOUNTS, st.integers(0, 4))
def test_a_printed_number_reads_back_as_the_rounded_value(value: Decimal, places: int) -> None:
    back = Decimal(format_number(value, places=places).replace(",", ""))
    assert abs(back - value) <= Decimal("0.5").scaleb(-places)


@given(AMOUNTS)
def test_rounding_is_symmetric_and_zero_has_no_sign(value: Decimal) -> None:
    positive, negative = format_inr(abs(value)), format_inr(-abs(value))
    assert negative == (positive if positive == "₹ 0" else f"-{positive}")
