"""Finds proper names of funds and their like that are no facts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.ledger import Ledger
from aicoach.core.guardrails.lexicon import Phrases, forms
from aicoach.core.guardrails.text import Text, Token, fold
from aicoach.core.guardrails.violations import Code, Violation

_JOINTS: Final = frozenset("&-'")
#: How far before an Indic marker word a fund house may stand.
REACH: Final = 4
#: How alike two words must be for one to pass for the other.
NEAR: Final = 0.75
_WORDS: Final = re.compile(r"\w+")
_NAME_WORD: Final = re.compile(r"[^\W_]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class _Tables:
    markers: frozenset[str]
    generic: frozenset[str]
    houses: frozenset[str]
    lookup: Phrases[str]


@lru_cache(maxsize=8)
def _tables(kinds: frozenset[str]) -> _Tables:
    def row(key: str) -> frozenset[str]:
        found = (table["names"].get(kind, {}).get(key, []) for table in lexicon.tables() for kind in sorted(kinds))
        return frozenset(fold(word) for words in found for word in words)

    houses = row("houses")
    return _Tables(row("markers") | row("categories"), row("generic"), houses, Phrases((word, word) for word in houses))


@lru_cache(maxsize=64)
def short_forms(names: frozenset[str], kinds: frozenset[str]) -> frozenset[str]:
    """The names, and each cut behind its last marker word: "X Cap Fund" of "X Cap Fund - Direct - Growth"."""
    table, found = _tables(kinds), set(names)
    for name in names:
        words = list(_WORDS.finditer(name))
        ends = [word.end() for word in words[1:] if word[0] in table.markers]
        found |= {name[: ends[-1]]} if ends and _is_telling(name[: ends[-1]], table) else set()
    return frozenset(found)


def _is_telling(name: str, table: _Tables) -> bool:
    words = _WORDS.findall(name)
    return len(words) > 1 and any(word not in table.generic for word in words)


def check_names(text: Text, ledger: Ledger, kinds: frozenset[str]) -> Iterator[Violation]:
    """Refuse a name that looks like one of ``kinds`` and is no fact. Names that are facts are masked already."""
    table, known = _tables(kinds), _known(ledger.names, _tables(kinds).generic)
    for run in _capitalised_runs(text):
        words = [token.text for token in run if token.kind == "w"]
        odd = [word for word in words if word.removesuffix("'s") not in table.generic | table.markers]
        marked = any(word in table.markers for word in words) or any(word in table.houses for word in odd)
        if odd and ((marked and len(words) > 1) or known.is_altered(words, odd)):
            yield text.at(Code.NAME, run[0], run[-1])
    yield from _houses(text, table)


class _Known:
    """The words of the names that are facts, to tell a name that was changed."""

    def __init__(self, names: frozenset[str], generic: frozenset[str]) -> None:
        lists = [_NAME_WORD.findall(name) for name in names]
        self.telling = {word for words in lists for word in words} - generic
        self.pairs = {(right, left) for words in lists for left, right in pairwise(words)}
        self.followers = {right for right, _ in self.pairs}

    def is_altered(self, words: Sequence[str], odd: Sequence[str]) -> bool:
        """True when a run of words is a name of ours with another word in it, or with one misspelt."""
        if len(words) > 1 and not self.telling.isdisjoint(odd):
            return True
        if any(_is_near(word, ours) for word in odd for ours in self.telling):
            return True
        pairs = pairwise(words)
        return any(left in odd and right in self.followers and (right, left) not in self.pairs for left, right in pairs)


@lru_cache(maxsize=64)
def _known(names: frozenset[str], generic: frozenset[str]) -> _Known:
    return _Known(names, generic)


def _is_near(word: str, ours: str) -> bool:
    close = word != ours and len(word) > 3 and abs(len(word) - len(ours)) < 3
    return close and SequenceMatcher(None, word, ours).ratio() >= NEAR


def _capitalised_runs(text: Text) -> Iterator[list[Token]]:
    run: list[Token] = []
    for token in text.tokens:
        joins = bool(run) and token.sentence == run[0].sentence and token.text in _JOINTS
        if joins or (_is_capitalised(token) and (not run or token.sentence == run[0].sentence)):
            run.append(token)
            continue
        if run:
            yield _trimmed(run)
        run = [token] if _is_capitalised(token) else []
    if run:
        yield _trimmed(run)


def _trimmed(run: list[Token]) -> list[Token]:
    while run[-1].text in _JOINTS:
        run.pop()
    return run


def _is_capitalised(token: Token) -> bool:
    return token.capital and token.text.isascii()


def _houses(text: Text, table: _Tables) -> Iterator[Violation]:
    """A fund house beside a marker word, whatever the case or script it is written in."""
    for at in table.lookup.starts(text):
        token = text.tokens[at]
        if token.kind != "w" or _is_capitalised(token):
            continue
        following = text.tokens[at + 1 : at + 2 + REACH]
        if any(form in table.markers for word in _same(following, token) for form in forms(word.text)):
            yield text.at(Code.NAME, token)


def _same(tokens: Sequence[Token], token: Token) -> list[Token]:
    return [other for other in tokens if other.sentence == token.sentence]
