"""Template words: one Markdown file per phrase and language, with placeholders that facts fill.

A phrase is ``<folder>/<language>/<name>.md``: first line ``# Title``, the rest the body. ``{{fact_key}}`` prints
a fact for the reader's locale, ``{{fact_key|abs}}`` without its sign, ``{{fact_key|words}}`` in lakh and crore.
A body line whose first character is ``?`` is conditional: it is kept, without the ``?``, when every fact it
names is there and known; otherwise the whole line goes. On any other line an unknown value reads
"not available", and a fact that is not there at all is a defect.
What a fact itself is called is told in ``<folder>/<language>/facts.toml``: see :mod:`aicoach.core.labels`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from aicoach.core.formatting import format_as, plain_text
from aicoach.core.labels import FALLBACK, NO_LABELS, Labels, read_labels
from aicoach.core.model import Fact

_PLACEHOLDER: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)((?:\|[a-z]+)*)\s*\}\}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_GAP: Final = re.compile(r"\n{3,}")


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


def _nearest(locale: str) -> tuple[str, str]:
    tag = locale.replace("_", "-")
    return tag, tag.split("-")[0]


def _read(path: Path) -> Phrase:
    source = f"{path.parent.name}/{path.name}"
    first, _, body = path.read_text("utf-8").partition("\n")
    if not first.startswith("# ") or not body.strip():
        raise ValueError(f"{source}: a phrase is '# Title', then a body")
    return Phrase(source, first[2:].strip(), body.strip())


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases of one coach, by language and name, and the folder they are from."""

    by_language: Mapping[str, Mapping[str, Phrase]]
    folder: Path

    @staticmethod
    @lru_cache(maxsize=32)
    def load(folder: Path) -> "Phrases":
        """Read ``folder`` once per process. Raises ValueError for a file that is no phrase."""
        languages = sorted(path for path in folder.iterdir() if path.is_dir() and _LANGUAGE.fullmatch(path.name))
        return Phrases(
            {path.name: {file.stem: _read(file) for file in sorted(path.glob("*.md"))} for path in languages}, folder
        )

    def labels(self, locale: str) -> Labels:
        """What facts are called in the nearest language, read when first asked for; none for an unknown language."""
        nearest = next((language for language in _nearest(locale) if language in self.by_language), None)
        return NO_LABELS if nearest is None else read_labels(self.folder, nearest)

    def shown(self, facts: Mapping[str, Fact], locale: str) -> dict[str, Fact]:
        """The facts as they are printed for ``locale``: names that the coach chose in its words, all else as it is."""
        labels = self.labels(locale)
        return {key: labels.shown(key, fact) for key, fact in facts.items()}

    def find(self, name: str, locale: str = "en-IN") -> Phrase:
        """The phrase in the nearest language: hi-IN, then hi, then en. Raises ValueError when there is none."""
        for language in (*_nearest(locale), FALLBACK):
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
        shown = self.shown(facts, shown_in)
        body = fill(kept_lines(phrase.body, facts), shown, shown_in, phrase.source)
        return Words(fill(phrase.title, shown, shown_in, phrase.source), body)
