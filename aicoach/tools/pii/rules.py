"""What an identifier looks like: one rule a form. Every pattern is linear: runs are possessive or bounded."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from aicoach.tools.pii.checksums import passes_luhn, passes_verhoeff
from aicoach.tools.pii.context import WORDS, Form, Match, digits_of, is_near_a_bank, is_unnamed, one_of

_HANDLES = frozenset(WORDS["upi_handles"])
_NOT_HANDLES = frozenset(WORDS["upi_not_handles"])
_UNIX_TIME = re.compile(r"1[4-9]\d{8}(?:\d{3}){0,3}")


def _always(match: Match) -> bool:
    return True


def _is_email(match: Match) -> bool:
    top = match["v"].rpartition(".")[2]
    return len(top) >= 2 and not any(char.isdigit() for char in top)


def _is_upi(match: Match) -> bool:
    local, handle = match["v"].lower().replace(" ", "").split("@")
    if " " in match["v"]:
        return handle in _HANDLES and any(char.isdigit() or char == "." for char in local)
    return handle in _HANDLES or (len(local) >= 2 and handle.isalpha() and handle not in _NOT_HANDLES)


def _is_aadhaar(match: Match) -> bool:
    digits = digits_of(match["v"])
    years = all("1900" <= digits[at : at + 4] <= "2100" for at in (0, 4, 8))
    return passes_verhoeff(digits) and digits != digits[::-1] and not years and is_unnamed(match)


def _is_card(match: Match) -> bool:
    return passes_luhn(digits_of(match["v"])) and is_unnamed(match)


def _is_vid(match: Match) -> bool:
    return passes_verhoeff(digits_of(match["v"])) and is_unnamed(match)


def _is_mobile(match: Match) -> bool:
    groups = re.findall(r"\d+", match["v"])
    is_range = len(groups) == 2 and all(group.endswith("00") for group in groups)
    ends_in_year = len(groups) == 3 and re.fullmatch(r"(?:19|20)\d\d", groups[2]) is not None
    return not is_range and not ends_in_year and is_unnamed(match)


def _is_landline(match: Match) -> bool:
    return len(digits_of(match["v"])) == 11 and is_unnamed(match)


def _is_folio(match: Match) -> bool:
    number = match["v"].partition("/")[0].strip()
    return not number.endswith("000") and is_unnamed(match)


def _is_account(match: Match) -> bool:
    return not _UNIX_TIME.fullmatch(match["v"]) and is_unnamed(match) and is_near_a_bank(match)


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of one kind; group ``v`` is the identifier, ``accepts`` has the last word."""

    kind: str
    form: Form
    accepts: Callable[[Match], bool] = _always


def _rule(kind: str, source: str, accepts: Callable[[Match], bool] = _always) -> Rule:
    return Rule(kind, Form(source), accepts)


# The fourth letter says who holds the PAN: a person, company, firm, trust ... (Income-tax Department).
PAN_HOLDER: Final = "[ABCEFGHJLPT]"
# A word's neighbours are no letter or digit; a number is no part of a decimal either.
_EDGE, _EDGE_AFTER = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_START, _END = rf"{_EDGE}(?<!\d\.)", rf"{_EDGE_AFTER}(?!\.\d)"
_GAP = r" ?[-:.]? ?"
_MAIL = r"[^\s@<>()\[\]{},;:\"'`|\\/=?!&#*~^$।॥…]"
_MAIL_LABEL = _MAIL.replace("[^", "[^.", 1)
_MAIL_HOSTS = one_of(WORDS["mail_hosts"])
_MOBILE = (
    r"[6-9]\d{9}|[6-9]\d{4}[ -]\d{5}|[6-9]\d{2}(?P<gap>[ .-])\d{3}(?P=gap)\d{4}"
    r"|[6-9]\d{3}(?P<space>[ -])\d{3}(?P=space)\d{3}|[6-9](?: \d){9}|[6-9]\d(?: \d\d){4}"
)
_PREFIXED = r"(?:(?:\(?\+|00) ?91\)?[ .-]{0,2}|91[ -]?|\(?0[ -]?)[6-9]\d(?:[ .-]?\d){8}"

