"""JSON from strangers has one meaning, bounded depth, and no strings that break a database (security row 32)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicoach.app.auth.strict_json import MAX_DEPTH, loads

BAD = {
    "repeated member": b'{"a":1,"a":2}',
    "repeated by escape": b'{"a":1,"\\u0061":2}',
    "repeated inside": b'[{"b":{"a":1,"a":1}}]',
    "NaN": b"[NaN]",
    "Infinity": b'{"a":Infinity}',
    "minus Infinity": b"-Infinity",
    "overflow": b"[1e400]",
    "long integer": b"1" * 5000,
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "closed deep arrays": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "deep after a string": b'["\\"[[", ' + b"[" * 5000 + b"]" * 5001,
    "NUL": b'{"a":"x\\u0000"}',
    "raw NUL": b'{"a":"x\0"}',
    "NUL in a name": b'{"\\u0000":1}',
    "lone surrogate": b'["\\ud800"]',
    "lone low surrogate": b'["\\uDFFF"]',
    "Latin-1": '["é"]'.encode("latin-1"),
    "UTF-16": '["é"]'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf[]",
    "nothing": b"",
    "two values": b"{}{}",
    "single quotes": b"{'a':1}",
    "comment": b"[1] // one",
    "trailing comma": b"[1,]",
}


def is_refused(data: bytes) -> bool:
    try:
        loads(data)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_what_other_parsers_may_read_otherwise_is_refused(data: bytes) -> None:
    assert is_refused(data)


def test_an_unterminated_string_costs_no_rescans() -> None:
    assert is_refused(b"[" * 65 + b'"' + b'\\"' * 120_000)


def test_brackets_inside_strings_do_not_count_as_depth() -> None:
    assert loads(json.dumps(["[{" * 5000]).encode()) == ["[{" * 5000]
    assert loads(b"[],".join([b"["] + [b""] * 200) + b"0]") == [[]] * 200 + [0]


def test_escapes_of_ordinary_characters_are_fine() -> None:
    assert loads(rb'["\ud83d\ude00", "\\u0000", "\u0935"]') == ["\U0001f600", "\\u0000", "व"]


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


@given(trees)
def test_ordinary_json_is_read_as_the_standard_library_reads_it(value: Any) -> None:
    text = json.dumps(value)
    if "\\u0000" not in text:
        assert loads(text.encode()) == json.loads(text)


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_a_value_error(data: bytes) -> None:
    if not is_refused(data):
        assert loads(data) == json.loads(data)
