"""The weekly digest: plain text in three languages, short enough to mail, and nothing of nothing."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.digest import compose, plain
from aicoach.core.ports import Digest

WEEK = (date(2026, 11, 16), date(2026, 11, 22))
CARD = {
    "title": "Your portfolio: 12.35% a year",
    "body": "Value: **₹ 12,34,567**, in 3 funds.\n\nGain: *₹ 1,000*.",
    "hints": [{"title": "A step-up", "body": "Raising it by **10%** reaches it."}],
}


def digest(cards: list[dict[str, Any]], locale: str = "en-IN") -> Digest:
    """The digest of some cards."""
    made = compose(cards, locale, *WEEK)
    assert made is not None
    return made


def test_nobody_gets_a_digest_of_nothing() -> None:
    """Issue 4, bad input: a digest for a user without insights."""
    assert compose([], "en-IN", *WEEK) is None


def test_a_digest_is_the_cards_as_plain_text() -> None:
    """S0-9.2a"""
    made = digest([CARD])
    assert made.subject == "Your week: 16 Nov 2026 to 22 Nov 2026"
    assert "Value: ₹ 12,34,567, in 3 funds." in made.body
    assert "Gain: ₹ 1,000." in made.body
    assert "→ A step-up\nRaising it by 10% reaches it." in made.body
    assert "Cards in this digest: 1." in made.body
    assert "did not fit" not in made.body
    assert "**" not in made.body


@pytest.mark.parametrize(("locale", "digits"), [("hi-IN", "16 नवंबर 2026"), ("bn-IN", "১৬ নভেম্বর")])
def test_the_frame_speaks_the_readers_language(locale: str, digits: str) -> None:
    """Issue 4 item 11"""
    assert digits in digest([CARD], locale).subject


def test_a_digest_stays_below_100_kb_and_counts_what_it_left_out() -> None:
    """S0-9.2a: bytes of UTF-8, not characters."""
    cards = [{"title": f"Card {n}", "body": "क" * 3_000, "hints": []} for n in range(50)]
    made = digest(cards)
    assert 80_000 < len(made.body.encode()) < 100_000
    assert made.cards < 50
    assert f"Cards that did not fit here: {50 - made.cards}." in made.body
    assert made.body.index("Card 0") < made.body.index("Card 1\n")


def test_one_card_that_is_too_long_leaves_a_digest_that_says_so() -> None:
    made = digest([{"title": "Long", "body": "x" * 200_000, "hints": []}])
    assert made.cards == 0
    assert "did not fit here: 1." in made.body


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_a_card_says_there_is_no_html_and_nothing_invisible(body: str, title: str) -> None:
    """S0-9.2a"""
    made = digest([{"title": title, "body": body, "hints": []}])
    assert not set(made.body) & set("<>\x00\x1b\r\u202e\u200b\u2066")


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("<b>bold</b>", "‹b›bold‹/b›"),
        ("## Head\n\n\n\ntext  ", "Head\n\ntext"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("- a\n- *b*", "- a\n- b"),
        ("क्‍ष", "क्‍ष"),
    ],
)
def test_markdown_becomes_plain_text(markdown: str, shown: str) -> None:
    assert plain(markdown) == shown
