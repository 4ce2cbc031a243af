"""Identifiers that only their label gives away: a folio, an account, a misspelt Aadhaar."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from aicoach.tools.pii.context import WORDS, Form, Match, digits_of, is_amount, one_of
from aicoach.tools.pii.rules import PAN_HOLDER

_END = r"(?![A-Za-z0-9])(?!\.\d)(?!,\d{2,3}(?!\d))"

_LABEL = Form(
    r"(?i)(?<![^\W\d_])(?:"
    + "|".join(f"(?P<{kind}>{one_of(words)})" for kind, words in WORDS["labels"].items())
    + ")s?"
)
_FILLER = Form(rf"(?i)(?:[\s.:;#=_\"'()\[\]*|>-]{{1,6}}|(?:{one_of(WORDS['fillers'])})(?![A-Za-z])){{0,10}}+")
_JOINER = Form(rf"(?i)\s?(?:[,;&/]|(?<=\s)(?:{one_of(WORDS['joiners'])})(?=\s))\s?")
_DATE = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ](?:\d\d|\d{4})|\d{4}[-. ]\d{1,2}[-. ]\d{1,2}|(?:19|20)\d{6}")
_TOLL_FREE = re.compile(r"1[ -]?8[06]0")

_VALUE: Final = {
    "PAN": rf"[A-Z]{{5}}\d{{4}}[A-Z]|[A-Z]{{3}}{PAN_HOLDER}[A-Z][ .-]?\d{{4}}[ .-]?[A-Z]",
    "AADHAAR": r"\d{4}[ :.-]{0,3}\d{4}[ :.-]{0,3}\d{4}",
    "VID": r"\d{4}(?:[ -]?\d{4}){3}",
    "FOLIO": r"(?:[A-Z]{0,4}[-/]?\d{5,15}[A-Z]{0,2}|\d{3,5}(?P<gap>[ -])\d{3,5}(?:(?P=gap)\d{2,5})?)(?: ?/ ?\d{1,4})?",
    "ACCOUNT": r"[A-Z]{0,4}\d(?:[ -]?\d){8,17}",
    "PHONE": r"\+?\(?\d(?:[ ().-]{0,2}\d){6,14}",
    "DEMAT": r"IN ?\d{6}(?:[ /-]?\d{8})?|\d{8}(?:[ /-]?\d{8})?|\d{4}(?:[ -]\d{4}){3}",
    "ID": r"(?=[A-Z]*\d)[A-Z0-9]{5,16}|\d{4}(?: \d{4}){2}",
    "PASSPORT": r"[A-Z]\d{2} ?\d{5}",
    "VOTER": r"[A-Z]{3}[ /-]?\d{7}",
}
_VALUES: Final = {kind: Form(rf"(?i)(?P<v>{form}){_END}") for kind, form in _VALUE.items()}


def labelled(text: str) -> Iterator[tuple[int, int, str]]:
    """Every identifier that follows its label, and those that a list goes on with."""
    for label in _LABEL.pattern.finditer(text):
        kind = str(label.lastgroup)
        filler = _FILLER.pattern.match(text, label.end())
        form = _VALUES[kind].pattern
        value = form.match(text, filler.end() if filler else label.end())
        while value is not None and _is_plausible(kind, value):
            yield *value.span("v"), kind
            joiner = _JOINER.pattern.match(text, value.end())
            value = form.match(text, joiner.end()) if joiner else None
            # Further from the label it takes a longer number: "folio 12345678, 100000 invested".
            value = value if value and len(digits_of(value["v"])) >= 7 else None


def _is_plausible(kind: str, value: Match) -> bool:
    return kind not in _CHECKS or (_CHECKS[kind](value["v"]) and not is_amount(value))


def _is_phone(value: str) -> bool:
    decimals = re.search(r"\.\d{1,2}(?!\d)", value)
    return not (decimals or _DATE.match(value) or _TOLL_FREE.match(value))


def _is_folio(value: str) -> bool:
    return len(digits_of(value)) >= 8 if re.search(r"\d[ -]\d", value) else True


def _is_account(value: str) -> bool:
    return _DATE.match(value) is None or digits_of(value) == value


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "PHONE": _is_phone,
    "FOLIO": _is_folio,
    "ACCOUNT": _is_account,
    "DEMAT": lambda value: not re.fullmatch(r"(?:19|20)\d{6}", value),
    "ID": lambda value: len(digits_of(value)) >= 4,
}
