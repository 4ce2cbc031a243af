"""Refuses what a reader could click, call or be tricked by: links, markup, contacts, role tokens, identifiers."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails.lexicon import common, words
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation
from aicoach.tools import pii

_RULES: Final = (
    (Code.PLACEHOLDER, re.compile(r"\{+[^{}\n]*\}*|\}+")),
    (
        Code.ROLE,
        re.compile(r"<\|[^\n]{0,40}|\|>|<</?\w+>>|</?s>|\[/?\s*inst\s*\]|(?m:^\s*#{2,}[^\n]{0,40})|-----+\s*\w*"),
    ),
    (
        Code.LINK,
        re.compile(
            r"\b[a-z][a-z0-9+.-]{1,15}://|\bwww\s?\.|\b(?:javascript|mailto|tel|upi|intent|file|vbscript|data)\s?:[^\s*]|//\w"
        ),
    ),
    (Code.LINK, re.compile(r"!?\[[^\]\n]*\]\s*[(\[:]|\b\d{1,3}(?:\.\d{1,3}){3}\b")),
    (Code.CONTACT, re.compile(r"@\s*\w|\w\s*@|\b[\w.+-]+\s*(?:\(at\)|\[at\]|\{at\})\s*\w+")),
    (Code.MARKUP, re.compile(r"</?[a-z!][^>\n]{0,80}>?|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|[<>\[\]`|\\^=]|~~|_")),
    (Code.MARKUP, re.compile(r"(?m:^[ ]*(?:[*+•>]|#{1,6}|\d+[.)]|-{2,}|\*{3,})(?=\s|$))|#(?!\s?\d)|\*{3,}")),
)
_BOLD: Final = re.compile(r"\*\*(?=\S)[^*\n]*[^*\s]\*\*")
_STAR: Final = re.compile(r"\*+")


@lru_cache(maxsize=1)
def _domain() -> re.Pattern[str]:
    tlds = "|".join(common()["links"]["tlds"])
    return re.compile(rf"[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*\.(?:(?i:{tlds}))(?![A-Za-z0-9])(?:/\S*)?")


@lru_cache(maxsize=1)
def _speaker() -> re.Pattern[str]:
    names = "|".join(sorted(words("role", "speakers")))
    return re.compile(rf"(?m:^\W*(?:{names})\W{{0,3}}\s?:)")


def check_markup(text: Text) -> Iterator[Violation]:
    """Refuse links, HTML, Markdown beyond ``**bold**``, ``-`` lists and paragraphs, contacts and role tokens."""
    norm = text.norm
    for code, rule in _RULES:
        yield from (text.violation(code, *match.span()) for match in rule.finditer(norm))
    plain = _BOLD.sub(lambda match: " " * len(match[0]), norm)
    yield from (text.violation(Code.MARKUP, *match.span()) for match in _STAR.finditer(plain))
    yield from (text.violation(Code.ROLE, *match.span()) for match in _speaker().finditer(norm))
    for match in _domain().finditer(text.unmasked()):
        # "grew.In" is a missing space, "evil.in" an address.
        if match[0].rsplit(".", 1)[-1][:1].islower() or len(match[0].rsplit(".", 1)[-1]) > 2:
            yield Violation(Code.LINK, match.span(), match[0])


def check_pii(text: Text) -> Iterator[Violation]:
    """Refuse personal identifiers, as the redactor finds them."""
    for start, end, _kind in pii.redact(text.raw).spans:
        yield Violation(Code.PII, (start, end), text.raw[start:end])
