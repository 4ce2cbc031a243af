"""JSON from strangers: one meaning only, bounded depth, and nothing that breaks the code behind it."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 64

# The closing quote is optional so that an unterminated string is consumed once: no quadratic rescans.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_RISKY_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def loads(data: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Parse UTF-8 JSON (RFC 8259), stricter than the standard library.

    Raises ValueError, and nothing else, for: another encoding, a byte order mark, a repeated member, NaN or
    Infinity (also as an overflowing number such as 1e400), nesting above ``max_depth`` and strings that no
    database can hold (NUL, lone surrogates).
    """
    text = data.decode("utf-8")
    _refuse_deep_nesting(text, max_depth)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique_members, parse_constant=_refuse_constant, parse_float=_finite
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _RISKY_ESCAPE.search(text) and not all(map(_is_storable, _strings(value))):
        raise ValueError("a string holds NUL or a lone surrogate")
    return value


def _refuse_deep_nesting(text: str, max_depth: int) -> None:
    if text.count("[") + text.count("{") <= max_depth:
        return
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        mark = match[0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > max_depth:
            raise ValueError("nested too deeply")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is repeated")
    return members


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
