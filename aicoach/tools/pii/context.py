"""What stands beside a number: a currency, a unit, a reference's name, a bank."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from aicoach.tools.pii.normalise import normalise

WORDS: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))

Match = re.Match[str]


@dataclass(frozen=True)
class Form:
    """A regular expression that is compiled when first needed: a cold start must not pay for it."""

    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.source)


def one_of(words: list[str]) -> str:
    """An alternation of literal words, the longest first, spelt as normalised text spells them."""
    plain = sorted((normalise(word).text for word in words), key=len, reverse=True)
    return "|".join(map(re.escape, plain))


def digits_of(text: str) -> str:
    """The digits of a normalised text."""
    return "".join(filter(str.isdigit, text))


_AMOUNT_BEFORE = Form(rf"(?i)(?<![A-Za-z])(?:{one_of(WORDS['amounts_before'])})[\s:=]{{0,3}}[-+]?\s?\Z")
_AMOUNT_AFTER = Form(rf"(?i)\s?(?:{one_of(WORDS['amounts_after'])})(?![A-Za-z])")
_REFERENCE = Form(
    rf"(?i)(?<![A-Za-z])(?:{one_of(WORDS['references'])})(?:[\s_.:#=\"'-]|no|number|num|id|code){{0,6}}\Z"
)
_BANKING = Form(rf"(?i)(?<![A-Za-z])(?:{one_of(WORDS['banking'])})(?![A-Za-z])")


def is_amount(match: Match) -> bool:
    """True for a number with a currency or a unit beside it."""
    start, end = match.span("v")
    before = match.string[max(0, start - 16) : start]
    return bool(_AMOUNT_BEFORE.pattern.search(before) or _AMOUNT_AFTER.pattern.match(match.string, end))


def is_unnamed(match: Match) -> bool:
    """True when nothing says that this number is an amount or some reference."""
    start = match.start("v")
    return not is_amount(match) and not _REFERENCE.pattern.search(match.string[max(0, start - 28) : start])


def is_near_a_bank(match: Match) -> bool:
    """True when the words around speak of banking."""
    start, end = match.span("v")
    around = (match.string[max(0, start - 40) : start], match.string[end : end + 25])
    return any(map(_BANKING.pattern.search, around))
