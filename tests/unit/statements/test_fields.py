"""Dates, numbers and identifiers as Indian statements write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.coaches.goals.statements.fields import read_amc, read_date, read_folio, read_isin, read_number


@pytest.mark.parametrize(
    "text",
    [
        "05-04-2024",
        "5/4/2024",
        "05.04.2024",
        "05-Apr-2024",
        "05-APR-2024",
        "5 April 2024",
        "2024-04-05",
        " 05-04-2024 ",
    ],
)
def test_a_date_is_read_day_first(text: str) -> None:
    assert read_date(text) == date(2024, 4, 5)


@pytest.mark.parametrize(
    "text",
    ["", "04-2024", "31-02-2024", "2024/04/05x", "05-04-24", "05-Foo-2024", "05-04/2024", "٠٥-٠٤-٢٠٢٤", "01-01-1900"],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,23,456.78", "123456.78"), ("₹1,23,456.78", "123456.78"), ("₹ 1,23,456.78", "123456.78"),
        ("Rs. 500", "500"), ("INR 500.5", "500.5"), ("123,456.78", "123456.78"), ("(1,000.50)", "-1000.50"),
        ("(₹1,000.50)", "-1000.50"), ("-₹1,000", "-1000"), ("−12.5", "-12.5"), ("1,00,00,000", "10000000"),
        ("0.0001", "0.0001"), (".5", "0.5"), ("5.", "5"),
    ],
)  # fmt: skip
def test_a_number_keeps_its_value(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "  ", "-"])
def test_an_empty_cell_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    "text", ["1.234,56", "12,34", "1,2345", "1e5", "NaN", "inf", "--5", "(-5)", "5)", "१२३", "1 000", "=1+1", "9" * 16]
)
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_number(text)


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    read_date(text)
    read_isin(text)
    read_folio(text)
    read_amc(text)
    try:
        value = read_number(text)
    except ValueError:
        return
    assert value is None or value.is_finite()


def test_a_mistyped_isin_is_refused() -> None:
    assert read_isin("inf179k01bb8 ") == "INF179K01BB8"
    assert read_isin("INF179K01BB9") is None
    assert read_isin("INE009A01021") is None  # a share, not a fund


def test_only_a_fund_house_is_a_fund_house() -> None:
    """A name in this column would be stored; a person's cannot be."""
    assert read_amc(" HDFC  Mutual Fund") == "HDFC Mutual Fund"
    assert read_amc("Axis MF") == "Axis MF"
    assert read_amc("HDFC Asset Management Company Limited") == "HDFC Asset Management Company Limited"
    for text in ("Asha Rao", "Asha Rao Limited", "ABCPD1234E", "asha@mail.example", "Mutual Fund", "AMC Ltd", ""):
        assert read_amc(text) is None
