"""Refuses swapped labels: "the benchmark returned 12.35%" when that is the portfolio's figure.

A figure's clause may name a measure ("put in", "मूल्य", "লাভ"), a subject ("the benchmark", "equity") or the very name
that other facts belong to. The figure is refused when no fact that has its value is what the clause names, and another
fact that it could be is. What is not caught:

- a figure whose clause names nothing, as in "it stands at", or names it in words that no table knows;
- a clause that compares ("above", "से", "চেয়ে"): its figure may be measured against what is named;
- a clause that names several measures, one of which is right, as in "the gain on what you put in";
- names that stand more than :data:`REACH` words before their figure, in another sentence or behind a comma;
- dates and periods, and facts whose values print alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.grounding import Meant
from aicoach.core.guardrails.ledger import Known, Ledger, singular
from aicoach.core.guardrails.measures import Sort, meant, named
from aicoach.core.guardrails.text import Text, Token, fold
from aicoach.core.guardrails.violations import Code, Violation

REACH: Final = 10
REACH_AFTER: Final = 5
#: A word of comparison so close behind a figure speaks of it: "6% below", "₹ 500 से कम".
BESIDE: Final = 2
#: How far before a figure the plain words of a label still speak of it.
WORD_REACH: Final = 7
_CHECKED: Final = frozenset({Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.PLAIN})
_WORDED: Final = frozenset({Kind.MONEY, Kind.PERCENT})
_NO_WORD: Final[tuple[int, tuple[Sort | None, str]]] = (0, (None, ""))
_BREAKS: Final = frozenset(".;,!?()।॥\n–—")


@dataclass(slots=True)
class _Said:
    """What a clause names."""

    measures: set[str] = field(default_factory=set)
    #: Measures that stand behind the figure.
    behind: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    #: With what the keys of the facts begin that belong to a name.
    owners: set[str] = field(default_factory=set)

    def add(self, sort: Sort | None, name: str) -> None:
        """One word of a clause."""
        if sort == Sort.MEASURE:
            self.measures.add(name)
        elif sort in (Sort.SUBJECT, Sort.CLASS):
            self.subjects.add(name)


def check_labels(text: Text, figures: Sequence[Figure], ledger: Ledger, facts: Meant) -> Iterator[Violation]:
    """Refuse a figure that its clause calls by the name of another fact of its kind; see the module for what passes.

    ``facts`` are those that each figure may be: a sign, a direction and a period tell apart what has one value.
    """
    clauses = _Clauses(text, figures, ledger)
    for index, figure in enumerate(figures):
        own = facts.get(figure.first, ()) if figure.kind in _CHECKED else ()
        others = [known for known in ledger.candidates(figure) if known not in own] if own else []
        if others and _is_swapped(clauses, index, own, others):
            yield text.at(Code.LABEL, text.tokens[figure.first], text.tokens[figure.end - 1])


def _is_swapped(clauses: "_Clauses", index: int, own: Sequence[Known], others: Sequence[Known]) -> bool:
    words = clauses.words(index)
    if any(_is_worded(words, known, own) for known in others if not words.isdisjoint(known.stems)):
        return True
    said = clauses.said(index)
    return said is not None and (_is_another_measure(said, own, others) or _is_anothers(said, own, others))


def _is_another_measure(said: _Said, own: Sequence[Known], others: Sequence[Known]) -> bool:
    """Whether every measure that is named is another's; one that fits, before the figure or behind it, is enough."""
    measures = meant(frozenset(said.measures))
    fitting = measures | said.behind
    if not measures or any(not known.tags.measures or not fitting.isdisjoint(known.tags.measures) for known in own):
        return False
    return any(not measures.isdisjoint(known.tags.measures) for known in others)


def _is_anothers(said: _Said, own: Sequence[Known], others: Sequence[Known]) -> bool:
    """The right measure of somebody else: of the benchmark, of another asset class, of a named fund."""
    measures = frozenset(measure for known in own for measure in known.tags.measures)
    alike = [known for known in others if not measures.isdisjoint(known.tags.measures)]
    subjects = not any(known.tags.subjects & said.subjects for known in own)
    owners = not any(_belongs(known, said.owners) for known in own)
    return any(
        (subjects and known.tags.subjects & said.subjects) or (owners and _belongs(known, said.owners))
        for known in alike
    )


def _belongs(known: Known, owners: Iterable[str]) -> bool:
    return any(known.key.startswith(owner) for owner in owners)


