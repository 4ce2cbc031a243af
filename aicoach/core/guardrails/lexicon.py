"""The word tables of all languages, read once and indexed by first word."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Generic, TypeVar

from aicoach.core.guardrails.text import Text, Token, fold

LANGUAGES: Final = ("en", "hi", "bn")
STEM: Final = 3
#: Words whose phrases are remembered, per table: a bound on what strangers can make us keep.
REMEMBERED: Final = 4096

T = TypeVar("T")


@lru_cache(maxsize=1)
def _suffixes() -> tuple[str, ...]:
    found = [fold(suffix) for table in tables() for suffix in table["grammar"].get("suffixes", [])]
    return tuple(sorted(found, key=len))


@lru_cache(maxsize=4096)
def forms(word: str) -> tuple[str, ...]:
    """``word`` and, for Bengali, what is left of it without a case ending, the shortest ending first."""
    if not word or not "\u0980" <= word[0] <= "\u09ff":
        return (word,)
    return (word, *(word.removesuffix(end) for end in _suffixes() if word.endswith(end) and len(word) > len(end) + 1))


class Phrases(Generic[T]):
    """Words and phrases with what they stand for; hyphens between words are ignored, ``*`` ends a stem."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._first: dict[str, list[tuple[tuple[str, ...], T]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[tuple[str, ...], T]]] = defaultdict(list)
        for phrase, meaning in entries:
            parts = _parts(phrase)
            index = self._stems if parts[0].endswith("*") else self._first
            index[parts[0][:STEM] if parts[0].endswith("*") else parts[0]].append((parts, meaning))
        self._seen: dict[str, list[tuple[tuple[str, ...], T]]] = {}

    def __contains__(self, word: str) -> bool:
        return any(len(parts) == 1 for parts, _ in self._rows(word))

    def _rows(self, word: str) -> list[tuple[tuple[str, ...], T]]:
        """The phrases that ``word`` may open, the longest first; remembered, for most words open none."""
        rows = [row for form in forms(word) for row in self._first.get(form, ())]
        rows += [row for row in self._stems.get(word[:STEM], ()) if word.startswith(row[0][0][:-1])]
        rows.sort(key=lambda row: -len(row[0]))
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[word] = rows
        return rows

    def opens(self, word: str) -> bool:
        """Whether some phrase may start with ``word``."""
        return bool(self._rows(word))

    def starts(self, text: Text) -> list[int]:
        """At which tokens a phrase may start: of all that a text is read for, most words open nothing."""
        seen, found = self._seen, []
        for word, places in text.places.items():
            rows = seen.get(word)
            if rows if rows is not None else self._rows(word):
                found += places
        found.sort()
        return found

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, T] | None:
        """The longest phrase that starts at token ``at``: index behind it, and its meaning."""
        if at >= len(tokens):
            return None
        word = tokens[at].text
        rows = self._seen.get(word)
        for parts, meaning in self._rows(word) if rows is None else rows:
            end = _follow(tokens, at + 1, parts[1:]) if len(parts) > 1 else at + 1
            if end is not None:
                return end, meaning
        return None


def _follow(tokens: Sequence[Token], at: int, parts: Sequence[str]) -> int | None:
    for part in parts:
        while at < len(tokens) and tokens[at].text == "-":
            at += 1
        if at >= len(tokens):
            return None
        word = tokens[at].text
        if word != part and not (word.startswith(part[:-1]) if part.endswith("*") else part in forms(word)):
            return None
        at += 1
    return at


def _parts(phrase: str) -> tuple[str, ...]:
    words = [token.text for token in Text(phrase.replace("*", "")).tokens if token.text != "-"]
    stars = {index for index, word in enumerate(phrase.replace("-", " ").split()) if word.endswith("*")}
    return tuple(word + "*" if index in stars else word for index, word in enumerate(words))


@lru_cache(maxsize=1)
def tables() -> tuple[Mapping[str, Any], ...]:
    """The tables of each language, in the order of :data:`LANGUAGES`."""
    return tuple(_load(language) for language in LANGUAGES)


@lru_cache(maxsize=1)
def common() -> Mapping[str, Any]:
    """The table that belongs to no language."""
    return _load("common")


def _load(name: str) -> Mapping[str, Any]:
    folder = resources.files("aicoach.core.guardrails").joinpath("words")
    return tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))


@lru_cache(maxsize=256)
def words(section: str, key: str) -> frozenset[str]:
    """One list of single words, of all languages, folded."""
    return frozenset(fold(word) for table in tables() for word in table.get(section, {}).get(key, []))


def phrases(section: str, *keys: str) -> Phrases[str]:
    """Lists of phrases of all languages; each stands for the key it was found under."""
    return Phrases(
        (phrase, key) for table in tables() for key in keys for phrase in table.get(section, {}).get(key, [])
    )


def groups(section: str) -> Phrases[str]:
    """A section of named lists, of all languages; each phrase stands for its list's name."""
    return Phrases(
        (phrase, name) for table in tables() for name, row in table.get(section, {}).items() for phrase in row
    )


def decimals(section: str) -> dict[str, Decimal]:
    """A section of numbers, of all languages."""
    return {fold(word): Decimal(value) for table in tables() for word, value in table.get(section, {}).items()}
