"""One fund house however a file writes it, and never two that only look alike."""

import pytest

from aicoach.coaches.goals.statements.fields import read_amc
from aicoach.coaches.goals.statements.fund_houses import fund_house
from aicoach.coaches.goals.statements.words import fund_houses

WRITTEN = {
    "HDFC Mutual Fund": [
        "HDFC MF",
        "HDFC Mutual Fund",
        "HDFC Asset Management Company Limited",
        "HDFC AMC Ltd.",
        "hdfc  mutual fund ",
        "HDFC MutualFund",
    ],
    "ICICI Prudential Mutual Fund": ["ICICI Pru MF", "ICICI Prudential Asset Management Company Ltd."],
    "Nippon India Mutual Fund": ["Nippon Life India Asset Management Limited", "Reliance Mutual Fund"],
    "Baroda BNP Paribas Mutual Fund": ["Baroda BNP Paribas Asset Management India Private Limited"],
    "Mirae Asset Mutual Fund": ["Mirae Asset Investment Managers (India) Private Limited"],
    "LIC Mutual Fund": ["LIC Mutual Fund Asset Management Limited"],
    "SBI Mutual Fund": ["SBI Funds Management Limited"],
    "quant Mutual Fund": ["QUANT MF", "quant Money Managers Limited"],
    "PGIM India Mutual Fund": ["PGIM India Asset Management Private Limited"],
    "HSBC Mutual Fund": ["HSBC Asset Management (India) Private Limited", "L&T Mutual Fund"],
    "Jio BlackRock Mutual Fund": ["JioBlackRock MF"],
    "Zerodha Mutual Fund": ["Zerodha Fund House"],
    # Not listed: its own words decide.
    "Meghdoot Mutual Fund": ["MEGHDOOT MF", "Meghdoot Asset Management Co. Ltd.", "meghdoot mutual fund"],
}


@pytest.mark.parametrize(("house", "text"), [(house, text) for house, texts in WRITTEN.items() for text in texts])
def test_a_house_is_known_by_every_way_to_write_it(house: str, text: str) -> None:
    said = read_amc(text)
    assert said is not None
    assert fund_house(said) == house


@pytest.mark.parametrize("house", list(fund_houses()))
def test_a_house_is_known_by_each_of_its_listed_names(house: str) -> None:
    """No name may stand for two houses: that would be one folio of two."""
    for name in fund_houses()[house]:
        assert fund_house(name) == house
        assert fund_house(f"{name} MF") == house


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quant Mutual Fund", "Quantum Mutual Fund"),
        ("Bank of India Mutual Fund", "Baroda Mutual Fund"),
        ("Trust Mutual Fund", "Union Mutual Fund"),
        ("Nippon India Mutual Fund", "PGIM India Mutual Fund"),
        ("Meghdoot Mutual Fund", "Meghdoot India Mutual Fund"),
        ("Asset MF", "Fund MF"),
    ],
)
def test_houses_that_share_words_stay_two(one: str, other: str) -> None:
    assert fund_house(one) != fund_house(other)