class _Clauses:
    """What is said beside each figure of one text."""

    def __init__(self, text: Text, figures: Sequence[Figure], ledger: Ledger) -> None:
        self._text, self._figures, self._ledger = text, figures, ledger
        self._tokens = text.tokens

    def said(self, index: int) -> _Said | None:
        """What stands before the figure, else what stands behind it; None where the clause compares."""
        before = self._before(index)
        after = None if before is None else self._behind(index)
        if before is None or after is None:
            return None
        local = before.subjects or (set() if before.owners else after.subjects)
        subjects = local or self._classes.get(self._tokens[self._figures[index].first].sentence, set())
        measures = before.measures or after.measures
        return _Said(measures, after.behind, subjects if len(subjects) == 1 or local else set(), before.owners)

    def words(self, index: int) -> frozenset[str]:
        """The words of the figure's clause before it; none when the clause compares or holds another figure."""
        figure, floor = self._figures[index], self._figures[index - 1].end if index else 0
        said: set[str] = set()
        joints = lexicon.words("labels", "conjunctions")
        if figure.kind not in _WORDED:
            return frozenset()
        for at in range(figure.first - 1, max(-1, figure.first - 1 - WORD_REACH), -1):
            token = self._tokens[at]
            if token.text in joints or self._ends(token, figure):
                break
            if at < floor or token.text in _comparing():
                return frozenset()
            said.add(token.text.removesuffix("'s").removesuffix("s"))
        return frozenset(said) - _generic()

    @cached_property
    def _named(self) -> dict[int, tuple[int, tuple[Sort, str]]]:
        """By token: what begins there, and where it ends."""
        words = ((at, named().match(self._tokens, at)) for at in named().starts(self._tokens))
        return {at: found for at, found in words if found is not None}

    @cached_property
    def _classes(self) -> dict[int, set[str]]:
        """By sentence: the classes that it names anywhere."""
        found: dict[int, set[str]] = defaultdict(set)
        for at, (_, (sort, name)) in self._named.items():
            if sort == Sort.CLASS:
                found[self._tokens[at].sentence].add(name)
        return found

    def _before(self, index: int) -> _Said | None:
        figure, said = self._figures[index], _Said()
        floor = self._figures[index - 1].end if index else 0
        for at in range(figure.first - 1, max(-1, figure.first - 1 - REACH), -1):
            token = self._tokens[at]
            if self._ends(token, figure):
                if token.text == "," and not self._is_telling(at + 1, figure.first):
                    said.owners |= self._owners(at - 1)
                break
            if at < floor:
                parts = lexicon.words("labels", "parts")
                return None if any(self._tokens[one].text in parts for one in range(floor, figure.first)) else _Said()
            said.owners |= self._owners(at)
            end, (sort, name) = self._named.get(at, _NO_WORD)
            if sort == Sort.JOINT:
                break
            if sort == Sort.COMPARING:
                # "Against a target of 40%" tells the target, "above the target by 4%" does not.
                return said if said.measures else None
            if end <= figure.first:
                said.add(sort, name)
        return said

    def _behind(self, index: int) -> _Said | None:
        """Nothing, if the next figure comes without a break: what stands between belongs to either.

        What a comparison follows may be the figure's name, as in "50% के लक्ष्य से", or what it is measured against.
        """
        figure, said = self._figures[index], _Said()
        ceiling = self._figures[index + 1].first if index + 1 < len(self._figures) else len(self._tokens)
        for at in range(figure.end, min(len(self._tokens), figure.end + REACH_AFTER)):
            _, (sort, name) = self._named.get(at, _NO_WORD)
            if at >= ceiling:
                return _Said()
            if self._ends(self._tokens[at], figure) or self._tokens[at].kind == "m" or sort == Sort.JOINT:
                break
            if sort == Sort.COMPARING:
                return None if at < figure.end + BESIDE else _Said(behind=said.measures)
            said.add(sort, name)
        said.behind = said.measures
        return said

    def _ends(self, token: Token, figure: Figure) -> bool:
        return token.text in _BREAKS or token.sentence != self._tokens[figure.first].sentence

    def _is_telling(self, start: int, end: int) -> bool:
        return any(token.text != "*" for token in self._tokens[start:end])

    def _owners(self, at: int) -> frozenset[str]:
        token = self._tokens[at] if at >= 0 else None
        if token is None or token.kind != "m":
            return frozenset()
        start, end = self._text.span(token.start, token.end)
        return self._ledger.owners(fold(self._text.raw[start:end]))


@lru_cache(maxsize=1)
def _comparing() -> frozenset[str]:
    """Words after which a figure may be someone else's: "beat the benchmark by", "against the target of"."""
    lists = (lexicon.words("direction", key) for key in ("above", "below", "by", "levels", "difference"))
    return frozenset(word.removesuffix("*") for words in lists for word in words)


@lru_cache(maxsize=1)
def _generic() -> frozenset[str]:
    return singular(lexicon.words("labels", "generic"))


def _is_worded(said: frozenset[str], other: Known, own: Sequence[Known]) -> bool:
    """Whether the words are those of ``other``'s label and not of the fact whose figure they give.

    Of two facts of one measure (their labels share a word) any word of its own names one; otherwise only its
    whole label does, for "the portfolio lost 2%" need not speak of the portfolio's XIRR.
    """
    own_words = frozenset(word for known in own for word in known.stems)
    if not said.isdisjoint(own_words):
        return False
    naming = other.stems - own_words - _generic()
    if not other.stems.isdisjoint(own_words):
        return not said.isdisjoint(naming)
    naming -= singular(lexicon.words("labels", "subjects"))
    return bool(naming) and naming <= said
