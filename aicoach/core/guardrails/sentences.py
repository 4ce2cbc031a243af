"""Where sentences end: decimal points, "Rs." and "p.a." end none, danda and double danda do."""

import re
from functools import lru_cache
from typing import Final

_STOP: Final = re.compile(r"(?:[!?।॥]+|\.+|…)[\"'”’)\]*]*(?=\s|$)|[।॥]+|\n+")
_WORD: Final = re.compile(r"[^\s(\"'*]+$")


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    from aicoach.core.guardrails.lexicon import common

    return frozenset(common()["sentences"]["abbreviations"])


def _abbreviates(text: str, stop: re.Match[str]) -> bool:
    if not stop[0].startswith(".") or stop.end() == len(text):
        return False
    word = _WORD.search(text, max(0, stop.start() - 12), stop.start())
    following = text[stop.end() :].lstrip(" \u00a0\u202f")[:1]
    known = word is not None and word[0].lower() in _abbreviations()
    return known and not following.isupper() and following != "\n"


def sentence_ends(text: str) -> list[int]:
    """Offsets behind each sentence of ``text``; the rest behind the last one is unfinished."""
    return [stop.end() for stop in _STOP.finditer(text) if not _abbreviates(text, stop)]


def split_sentences(text: str) -> list[str]:
    """``text`` cut into sentences, each with what separates it from the next: joined they are ``text`` again.

    The last one may be unfinished: it is finished when it ends in a full stop, question or exclamation mark,
    danda or line break. While text still arrives, hold the last one back: a stop may be a decimal point.
    """
    cuts, start = [], 0
    for stop in sentence_ends(text):
        end = len(text) - len(text[stop:].lstrip())
        if text[start:end].strip():
            cuts.append(text[start:end])
            start = end
    return [*cuts, text[start:]] if text[start:] else cuts
