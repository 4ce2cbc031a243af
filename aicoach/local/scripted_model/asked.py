"""What a prompt of ours asks for, read back from its text as a model would: facts, names, example, language."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_FENCE: Final = r"<{0}>\n(.*?)\n</{0}>"
_LANGUAGES: Final = {"English": "en", "Hindi": "hi", "Bengali": "bn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact or name: its placeholder with braces, its label, and what was printed for it."""

    placeholder: str
    label: str
    text: str
    unit: str = "name"

    @property
    def key(self) -> str:
        """The placeholder without its braces."""
        return self.placeholder.strip("{}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One prompt, understood. A prompt that is not ours has no facts and no names."""

    system: str
    user: str
    language: str
    facts: tuple[Line, ...]
    names: tuple[Line, ...]
    example: str

    @property
    def text(self) -> str:
        """All that was sent."""
        return f"{self.system}\n{self.user}"


def read_prompt(messages: Sequence[Mapping[str, Any]]) -> Asked:
    """Understand the messages of a chat completion."""
    said = {str(message.get("role")): str(message.get("content")) for message in messages}
    user = said.get("user", "")
    rows = [Line(row["placeholder"], row["label"], row["text"], row["unit"]) for row in _rows(_fenced(user, "facts"))]
    names = [Line(row["placeholder"], row["label"], row["data"]) for row in _rows(_fenced(user, "names"))]
    named = next((code for name, code in _LANGUAGES.items() if f"Language: {name}" in user), "en")
    return Asked(said.get("system", ""), user, named, tuple(rows), tuple(names), _fenced(user, "example"))


def _fenced(text: str, name: str) -> str:
    found = re.search(_FENCE.format(name), text, re.DOTALL)
    return found[1] if found else ""


def _rows(block: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in block.split("\n") if line.startswith("{")]
