"""Makes a prompt from a coach's files and a finding: typed facts by allow-list, anybody's own words fenced as data."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from aicoach.core.formatting import format_fact, plain_text
from aicoach.core.model import Fact, Finding
from aicoach.core.phrases import Phrases, kept_lines
from aicoach.core.ports import Prompt
from aicoach.tools.pii import redact

_LANGUAGES: Final = {"en": "English", "hi": "Hindi (Devanagari script)", "bn": "Bengali (Bengali script)"}
_FENCED_CHARS: Final = 80
_SLOT: Final = re.compile(r"\[\[([a-z]+)\]\]")


@dataclass(frozen=True, slots=True)
class PromptFiles:
    """``prompt/system.md`` and ``prompt/user.md`` of a coach; ``version`` is the hash of both."""

    system: str
    user: str
    version: str

    @staticmethod
    @lru_cache(maxsize=32)
    def load(phrases: Path) -> "PromptFiles | None":
        """The files under ``phrases/prompt``, or None for a coach that no model words."""
        folder = phrases / "prompt"
        if not folder.is_dir():
            return None
        system, user = ((folder / name).read_text("utf-8").strip() for name in ("system.md", "user.md"))
        digest = hashlib.sha256(f"{system}\0{user}".encode()).hexdigest()[:12]
        return PromptFiles(system, user, f"narrate-{digest}")

    def render(self, phrases: Phrases, finding: Finding, locale: str) -> Prompt:
        """The prompt for one finding, with the lines of its template that apply, unfilled, as an example.

        Raises KeyError when user.md has a slot that nothing fills.
        """
        example = kept_lines(phrases.find(finding.phrase, locale).body, finding.facts)
        slots = {
            "language": _LANGUAGES.get(locale.partition("-")[0], _LANGUAGES["en"]),
            "facts": _lines(facts_for_prompt(finding.facts, locale)),
            "names": _lines(names_for_prompt(finding.facts)),
            "example": _escaped(example),
        }
        # In one pass: what fills a slot is never read for slots again.
        user = _SLOT.sub(lambda slot: slots[slot[1]], self.user)
        return Prompt(self.system, user, self.version)


def facts_for_prompt(facts: Mapping[str, Fact], locale: str) -> list[dict[str, str]]:
    """Computed facts: key, label, unit and printed text. Names are not among them."""
    return [
        {"placeholder": "{{" + key + "}}", "label": fact.label, "unit": fact.unit, "text": format_fact(fact, locale)}
        for key, fact in facts.items()
        if fact.unit != "name" and fact.value is not None
    ]


def names_for_prompt(facts: Mapping[str, Fact]) -> list[dict[str, str]]:
    """Names, which people may have chosen: redacted, tamed, cut short. Data, never instructions."""
    return [
        {"placeholder": "{{" + key + "}}", "label": fact.label, "data": _untrusted(fact.value)}
        for key, fact in facts.items()
        if fact.unit == "name" and isinstance(fact.value, str)
    ]


def _untrusted(text: str) -> str:
    return plain_text(redact(text).text)[:_FENCED_CHARS]


def _lines(rows: list[dict[str, str]]) -> str:
    return "\n".join(_escaped(json.dumps(row, ensure_ascii=False)) for row in rows) or "(none)"


def _escaped(text: str) -> str:
    """Nothing inside a fence can close it or open another."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("`", "\\u0060")
