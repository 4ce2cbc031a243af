"""Which characters may be shown: three scripts, their digits, a short list of marks, nothing invisible."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails.lexicon import common
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation

_DEVA: Final = "\u0900-\u0963\u0970-\u097f"
_BENG: Final = "\u0980-\u09e5\u09f0\u09f1"
_LATIN: Final = "A-Za-z\u00c0-\u024f"
#: A word, or a number, whose letters or digits come from two scripts.
_MIXED: Final = re.compile(
    f"[{_LATIN}][{_DEVA}{_BENG}]|[{_DEVA}{_BENG}][{_LATIN}]|[{_DEVA}][{_BENG}]|[{_BENG}][{_DEVA}]"
    "|[0-9][.,]?[०-९০-৯]|[०-९][.,]?[0-9০-৯]|[০-৯][.,]?[0-9०-९]"
)
_DIGITS: Final = {
    "latin": re.compile(r"(?<![A-Za-z]\s)(?<![0-9.,])[0-9]"),
    "deva": re.compile("[०-९]"),
    "beng": re.compile("[০-৯]"),
}
_LETTERS: Final = {"latin": re.compile(""), "deva": re.compile(f"[{_DEVA}]"), "beng": re.compile(f"[{_BENG}]")}
_SPACED: Final = re.compile(r"(?<![^\s])(?:[a-z] ){3,}[a-z](?![^\s.,!?])")
_JOINERS: Final = "\u200c\u200d"
_VIRAMAS: Final = "\u094d\u09cd"


@lru_cache(maxsize=4096)
def _fault(char: str) -> Code | None:
    if char in common()["characters"]["allowed"] or "0" <= char <= "9" or "a" <= char.lower() <= "z":
        return None
    category = unicodedata.category(char)
    if category[0] in "LM" or category == "Nd":
        return None if "\u0900" <= char <= "\u09ff" or "\u00c0" <= char <= "\u024f" else Code.SCRIPT
    return Code.SCRIPT if category[0] == "N" else Code.CHARACTER


def check_characters(text: Text, names: Collection[str]) -> Iterator[Violation]:
    """Refuse controls, invisible and bidi characters, foreign scripts, and words or numbers of mixed script.

    A name among ``names`` that is shown just as it is may hold what its owner wrote: a sign, a picture, any script.
    """
    raw = text.raw if text.raw.isascii() else text.without(names)
    for char in sorted({char for char in set(raw) if _fault(char)}):
        for match in re.finditer(re.escape(char), raw):
            if char not in _JOINERS or not _joins(raw, match.start()):
                yield Violation(_fault(char) or Code.CHARACTER, match.span(), char)
    if not raw.isascii():
        yield from _check_scripts(raw)
    yield from (text.violation(Code.CHARACTER, *match.span()) for match in _SPACED.finditer(text.norm))


def _joins(raw: str, at: int) -> bool:
    """A joiner is spelling in an Indic conjunct (beside a virama), and a disguise anywhere else."""
    return (raw[at - 1 : at] in _VIRAMAS and at > 0) or (raw[at + 1 : at + 2] in _VIRAMAS and at + 1 < len(raw))


def _check_scripts(raw: str) -> Iterator[Violation]:
    for match in _MIXED.finditer(raw):
        yield Violation(Code.SCRIPT, match.span(), match[0])


def check_digits(text: Text) -> Iterator[Violation]:
    """One text has one kind of digits, that of a script it is written in; names that are facts do not count."""
    if text.raw.isascii():
        return
    shown = text.unmasked
    found = {script: match for script, pattern in _DIGITS.items() if (match := pattern.search(shown))}
    for script, match in found.items():
        if len(found) > 1 or not _LETTERS[script].search(shown):
            yield Violation(Code.SCRIPT, match.span(), match[0])
