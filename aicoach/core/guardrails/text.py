"""A text as the guard reads it: normalised characters with their way back, and tokens."""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from aicoach.core.guardrails.sentences import sentence_ends
from aicoach.core.guardrails.violations import Code, Violation

_SAME: Final = {"−": "-", "‐": "-", "‑": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " "}
_TOKEN: Final = re.compile(
    r"(?P<n>\d(?:[\d,]*\d)?(?:\.\d+)?|(?<![\d.])\.\d+)"
    r"|(?P<w>[a-z]+(?:'[a-z]+)?|[\u0900-\u0963\u0970-\u097f]+|[\u0980-\u09e5\u09f0\u09f1]+)"
    r"|(?P<m>\ue000+)|(?P<s>[^\s\ue000])"
)
_MASKED: Final = re.compile("\ue000+")
_LINE: Final = re.compile(r"\n[ ]*")
#: Stands for a character of a name that is a fact; the guard reads no further inside.
MASK: Final = "\ue000"


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Cf":
        return ""
    kept = unicodedata.normalize("NFKD", char).lower()
    # An accent on a Latin letter hides a word, in Indic scripts marks are the word.
    return "".join(part for part in kept if not "\u0300" <= part <= "\u036f")


def fold(text: str) -> str:
    """``text`` as it is compared: NFKD, lower case, ASCII digits, no accents, no invisible characters."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


class Token(NamedTuple):
    """``kind``: n number, w word, m a masked name, s any other character. ``capital``: a word written with one."""

    kind: str
    text: str
    start: int
    end: int
    sentence: int
    line_start: bool
    capital: bool


class Text:
    """One text under examination."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        #: By sentence, which way it points: kept for :func:`direction.leans`.
        self.leanings: dict[int, int] = {}
        self._back: list[int] | None = None
        folded = {char: _fold(char) for char in set(raw) if not char.isascii()}
        if all(len(part) == 1 for part in folded.values()) and len(raw.lower()) == len(raw):
            # Folding twice changes nothing, so one character after the other is safe, and fast.
            self.norm = raw.lower()
            for char, part in folded.items():
                if char != part:
                    self.norm = self.norm.replace(char, part)
        else:
            parts = [folded[char] if char in folded else char.lower() for char in raw]
            self.norm = "".join(parts)
            self._back = [index for index, part in enumerate(parts) for _ in part]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the raw text of a part of the normalised one."""
        if self._back is None or not self._back:
            return start, end
        first = self._back[start] if start < len(self._back) else len(self.raw)
        last = self._back[end - 1] + 1 if end > start else first
        return first, last

    def violation(self, code: Code, start: int, end: int) -> Violation:
        """A violation at a part of the normalised text."""
        span = self.span(start, end)
        return Violation(code, span, self.raw[span[0] : span[1]])

    def at(self, code: Code, first: Token, last: Token | None = None) -> Violation:
        """A violation from one token to another."""
        return self.violation(code, first.start, (last or first).end)

    def mask(self, names: Iterable[str]) -> None:
        """Hide every whole occurrence of the (folded) names, the longest first. Before any token is read."""
        for name in sorted(filter(None, names), key=len, reverse=True):
            start = self.norm.find(name)
            while start >= 0:
                end = start + len(name)
                if not _inside_word(self.norm, start, end):
                    self.norm = self.norm[:start] + MASK * len(name) + self.norm[end:]
                start = self.norm.find(name, end)

    @cached_property
    def unmasked(self) -> str:
        """The raw text with blanks where names are masked; offsets stay. After masking."""
        return self._blanked(self._names())

    def without(self, names: Collection[str]) -> str:
        """The raw text with blanks where one of ``names`` is masked that is written letter by letter like it."""
        known = [name.lower() for name in names]
        return self._blanked(
            (start, end) for start, end in self._names() if any(self.raw[start:end].lower() in name for name in known)
        )

    def _names(self) -> Iterator[tuple[int, int]]:
        return (self.span(*match.span()) for match in _MASKED.finditer(self.norm))

    def _blanked(self, spans: Iterable[tuple[int, int]]) -> str:
        chars = list(self.raw)
        for start, end in spans:
            chars[start:end] = " " * (end - start)
        return "".join(chars)

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens, each with the number of its sentence (a line break ends a sentence too)."""
        ends = [*(self._norm_offset(end) for end in sentence_ends(self.raw)), len(self.norm) + 1]
        lines = {len(self.norm) - len(self.norm.lstrip(" ")), *(match.end() for match in _LINE.finditer(self.norm))}
        back, raw = self._back, self.raw
        tokens, sentence, ending = [], 0, ends[0]
        for match in _TOKEN.finditer(self.norm):
            start, end = match.span()
            while ending <= start:
                sentence += 1
                ending = ends[sentence]
            kind = match.lastgroup or "s"
            capital = kind == "w" and raw[start if back is None else back[start]].isupper()
            tokens.append(Token(kind, match[0], start, end, sentence, start in lines, capital))
        return tokens

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """By word, sign or number, the tokens that are it: tables are asked once for each, however often it is said."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, token in enumerate(self.tokens):
            found[token.text].append(at)
        return found

    @cached_property
    def sentences(self) -> dict[int, range]:
        """By sentence, its tokens."""
        found: dict[int, range] = {}
        for at, token in enumerate(self.tokens):
            found[token.sentence] = range(found.get(token.sentence, range(at, at)).start, at + 1)
        return found

    def _norm_offset(self, offset: int) -> int:
        return offset if self._back is None else bisect_left(self._back, offset)


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return _sticks(before) or _sticks(after)


def _sticks(char: str) -> bool:
    return char.isalnum() or (char != "" and unicodedata.category(char)[0] == "M")
