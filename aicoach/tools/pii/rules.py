"""What an identifier looks like: one rule per form. Every pattern is linear (runs are possessive or bounded)."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from aicoach.tools.pii.checksums import passes_luhn, passes_verhoeff
from aicoach.tools.pii.normalise import normalise

WORDS: Final[dict[str, Any]] = json.loads((files("aicoach.tools.pii") / "words.json").read_text("utf-8"))

Match = re.Match[str]
Test = Callable[[Match], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of one kind; group ``v`` is the identifier, ``accepts`` has the last word."""

    kind: str
    pattern: re.Pattern[str]
    accepts: Test


def one_of(words: list[str]) -> str:
    """An alternation of literal words, the longest first, spelt as normalised text spells them."""
    plain = sorted((normalise(word).text for word in words), key=len, reverse=True)
    return "|".join(map(re.escape, plain))


# A number's neighbours: no letter or digit, and it is no part of a decimal.
START: Final = r"(?<![A-Za-z0-9])(?<!\d\.)"
END: Final = r"(?![A-Za-z0-9])(?!\.\d)"
# The fourth letter says who holds the PAN: person, company, firm, trust ... (Income-tax Department).
PAN_HOLDER: Final = "[ABCEFGHJLPT]"
_MAIL = r"[^\s@<>()\[\]{},;:\"'`|\\/=?!&#*~^$।॥…]"
_MAIL_LABEL = _MAIL.replace("[^", "[^.", 1)
_GAP = r" ?[-:.]? ?"
_FLAGS = re.IGNORECASE

_AMOUNT_BEFORE = re.compile(rf"(?<![A-Za-z])(?:{one_of(WORDS['amounts_before'])})[\s:=]{{0,3}}[-+]?\s?\Z", _FLAGS)
_AMOUNT_AFTER = re.compile(rf"\s?(?:{one_of(WORDS['amounts_after'])})(?![A-Za-z])", _FLAGS)
_REFERENCE = re.compile(
    rf"(?<![A-Za-z])(?:{one_of(WORDS['references'])})(?:[\s_.:#=\"'-]|no|number|num|id|code){{0,6}}\Z", _FLAGS
)
_BANKING = re.compile(rf"(?<![A-Za-z])(?:{one_of(WORDS['banking'])})(?![A-Za-z])", _FLAGS)
_UNIX_TIME = re.compile(r"1[4-9]\d{8}(?:\d{3}){0,3}")
_HANDLES = frozenset(WORDS["upi_handles"])
_NOT_HANDLES = frozenset(WORDS["upi_not_handles"])


def digits_of(text: str) -> str:
    """The ASCII digits of a normalised text."""
    return "".join(filter(str.isdigit, text))


def is_amount(match: Match) -> bool:
    """True for a number with a currency or a unit beside it."""
    start, end = match.span("v")
    before = match.string[max(0, start - 16) : start]
    return _AMOUNT_BEFORE.search(before) is not None or _AMOUNT_AFTER.match(match.string, end) is not None


def _is_named_otherwise(match: Match) -> bool:
    start = match.start("v")
    return is_amount(match) or _REFERENCE.search(match.string[max(0, start - 28) : start]) is not None


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
    return passes_verhoeff(digits) and digits != digits[::-1] and not years and not _is_named_otherwise(match)


def _is_card(match: Match) -> bool:
    return passes_luhn(digits_of(match["v"])) and not _is_named_otherwise(match)


def _is_vid(match: Match) -> bool:
    return passes_verhoeff(digits_of(match["v"])) and not _is_named_otherwise(match)


def _is_phone(match: Match) -> bool:
    groups = re.findall(r"\d+", match["v"])
    is_range = len(groups) == 2 and all(group.endswith("00") for group in groups)
    ends_in_year = len(groups) == 3 and re.fullmatch(r"(?:19|20)\d\d", groups[2]) is not None
    return not is_range and not ends_in_year and not _is_named_otherwise(match)


def _is_landline(match: Match) -> bool:
    return len(digits_of(match["v"])) == 11 and not _is_named_otherwise(match)


def _is_bare_folio(match: Match) -> bool:
    number = match["v"].partition("/")[0].strip()
    return not number.endswith("000") and not _is_named_otherwise(match)


def _is_bare_account(match: Match) -> bool:
    if _UNIX_TIME.fullmatch(match["v"]) or _is_named_otherwise(match):
        return False
    start, end = match.span("v")
    text = match.string
    return bool(_BANKING.search(text[max(0, start - 40) : start]) or _BANKING.search(text[end : end + 25]))


def _is_not_named(match: Match) -> bool:
    return not _is_named_otherwise(match)


def _always(match: Match) -> bool:
    return True


def _rule(kind: str, pattern: str, accepts: Test = _always, flags: int = 0) -> Rule:
    return Rule(kind, re.compile(pattern, flags), accepts)


