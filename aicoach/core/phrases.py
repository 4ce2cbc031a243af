"""Template words: one Markdown file per phrase and language, with placeholders that facts fill.

A phrase is ``<folder>/<language>/<name>.md``: first line ``# Title``, the rest the body. ``{{fact_key}}`` prints
a fact for the reader's locale, ``{{fact_key|abs}}`` without its sign, ``{{fact_key|words}}`` in lakh and crore.
A body line whose first character is ``?`` is conditional: it is kept, without the ``?``, when every fact it
names is there and known; otherwise the whole line goes. On any other line an unknown value reads
"not available", and a fact that is not there at all is a defect.

A fact itself is named in ``<folder>/<language>/facts.toml`` (``[facts.<key>]`` and ``[series.<key>]``: ``label``,
``how``), where a coach has one; an agent gives its facts the words of the fallback language.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from aicoach.core.formatting import format_as, plain_text
from aicoach.core.model import Fact, Series

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)((?:\|[a-z]+)*)\s*\}\}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_GAP: Final = re.compile(r"\n{3,}")
FALLBACK: Final = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says."""

    title: str
    body_md: str


def placeholders(text: str) -> frozenset[str]:
    """The fact keys that ``text`` names."""
    return frozenset(match[1] for match in _PLACEHOLDER.finditer(text))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One file, read."""

    source: str
    title: str
    body: str

    def placeholders(self) -> frozenset[str]:
        """Every fact key that the phrase names, on conditional lines too."""
        return placeholders(f"{self.title}\n{self.body}")


def fill(text: str, facts: Mapping[str, Fact], locale: str = "en-IN", source: str = "text") -> str:
    """``text`` with each placeholder replaced by its fact, as :func:`format_as` prints it.

    Names come out harmless (:func:`plain_text`). Raises ValueError, naming ``source`` and the key, for a fact
    that is not there, a variant that does not fit, and braces that are no placeholder.
    """

    def replacement(match: re.Match[str]) -> str:
        key, variants = match[1], tuple(match[2].split("|")[1:])
        if key not in facts:
            raise ValueError(f"{source}: no fact named {key}")
        try:
            shown = format_as(facts[key], locale, variants)
        except ValueError as error:
            raise ValueError(f"{source}: {key}: {error}") from error
        return plain_text(shown) if facts[key].unit == "name" else shown

    rest = _PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise ValueError(f"{source}: braces that are no placeholder")
    return _PLACEHOLDER.sub(replacement, text)


def kept_lines(body: str, facts: Mapping[str, Fact]) -> str:
    """The body without the conditional lines that do not apply, and without their marks; nothing is filled."""

    def kept(line: str) -> bool:
        known = (key in facts and facts[key].value is not None for key in placeholders(line))
        return not line.startswith("?") or all(known)

    lines = (line.removeprefix("?") for line in body.split("\n") if kept(line))
    return _GAP.sub("\n\n", "\n".join(lines)).strip()


@dataclass(frozen=True, slots=True)
class Labels:
    """What facts and chart lines are called in one language; what it does not name keeps the words it came with."""

    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    series: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of_fact(self, key: str, fact: Fact) -> Fact:
        """The fact with its label and origin in this language."""
        words = self.facts.get(key, {})
        return replace(fact, label=words["label"], how=words["how"]) if words else fact

    def of_series(self, series: Series) -> Series:
        """The chart line with its label in this language."""
        words = self.series.get(series.key, {})
        return replace(series, label=words["label"]) if words else series


NO_LABELS: Final = Labels()


def _read_labels(path: Path) -> Labels:
    """Raises ValueError for an entry without its words."""
    tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    facts, series = tables.get("facts", {}), tables.get("series", {})
    wanting = [key for key, words in facts.items() if not words.keys() >= {"label", "how"}]
    wanting += [key for key, words in series.items() if "label" not in words]
    if wanting:
        raise ValueError(f"{path.parent.name}/{path.name}: no words for {', '.join(wanting)}")
    return Labels(facts, series)


def _read(path: Path) -> Phrase:
    source = f"{path.parent.name}/{path.name}"
    first, _, body = path.read_text("utf-8").partition("\n")
    if not first.startswith("# ") or not body.strip():
        raise ValueError(f"{source}: a phrase is '# Title', then a body")
    return Phrase(source, first[2:].strip(), body.strip())


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases of one coach, by language and name, and what its facts are called."""

    by_language: Mapping[str, Mapping[str, Phrase]]
    labels_by_language: Mapping[str, Labels] = field(default_factory=dict)

    @staticmethod
    @lru_cache(maxsize=32)
    def load(folder: Path) -> "Phrases":
        """Read ``folder`` once per process. Raises ValueError for a file that is no phrase."""
        languages = sorted(path for path in folder.iterdir() if path.is_dir() and _LANGUAGE.fullmatch(path.name))
        named = (path / "facts.toml" for path in languages if path.name != FALLBACK)
        return Phrases(
            {path.name: {file.stem: _read(file) for file in sorted(path.glob("*.md"))} for path in languages},
            {path.parent.name: _read_labels(path) for path in named if path.is_file()},
        )

    def labels(self, locale: str) -> Labels:
        """What facts are called in the nearest language; without one, they keep the words they came with."""
        tag = locale.replace("_", "-")
        near = (self.labels_by_language.get(language) for language in (tag, tag.split("-")[0]))
        return next((labels for labels in near if labels is not None), NO_LABELS)

    def find(self, name: str, locale: str = "en-IN") -> Phrase:
        """The phrase in the nearest language: hi-IN, then hi, then en. Raises ValueError when there is none."""
        tag = locale.replace("_", "-")
        for language in (tag, tag.split("-")[0], FALLBACK):
            if name in self.by_language.get(language, {}):
                return self.by_language[language][name]
        raise ValueError(f"no phrase named {name}")

    def render(self, name: str, facts: Mapping[str, Fact], locale: str = "en-IN") -> Words:
        """The words of ``name`` for ``locale``, every placeholder filled. Raises ValueError as :func:`fill`.

        A phrase that falls back to another language keeps that language's numbers and dates too.
        """
        phrase = self.find(name, locale)
        language = phrase.source.split("/")[0]
        shown_in = locale if locale.startswith(language) else f"{language}-IN"
        body = fill(kept_lines(phrase.body, facts), facts, shown_in, phrase.source)
        return Words(fill(phrase.title, facts, shown_in, phrase.source), body)
