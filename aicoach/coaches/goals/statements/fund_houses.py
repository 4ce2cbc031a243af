"""Which fund house a name means: files write one house in many ways, and a folio number is unique per house only."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from aicoach.coaches.goals.statements.words import common_words, fund_houses, same_name

_IN_PARENTHESES: Final = re.compile(r"\([^)]*\)")


def fund_house(name: str) -> str:
    """The house's name as AMFI writes it; a house that is not in fund_houses.toml is its own words and "Mutual Fund".

    Two names are one house when their own words are the same, or when the table says so. Nothing is guessed: houses
    that share a word stay two.
    """
    words = _own_words(name)
    return _listed().get(_key(words)) or " ".join((*words, "Mutual Fund")).title()


def _own_words(name: str) -> Sequence[str]:
    words = _IN_PARENTHESES.sub(" ", name).split()
    while len(words) > 1 and _is_common(words):
        words.pop()
    return words


def _is_common(words: Sequence[str]) -> bool:
    """Whether the last word is none of the house's own; "India" is, except behind a common one."""
    before, last = (same_name(word) for word in words[-2:])
    return not last or last in common_words() or (last == "india" and before in common_words())


def _key(words: Sequence[str]) -> str:
    return same_name("".join(words))


@cache
def _listed() -> Mapping[str, str]:
    """The house by the own words of each of its names."""
    return {_key(_own_words(name)): house for house, names in fund_houses().items() for name in names}
