"""What facts and chart lines are called in a reader's language: ``facts.toml`` beside that language's phrases.

``[facts.<key>]`` and ``[families.<family>]`` have a ``label`` and a ``how``, ``[series.<key>]`` a ``label``. A family
names the facts ``<family>_<member>`` that have no words of their own; its label holds ``{name}``. ``values`` of a fact
are words for names that the coach chooses from a list of its own. An agent gives its facts the words of the fallback
language, so that a fact whose language has none for it keeps those.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from aicoach.core.model import Fact, Series

FALLBACK: Final = "en"
NAME: Final = "{name}"
_SECTIONS: Final = {"facts": {"label", "how"}, "families": {"label", "how"}, "series": {"label"}}

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """Words for facts about things that have names; ``came_with`` finds the name in the label that a fact came with."""

    came_with: re.Pattern[str]
    words: Words

    def words_for(self, label: str) -> Words | None:
        """The words for the member whose fact came with ``label``; None for a fact of no member."""
        found = self.came_with.fullmatch(label)
        return found and {**self.words, "label": self.words["label"].replace(NAME, found[1])}


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language; what they do not name keeps the words it came with."""

    facts: Mapping[str, Words] = field(default_factory=dict)
    series: Mapping[str, Words] = field(default_factory=dict)
    families: Mapping[str, Family] = field(default_factory=dict)

    def of_fact(self, key: str, fact: Fact) -> Fact:
        """The fact with its label and origin in this language."""
        words = self.facts.get(key) or self._of_member(key, fact.label)
        return replace(fact, label=words["label"], how=words["how"]) if words else fact

    def shown(self, key: str, fact: Fact) -> Fact:
        """The fact as it is printed in this language: a name that the coach chose is told in its words."""
        values = self.facts.get(key, {}).get("values", {})
        return replace(fact, value=values[fact.value]) if fact.value in values else fact

    def of_series(self, series: Series) -> Series:
        """The chart line with its label in this language."""
        words = self.series.get(series.key)
        return replace(series, label=words["label"]) if words else series

    def _of_member(self, key: str, label: str) -> Words | None:
        near = (family.words_for(label) for name, family in self.families.items() if key.startswith(f"{name}_"))
        return next(filter(None, near), None)


NO_LABELS: Final = Labels()


@lru_cache(maxsize=64)
def read_labels(folder: Path, language: str) -> Labels:
    """The words of ``language`` under a coach's phrases, read once; none where it has no file, or is the fallback.

    Raises ValueError for an entry without its words.
    """
    path = folder / language / "facts.toml"
    if language == FALLBACK or not path.is_file():
        return NO_LABELS
    own = _read(path)
    came_with = _read(folder / FALLBACK / "facts.toml")["families"] if own["families"] else {}
    families = {name: Family(_pattern(came_with[name]["label"]), words) for name, words in own["families"].items()}
    return Labels(own["facts"], own["series"], families)


def _read(path: Path) -> dict[str, dict[str, Words]]:
    tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    found = {section: tables.get(section, {}) for section in _SECTIONS}
    for section, wanted in _SECTIONS.items():
        wanting = [key for key, words in found[section].items() if not wanted <= words.keys()]
        if wanting:
            raise ValueError(f"{path.parent.name}/{path.name}: no words for {', '.join(wanting)}")
    return found


def _pattern(label: str) -> re.Pattern[str]:
    before, _, after = label.partition(NAME)
    return re.compile(f"{re.escape(before)}(.+){re.escape(after)}")
