"""What a search service is asked for the weekly digest, whose pages it may cite, and how its note is shown."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from aicoach.coaches.goals.digest import plain
from aicoach.coaches.goals.facts import PHRASES
from aicoach.core.phrases import Phrases
from aicoach.core.ports import Digest, Prompt, ResearchRule

_FOLDER: Final = PHRASES / "research"
_HOSTS: Final = Path(__file__).with_name("research_hosts.toml")


def question(locale: str) -> Prompt:
    """The same words for every reader of a language: nothing in them is about anybody."""
    asked = Phrases.load(_FOLDER).render("ask", {}, locale)
    return Prompt(asked.title, asked.body_md, "market-note-1")


def add(digest: Digest, text: str, links: Sequence[str], locale: str) -> Digest:
    """``digest`` with a last section: the note, where it comes from, and that it is no advice."""
    section = Phrases.load(_FOLDER).render("section", {}, locale)
    title = plain(section.title)
    note = [title, "-" * min(len(title), 60), plain(text), "", plain(section.body_md), *links]
    return replace(digest, body=f"{digest.body}\n" + "\n".join(note) + "\n")


RESEARCH: Final = ResearchRule(question, frozenset(tomllib.loads(_HOSTS.read_text("utf-8"))["hosts"]), add)
