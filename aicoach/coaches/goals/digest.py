"""The weekly digest of the goals coach: its cards of seven days as plain text, words from ``phrases/digest``."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta, timezone
from typing import Final

from aicoach.coaches.goals.facts import PHRASES
from aicoach.core.model import Fact, JsonObject
from aicoach.core.phrases import Phrases
from aicoach.core.ports import Digest, DigestRule

#: Bytes of UTF-8. A digest stays below 100,000: this leaves room for its first and last lines.
CARDS_MAX_BYTES: Final = 90_000

_FOLDER: Final = PHRASES / "digest"
#: India has one time zone and no summer time.
_INDIA: Final = timezone(timedelta(hours=5, minutes=30))
_MARKS: Final = re.compile(r"\*\*|__|`|^#{1,6}\s+", re.MULTILINE)
_EMPHASIS: Final = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")
_TAGS: Final = str.maketrans("<>", "‹›")
_GAP: Final = re.compile(r"\n{3,}")


def compose(cards: Sequence[JsonObject], locale: str, since: date, until: date) -> Digest | None:
    """The digest of ``cards`` (title, body, hints), given the weightiest first; None when there is none.

    ``since`` and ``until`` are its first and last day. What does not fit is counted at the end. The result has no
    markup, no HTML and no control characters.
    """
    if not cards:
        return None
    told = _that_fit([_card(card) for card in cards])
    facts = {
        "digest_since": Fact(since, "date"),
        "digest_until": Fact(until, "date"),
        "digest_cards": Fact(len(told), "count"),
        "digest_left_out": Fact(len(cards) - len(told) or None, "count"),
    }
    phrases = Phrases.load(_FOLDER)
    first, last = phrases.render("first", facts, locale), phrases.render("last", facts, locale)
    body = "\n\n".join([first.title, first.body_md, *told, last.body_md])
    return Digest(plain(first.title), f"{plain(body)}\n", len(told))


def plain(text: str) -> str:
    """Markdown as a plain-text mail shows it: marks gone, angle brackets tame, nothing invisible."""
    unmarked = _EMPHASIS.sub(r"\1", _MARKS.sub("", text)).translate(_TAGS)
    visible = (char for char in unmarked if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn"))
    tame = "".join(char for char in visible if char not in _UNSEEN)
    return _GAP.sub("\n\n", "\n".join(line.rstrip() for line in tame.split("\n"))).strip()


#: Bidi controls and zero-width marks, but not the joiners that Indic scripts are written with.
_UNSEEN: Final = frozenset("\u200b\u200e\u200f\u2060\ufeff\u061c\u2028\u2029") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def _card(card: JsonObject) -> str:
    title = plain(str(card["title"])).replace("\n", " ")
    hints = [f"→ {plain(str(hint['title']))}\n{plain(str(hint['body']))}" for hint in card["hints"]]
    return "\n".join([title, "-" * min(len(title), 60), plain(str(card["body"])), *hints])


def _that_fit(cards: Sequence[str]) -> list[str]:
    """The first cards that fit together."""
    told: list[str] = []
    left = CARDS_MAX_BYTES
    for card in cards:
        left -= len(card.encode()) + 2
        if left < 0:
            break
        told.append(card)
    return told


DIGEST: Final = DigestRule(compose, _INDIA)
