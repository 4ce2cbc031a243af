"""One spelling for every disguise: NFKC, ASCII digits and dashes, invisible characters gone, offsets kept."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Ignorable by Unicode's Default_Ignorable_Code_Point although no category says so (DerivedCoreProperties).
_IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """Text to match on. ``offsets[i]`` is where character i stood in the source; None: they are equal."""

    text: str
    offsets: tuple[int, ...] | None = None

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """A non-empty range of this text as a range of the source."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Normalise character by character, so that every offset has one origin."""
    if all(_plain(char) == char for char in set(text)):
        return Normalised(text)
    plain = [_plain(char) for char in text]
    offsets = tuple(index for index, part in enumerate(plain) for _ in part)
    return Normalised("".join(plain), offsets)


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    if char in "\t\n\r":
        return char
    if unicodedata.category(char) in ("Cf", "Cc") or any(low <= ord(char) <= high for low, high in _IGNORABLE):
        return ""
    return "".join(map(_ascii_if_possible, unicodedata.normalize("NFKC", char)))


def _ascii_if_possible(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    # U+2212, the minus sign, is the one dash that Unicode files under mathematics.
    return "-" if category == "Pd" or char == "\u2212" else " " if category == "Zs" else char
