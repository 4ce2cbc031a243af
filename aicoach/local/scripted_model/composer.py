"""Writes a correct narration of the given facts, in one of many phrasings, the same for the same prompt."""

import hashlib
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from aicoach.local.scripted_model.asked import Asked, Line

LANGUAGES: Final = ("en", "hi", "bn")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to say it: an opening, how a figure and a name are put, what stands between, and an end."""

    opening: str
    figure: str
    name: str
    between: str
    ending: str


@lru_cache(maxsize=3)
def words(language: str) -> Mapping[str, Any]:
    """The words of a language, from its file."""
    text = resources.files("aicoach.local.scripted_model").joinpath("words", f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=3)
def phrasings(language: str) -> Sequence[Phrasing]:
    """Every combination of the file's parts, in a fixed order."""
    parts = words(language)
    return [
        Phrasing(opening, style["figure"], style["name"], style["between"], ending)
        for opening in parts["openings"]
        for style in parts["styles"]
        for ending in parts["endings"]
    ]


def seed_of(asked: Asked) -> int:
    """The same prompt always gets the same answer."""
    return int.from_bytes(hashlib.sha256(asked.text.encode()).digest()[:8])


def compose(asked: Asked, phrasing: Phrasing | None = None) -> str:
    """The body: each figure beside its own label, each name before the figures that belong to it."""
    chosen = phrasing or random.Random(seed_of(asked)).choice(phrasings(asked.language))
    labels = words(asked.language)["labels"]
    said = [
        (chosen.name if line.unit == "name" else chosen.figure).format(
            label=labels.get(line.label, line.label), value=line.placeholder
        )
        for line in in_order(asked)
    ]
    return "\n\n".join(part for part in (chosen.opening, chosen.between.join(said), chosen.ending) if part)


def in_order(asked: Asked) -> Iterator[Line]:
    """Facts in the prompt's order; a name comes right before the first fact that is about it."""
    waiting = list(asked.names)
    facts = sorted(asked.facts, key=lambda fact: _subject(fact, asked.names))
    for fact in facts:
        for name in list(waiting):
            if fact.key.startswith(_stem(name)):
                waiting.remove(name)
                yield name
        yield fact
    yield from waiting


def _stem(name: Line) -> str:
    return name.key.removesuffix("_name") + "_"


def _subject(fact: Line, names: Sequence[Line]) -> int:
    """Which name a fact is about; those about none come first."""
    return next((place for place, name in enumerate(names, 1) if fact.key.startswith(_stem(name))), 0)