_MAIL_HOSTS = one_of(WORDS["mail_hosts"])
_MOBILE = "|".join(
    (
        r"[6-9]\d{9}",
        r"[6-9]\d{4}[ -]\d{5}",
        r"[6-9]\d{2}(?P<gap>[ .-])\d{3}(?P=gap)\d{4}",
        r"[6-9]\d{3}(?P<space>[ -])\d{3}(?P=space)\d{3}",
        r"[6-9](?: \d){9}",
        r"[6-9]\d(?: \d\d){4}",
    )
)
_AFTER_PREFIX = r"[6-9]\d(?:[ .-]?\d){8}"

# In order of precedence: of two rules that see the same characters, the first names them.
RULES: Final = (
    _rule("EMAIL", rf"(?<!{_MAIL})(?P<v>{_MAIL}++@{_MAIL_LABEL}++(?:\.{_MAIL_LABEL}++)++)", _is_email),
    _rule(
        "EMAIL",
        rf"(?<![\w.+-])(?P<v>[\w.+-]++(?:\s?[\[({{]\s?at\s?[\])}}]\s?[\w-]++(?:\s?[\[({{]\s?dot\s?[\])}}]\s?|\.)"
        rf"|\sat\s(?:{_MAIL_HOSTS})\sdot\s)[a-z]{{2,10}})(?![A-Za-z])",
        flags=_FLAGS,
    ),
    _rule(
        "UPI",
        r"(?<![A-Za-z0-9._-])(?P<v>[A-Za-z0-9._-]++ ?@ ?[A-Za-z][A-Za-z0-9]++)(?![\w@-]|\.\w)",
        _is_upi,
    ),
    _rule("GSTIN", rf"{START}(?P<v>\d\d[A-Z]{{3}}{PAN_HOLDER}[A-Z]\d{{4}}[A-Z][1-9A-Z]Z[0-9A-Z]){END}", flags=_FLAGS),
    _rule(
        "PAN",
        rf"(?<![A-Za-z0-9])(?P<v>[A-Z]{{3}}{PAN_HOLDER}[A-Z](?:\d{{4}}|[-.]\d{{4}}[-.])[A-Z])(?![A-Za-z0-9])",
        flags=_FLAGS,
    ),
    _rule("PAN", rf"(?<![A-Za-z0-9])(?P<v>(?:[A-Z] ){{3}}{PAN_HOLDER} [A-Z](?: \d){{4}} [A-Z])(?![A-Za-z0-9])"),
    _rule("IFSC", r"(?<![A-Za-z0-9])(?P<v>[A-Z]{4}0[A-Z0-9]{6})(?![A-Za-z0-9])"),
    _rule("DEMAT", rf"{START}(?P<v>IN\d{{6}}[ /-]?\d{{8}}){END}", flags=_FLAGS),
    _rule("DEMAT", rf"{START}(?P<v>1[23]\d\d(?:\d{{4}}[ -]?\d{{8}}|(?:[ -]\d{{4}}){{3}})){END}", _is_not_named),
    _rule("CARD", rf"{START}(?P<v>(?:[3-6]\d|2[2-7])\d\d(?:[ -]?\d{{4}}){{3}}){END}", _is_card),
    _rule("CARD", rf"{START}(?P<v>3[47]\d\d[ -]?\d{{6}}[ -]?\d{{5}}){END}", _is_card),
    _rule("VID", rf"{START}(?P<v>[2-9]\d{{3}}(?:[ -]\d{{4}}){{3}}){END}", _is_vid),
    _rule(
        "AADHAAR",
        rf"{START}(?<!\d{{4}}[ -])(?P<v>[2-9]\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{4}}){END}(?![ -]\d{{4}}(?!\d))",
        _is_aadhaar,
    ),
    _rule(
        "PHONE",
        rf"{START}(?P<v>(?:\(?\+|00) ?91\)?[ .-]{{0,2}}{_AFTER_PREFIX}|(?:91[ -]?|0[ -]?){_AFTER_PREFIX}){END}",
        _is_not_named,
    ),
    _rule("PHONE", rf"{START}(?<!\d{{4}}[ -])(?P<v>{_MOBILE}){END}", _is_phone),
    _rule("PHONE", rf"{START}(?P<v>\([6-9]\d\d\) ?\d{{3}}[ -]\d{{4}}){END}"),
    _rule("PHONE", rf"(?<![A-Za-z0-9])(?P<v>\+\d(?:[ ()-]{{0,2}}\d){{9,14}}){END}", _is_not_named),
    _rule("PHONE", rf"{START}(?P<v>\(?0[1-9]\d{{1,3}}\)?[ -]{{1,2}}[2-7]\d{{2,3}}[ -]?\d{{3,4}}){END}", _is_landline),
    _rule("FOLIO", rf"{START}(?<!/)(?P<v>\d{{7,12}} ?/ ?\d\d){END}(?!/)", _is_bare_folio),
    _rule("ACCOUNT", rf"{START}(?P<v>\d{{11,18}}){END}", _is_bare_account),
)


def matches(text: str) -> Iterator[tuple[int, int, str]]:
    """Every identifier that shows by its form alone, with repeats and overlaps, in order of precedence."""
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            if rule.accepts(match):
                yield *match.span("v"), rule.kind
