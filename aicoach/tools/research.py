"""Reads what a search service answered: words and sources that may be shown, or the reason why they may not."""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from aicoach.core.guardrails import Policy, check_narration

MOST_LINKS: Final = 3
#: An address without user, port, query or fragment: nothing can be carried in it that its page does not need.
_LINK: Final = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+)+)/[A-Za-z0-9/._-]{0,200}")
_LOOKS_LIKE_ONE: Final = re.compile(r"\s*\S+://|\s*www\.", re.IGNORECASE)


class NoteRefused(Exception):
    """The answer may not be shown; says a code, never a word of the answer."""


@dataclass(frozen=True, slots=True)
class MarketNote:
    """What may be shown: plain words without any figure, and the pages they come from."""

    text: str
    links: tuple[str, ...]


def read_answer(answer: str, hosts: Set[str], locale: str, policy: Policy) -> MarketNote:
    """The words of ``answer`` and, below them, its links, one a line. Raises NoteRefused.

    No fact of ours proves a figure of the market, so the guard is given none and lets no figure, date or name of a
    fund pass. One bad link refuses the whole: who lies about a source is not believed about the rest.
    """
    lines = [line.strip() for line in answer.strip().splitlines() if line.strip()]
    words = [line for line in lines if not _LOOKS_LIKE_ONE.match(line)]
    links = tuple(dict.fromkeys(lines[len(words) :]))
    if lines[: len(words)] != words:
        raise NoteRefused("link_among_words")
    if not 1 <= len(links) <= MOST_LINKS:
        raise NoteRefused("sources_missing" if not links else "too_many_sources")
    if not all(_allowed(link, hosts) for link in links):
        raise NoteRefused("source_not_allowed")
    text = "\n".join(words)
    violations = check_narration(text, {}, locale, policy)
    if violations:
        raise NoteRefused(f"guard_{violations[0].code}")
    return MarketNote(text, links)


def _allowed(link: str, hosts: Set[str]) -> bool:
    parts = _LINK.fullmatch(link)
    return parts is not None and parts[1].removeprefix("www.") in hosts and ".." not in link
