"""Where a text names a measure, a subject or somebody whose facts are told: what figures can be bound to."""

from collections import defaultdict
from functools import cached_property

from aicoach.core.guardrails.ledger import Ledger
from aicoach.core.guardrails.measures import Sort, Word, named
from aicoach.core.guardrails.text import MASK, Text, Token, fold


class Naming:
    """The names in one text."""

    def __init__(self, text: Text, ledger: Ledger) -> None:
        self._text, self._tokens, self._ledger = text, text.tokens, ledger

    @cached_property
    def words(self) -> dict[int, Word]:
        """By its first token, every word that names a measure, a subject or whose facts are told."""
        found: dict[int, Word] = {}
        for at, (end, (sort, name)) in self.phrases.items():
            if sort in (Sort.MEASURE, Sort.SUBJECT, Sort.CLASS):
                found[at] = Word(at, end, Sort.MEASURE if sort == Sort.MEASURE else Sort.SUBJECT, frozenset({name}))
        masked = (at for word, places in self._text.places.items() if word[0] == MASK for at in places)
        for at in masked:
            if owners := self._owners(self._tokens[at]):
                found[at] = Word(at, at + 1, Sort.OWNER, owners)
        return found

    @cached_property
    def phrases(self) -> dict[int, tuple[int, tuple[Sort, str]]]:
        """By token: what begins there of all that names, compares or joins, and where it ends."""
        found: dict[int, tuple[int, tuple[Sort, str]]] = {}
        behind = 0
        for at in named().starts(self._text):
            phrase = named().match(self._tokens, at) if at >= behind else None
            if phrase is not None:
                found[at], behind = phrase, phrase[0]
        return found

    @cached_property
    def classes(self) -> dict[int, frozenset[str]]:
        """By sentence: the asset classes that it names anywhere."""
        found: dict[int, set[str]] = defaultdict(set)
        for at, (_, (sort, name)) in self.phrases.items():
            if sort == Sort.CLASS:
                found[self._tokens[at].sentence].add(name)
        return {sentence: frozenset(names) for sentence, names in found.items()}

    def sort(self, at: int) -> Sort | None:
        """What sort of phrase begins at a token."""
        phrase = self.phrases.get(at)
        return phrase[1][0] if phrase else None

    def _owners(self, token: Token) -> frozenset[str]:
        start, end = self._text.span(token.start, token.end)
        return self._ledger.owners(fold(self._text.raw[start:end]))