# In order of precedence: of two rules that see the same characters, the first names them.
ADDRESS_RULES: Final = (
    _rule("EMAIL", rf"(?<!{_MAIL})(?P<v>{_MAIL}++@{_MAIL_LABEL}++(?:\.{_MAIL_LABEL}++)++)", _is_email),
    _rule("UPI", r"(?<![A-Za-z0-9._-])(?P<v>[A-Za-z0-9._-]++ ?@ ?[A-Za-z][A-Za-z0-9]++)(?![\w@-]|\.\w)", _is_upi),
)
MIXED_RULES: Final = (
    _rule(
        "EMAIL",
        r"(?i)(?<![\w.+-])(?P<v>[\w.+-]++(?:\s?[\[({]\s?at\s?[\])}]\s?[\w-]++(?:\s?[\[({]\s?dot\s?[\])}]\s?|\.)"
        rf"|\sat\s(?:{_MAIL_HOSTS})\sdot\s)[a-z]{{2,10}})(?![a-z])",
    ),
    _rule("GSTIN", rf"(?i){_EDGE}(?P<v>\d\d[A-Z]{{3}}{PAN_HOLDER}[A-Z]\d{{4}}[A-Z][1-9A-Z]Z[0-9A-Z]){_EDGE_AFTER}"),
    _rule(
        "PAN",
        rf"(?i){_EDGE}(?P<v>[A-Z]{{3}}{PAN_HOLDER}[A-Z](?:\d{{4}}|[-.]\d{{4}}[-.])[A-Z]){_EDGE_AFTER}",
    ),
    _rule("PAN", rf"{_EDGE}(?P<v>(?:[A-Z] ){{3}}{PAN_HOLDER} [A-Z](?: \d){{4}} [A-Z]){_EDGE_AFTER}"),
    _rule("IFSC", rf"{_EDGE}(?P<v>[A-Z]{{4}}0[A-Z0-9]{{6}}){_EDGE_AFTER}"),
)
NUMBER_RULES: Final = (
    _rule("DEMAT", rf"(?i){_START}(?P<v>IN\d{{6}}[ /-]?\d{{8}}){_END}"),
    _rule("DEMAT", rf"{_START}(?P<v>1[23]\d\d(?:\d{{4}}[ -]?\d{{8}}|(?:[ -]\d{{4}}){{3}})){_END}", is_unnamed),
    _rule("CARD", rf"{_START}(?P<v>(?:[3-6]\d|2[2-7])\d\d(?:[ -]?\d{{4}}){{3}}){_END}", _is_card),
    _rule("CARD", rf"{_START}(?P<v>3[47]\d\d[ -]?\d{{6}}[ -]?\d{{5}}){_END}", _is_card),
    _rule("VID", rf"{_START}(?P<v>[2-9]\d{{3}}(?:[ -]\d{{4}}){{3}}){_END}", _is_vid),
    _rule(
        "AADHAAR",
        # Four digits before or after make a card's number of it, unless they are the year of a date.
        rf"{_START}(?<!(?<![-/])\d{{4}}[ -])(?P<v>[2-9]\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{4}}){_END}(?![ -]\d{{4}}(?!\d))",
        _is_aadhaar,
    ),
    _rule("PHONE", rf"{_START}(?P<v>{_PREFIXED}){_END}", is_unnamed),
    _rule("PHONE", rf"{_START}(?P<v>{_MOBILE}){_END}", _is_mobile),
    _rule("PHONE", rf"{_START}(?P<v>\([6-9]\d\d\) ?\d{{3}}[ -]\d{{4}}){_END}"),
    _rule("PHONE", rf"{_EDGE}(?P<v>\+\d(?:[ ()-]{{0,2}}\d){{9,14}}){_END}", is_unnamed),
    _rule("PHONE", rf"{_START}(?P<v>\(?0[1-9]\d{{1,3}}\)?[ -]{{1,2}}[2-7]\d{{2,3}}[ -]?\d{{3,4}}){_END}", _is_landline),
    _rule("FOLIO", rf"{_START}(?<!/)(?P<v>\d{{7,12}} ?/ ?\d\d){_END}(?!/)", _is_folio),
    _rule("ACCOUNT", rf"{_START}(?P<v>\d{{11,18}}){_END}", _is_account),
)
_LONG_NUMBER = re.compile(r"\d(?:\W{0,3}\d){7}")


def matches(text: str) -> Iterator[tuple[int, int, str]]:
    """Every identifier that shows by its form alone, with repeats and overlaps, in order of precedence."""
    yield from _apply(ADDRESS_RULES if "@" in text else (), text)
    yield from _apply(MIXED_RULES, text)
    yield from _apply(NUMBER_RULES if _LONG_NUMBER.search(text) else (), text)


def _apply(rules: tuple[Rule, ...], text: str) -> Iterator[tuple[int, int, str]]:
    for rule in rules:
        for match in rule.form.pattern.finditer(text):
            if rule.accepts(match):
                yield *match.span("v"), rule.kind
