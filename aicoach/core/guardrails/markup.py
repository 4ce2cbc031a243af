"""Refuses what a reader could click, call or be tricked by: links, markup, contacts, role tokens, identifiers."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails.lexicon import common, words
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation
from aicoach.tools import pii

#: Each rule with what a text must hold to be worth its reading ("" always is).
_RULES: Final = (
    (Code.PLACEHOLDER, "{}", re.compile(r"\{+[^{}\n]*\}*|\}+")),
    (Code.ROLE, "<>[#-", re.compile(r"<\|[^\n]{0,40}|\|>|<</?\w+>>|</?s>|\[/?\s*inst\s*\]|-----+\s*\w*")),
    (Code.ROLE, "#", re.compile(r"^\s*#{2,}[^\n]{0,40}", re.MULTILINE)),
    (Code.LINK, "/", re.compile(r"[a-z][a-z0-9+.-]{0,15}://|//\w")),
    (Code.LINK, ":", re.compile(r"\b(?:javascript|mailto|tel|upi|intent|file|vbscript|data)\s?:[^\s*]")),
    (Code.LINK, "w", re.compile(r"\bwww\s?\.")),
    (Code.LINK, "[", re.compile(r"!?\[[^\[\]\n]*\]\s*[(\[:]")),
    (Code.LINK, "", re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")),
    (Code.CONTACT, "@", re.compile(r"@\s*\w|\w\s*@")),
    (Code.CONTACT, "([{", re.compile(r"\b[\w.+-]{1,64}\s?[(\[{]at[)\]}]\s?\w+")),
    (Code.MARKUP, "<>[]`|\\^=~_", re.compile(r"</?[a-z!][^>\n]{0,80}>?|[<>\[\]`|\\^=]|~~|_")),
    (Code.MARKUP, "&", re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});")),
    (Code.MARKUP, "", re.compile(r"^[ ]*(?:[*+•>]|#{1,6}|\d+[.)]|-{2,}|\*{3,})(?=\s|$)", re.MULTILINE)),
    (Code.MARKUP, "#*", re.compile(r"#(?!\s?\d)|\*{3,}")),
)
_HOST: Final = re.compile(r"(?=[0-9-]*[A-Za-z])[A-Za-z0-9-]+$")
_BOLD: Final = re.compile(r"\*\*(?=\S)[^*\n]*[^*\s]\*\*")
_STAR: Final = re.compile(r"\*+")


@lru_cache(maxsize=1)
def _domain() -> re.Pattern[str]:
    tlds = "|".join(common()["links"]["tlds"])
    # It starts at the dot, so that a text without addresses costs next to nothing.
    return re.compile(rf"(?<=[A-Za-z0-9-])\.({tlds})(?![A-Za-z0-9])(?:/\S*)?", re.IGNORECASE)


@lru_cache(maxsize=1)
def _speaker() -> re.Pattern[str]:
    names = "|".join(sorted(words("role", "speakers")))
    return re.compile(rf"(?m:^\W*(?:{names})\W{{0,3}}\s?:)")


def check_markup(text: Text) -> Iterator[Violation]:
    """Refuse links, HTML, Markdown beyond ``**bold**``, ``-`` lists and paragraphs, contacts and role tokens."""
    norm = text.norm
    for code, signs, rule in _RULES:
        if signs and not any(sign in norm for sign in signs):
            continue
        yield from (text.violation(code, *match.span()) for match in rule.finditer(norm))
    plain = _BOLD.sub(lambda match: " " * len(match[0]), norm)
    yield from (text.violation(Code.MARKUP, *match.span()) for match in _STAR.finditer(plain))
    yield from (text.violation(Code.ROLE, *match.span()) for match in _speaker().finditer(norm))
    yield from _addresses(text)


def _addresses(text: Text) -> Iterator[Violation]:
    shown = text.unmasked
    for match in _domain().finditer(shown):
        host = _HOST.search(shown, max(0, match.start() - 64), match.start())
        # "grew.In" is a missing space, "evil.in" an address.
        if host is not None and (match[1].islower() or len(match[1]) > 2):
            yield Violation(Code.LINK, (host.start(), match.end()), shown[host.start() : match.end()])


def check_pii(text: Text) -> Iterator[Violation]:
    """Refuse personal identifiers, as the redactor finds them."""
    for start, end, _kind in pii.redact(text.raw).spans:
        yield Violation(Code.PII, (start, end), text.raw[start:end])
