"""Personal identifiers are found in every disguise, and nothing else is touched (security rows 15, 16)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.tools.pii import Redacted, find, redact
from tests.unit.pii.corpus_files import Marked, negatives, positives

IDENTIFIERS = [identifier for marked in positives() for _, identifier in marked.found]
SCRIPTS = {"devanagari": 0x0966, "bengali": 0x09E6, "full width": 0xFF10, "arabic": 0x0660, "tamil": 0x0BE6}


def test_the_corpus_is_large_enough() -> None:
    assert len({marked.text for marked in positives()}) >= 150
    assert len(set(negatives())) >= 150


@pytest.mark.parametrize("marked", positives(), ids=lambda marked: ascii(marked.text))
def test_every_identifier_is_found_where_it_stands(marked: Marked) -> None:
    """S0-6.3a: spans are offsets into the input, kinds are right, nothing of the identifier stays."""
    redacted = redact(marked.text)
    assert [(span.kind, marked.text[span.start : span.end]) for span in redacted.spans] == marked.found
    assert find(marked.text) == redacted.spans
    assert all(identifier not in redacted.text for _, identifier in marked.found)


@pytest.mark.parametrize("text", negatives(), ids=ascii)
def test_what_is_no_identifier_survives_untouched(text: str) -> None:
    """S0-6.3a: amounts, NAVs, units, ISINs, dates, UUIDs and fund names are no personal data."""
    assert redact(text) == Redacted(text, ())


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS.keys())
@pytest.mark.parametrize("plain", ["9876543210", "ABCPD1234Z", "2341 2341 2346", "folio 12345678"])
def test_digits_of_every_script_are_digits(plain: str, zero: int) -> None:
    disguised = re.sub(r"\d", lambda digit: chr(zero + int(digit[0])), plain)
    assert [span.kind for span in find(disguised)] == [span.kind for span in find(plain)] != []


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\ufe0f", "\u034f", "\U000e0041", "\x00"])
@pytest.mark.parametrize("plain", ["9876543210", "ABCPD1234Z", "234123412346", "ravi@gmail.com"])
def test_invisible_characters_hide_nothing(plain: str, hidden: str) -> None:
    disguised = hidden.join(plain)
    assert redact(disguised).text.startswith("[")
    assert redact(disguised).spans[0][:2] == (0, len(disguised))


def test_one_identifier_keeps_one_number_in_every_spelling() -> None:
    text = "9876543210, +91 98765 43210 or 8765432109; Ravi@X.in is ravi@x.in, not priya@x.in"
    assert redact(text).text == "[PHONE_1], [PHONE_1] or [PHONE_2]; [EMAIL_1] is [EMAIL_1], not [EMAIL_2]"


def test_new_numbers_start_after_those_already_in_the_text() -> None:
    assert redact("[EMAIL_1] knows a@b.co").text == "[EMAIL_1] knows [EMAIL_2]"


def test_a_long_list_after_one_label_is_found_whole() -> None:
    numbers = ", ".join(str(10_000_000 + 7 * index) for index in range(200))
    assert len(redact(f"folios {numbers}").spans) == 200


PIECES = st.one_of(
    st.sampled_from(IDENTIFIERS),
    st.sampled_from(negatives()),
    st.sampled_from(["folio ", "account ", "call ", "PAN ", "₹", " ", "", ",", ".", "-", "/", "@", "[", "]", "\u200b"]),
    st.text(max_size=8),
    st.from_regex(r"\A[0-9 .,@/+A-Z-]{1,24}\Z"),
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_redaction_is_complete_and_stable(text: str) -> None:
    """What was redacted holds nothing more to find, and redacting it again changes nothing."""
    redacted = redact(text)
    assert find(redacted.text) == ()
    assert redact(redacted.text) == Redacted(redacted.text, ())


@given(st.lists(PIECES, max_size=12).map("".join))
def test_spans_are_ordered_disjoint_slices_of_the_input(text: str) -> None:
    redacted = redact(text)
    rest, at, pattern = [], 0, ""
    for span in redacted.spans:
        assert at <= span.start < span.end <= len(text)
        pattern += re.escape(text[at : span.start]) + rf"\[{span.kind}_\d+\]"
        rest.append(text[at : span.start])
        at = span.end
    assert re.fullmatch(pattern + re.escape(text[at:]), redacted.text)


@given(
    st.sampled_from(IDENTIFIERS),
    st.sampled_from(["", "see ", "(", "\n", "है "]),
    st.sampled_from(["", ")", "\n", " ok"]),
)
def test_surroundings_do_not_hide_an_identifier(identifier: str, before: str, after: str) -> None:
    alone, inside = find(identifier), find(before + identifier + after)
    if alone:
        assert inside
