"""Find identifiers and put numbered placeholders in their place; offsets always refer to the input."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aicoach.tools.pii.context import digits_of
from aicoach.tools.pii.labels import labelled
from aicoach.tools.pii.normalise import normalise
from aicoach.tools.pii.rules import matches

# Every rule needs four digits near each other, an at sign, an IFSC's start, or an address that is spelt out.
_WORTH_A_LOOK = re.compile(r"@|\d(?:\W{0,3}\d){3}|[A-Z]{4}0|\bdot\b|[\[({]\s?at\b", re.IGNORECASE)
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\[([A-Z]+)_(\d{1,9})\]")


class Span(NamedTuple):
    """Where an identifier stands in the input, as a half-open range of characters, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without identifiers, and what was taken out, in order of place."""

    text: str
    spans: tuple[Span, ...] = ()


class _Hit(NamedTuple):
    start: int
    end: int
    kind: str
    value: str


class _Literal(NamedTuple):
    """A stretch of output that was copied from the input."""

    output: int
    source: int


def redact(text: str) -> Redacted:
    """Replace each identifier by ``[KIND_n]``, numbered per kind; one value keeps one number.

    Kinds: EMAIL, UPI, PAN, GSTIN, AADHAAR, VID, IFSC, ACCOUNT, CARD, FOLIO, DEMAT, PHONE, PASSPORT, VOTER, ID.
    Redacting the result again changes nothing. Names cannot be found by pattern: keep them out by structure.
    """
    hits = _scan(text)
    if not hits:
        return Redacted(text)
    output, literals = _render(text, hits)
    # A placeholder may uncover what its neighbour hid, so look until nothing is found.
    while more := _scan(output):
        hits = sorted([*hits, *(_in_source(hit, literals) for hit in more)])
        output, literals = _render(text, hits)
    return Redacted(output, tuple(Span(*hit[:3]) for hit in hits))


def find(text: str) -> tuple[Span, ...]:
    """Where identifiers stand; empty exactly when ``redact`` would change nothing."""
    return tuple(Span(*hit[:3]) for hit in _scan(text))


def _scan(text: str) -> list[_Hit]:
    if text.isascii() and not _WORTH_A_LOOK.search(text):
        return []
    normalised = normalise(text)
    plain = normalised.text
    masked = _UUID.sub(lambda uuid: "x" * len(uuid[0]), plain) if "-" in plain else plain
    if not _WORTH_A_LOOK.search(masked):
        return []
    found = _without_overlaps([*labelled(masked), *matches(masked)])
    return [
        _Hit(*normalised.to_source(start, end), kind, _identity(kind, plain[start:end])) for start, end, kind in found
    ]


def _without_overlaps(found: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Overlapping finds become one that covers all of them, named by the longest, then by precedence."""
    merged: list[tuple[int, int, str]] = []
    longest = 0
    for start, end, kind in sorted(found, key=lambda hit: hit[0]):
        if merged and start < merged[-1][1]:
            first, last, name = merged[-1]
            name, longest = (kind, end - start) if end - start > longest else (name, longest)
            merged[-1] = (first, max(last, end), name)
        else:
            merged.append((start, end, kind))
            longest = end - start
    return merged


def _identity(kind: str, value: str) -> str:
    """What makes two spellings the same identifier."""
    if kind == "PHONE":
        return digits_of(value)[-10:]
    if kind in ("EMAIL", "UPI"):
        return value.lower()
    return re.sub(r"[^0-9A-Z]", "", value.upper())


def _render(text: str, hits: Sequence[_Hit]) -> tuple[str, list[_Literal]]:
    names = _names(text, hits)
    parts: list[str] = []
    literals: list[_Literal] = []
    length = at = 0
    for hit, name in zip(hits, names, strict=True):
        literals.append(_Literal(length, at))
        parts += (text[at : hit.start], name)
        length += hit.start - at + len(name)
        at = hit.end
    literals.append(_Literal(length, at))
    return "".join((*parts, text[at:])), literals


def _names(text: str, hits: Sequence[_Hit]) -> Iterator[str]:
    # Placeholders of an earlier pass keep their meaning: new numbers start after theirs.
    last: dict[str, int] = {}
    for kind, number in _PLACEHOLDER.findall(text):
        last[kind] = max(last.get(kind, 0), int(number))
    given: dict[tuple[str, str], str] = {}
    for _, _, kind, value in hits:
        if (kind, value) not in given:
            last[kind] = last.get(kind, 0) + 1
            given[kind, value] = f"[{kind}_{last[kind]}]"
        yield given[kind, value]


def _in_source(hit: _Hit, literals: Sequence[_Literal]) -> _Hit:
    # No rule matches a bracket, so a find lies within one literal stretch.
    home = max((literal for literal in literals if literal.output <= hit.start), key=lambda literal: literal.output)
    shift = home.source - home.output
    return hit._replace(start=hit.start + shift, end=hit.end + shift)
