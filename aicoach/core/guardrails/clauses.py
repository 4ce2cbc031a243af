"""What is said beside each figure: the measures, subjects and names that it, and no other figure, is told with.

Each figure is bound by itself. What stands before it names it, as far back as nothing parts the two; what stands behind
it names it otherwise. A word between two figures that it could name belongs to one of them: to the left one when that
has no name yet and the word is joined to it ("₹ 5 value ₹ 2 gain"), else to the right one ("value ₹ 5 gain ₹ 2"). Of
several measures on one side the nearest counts, unless it only serves another: in "the gain on what you put in" the
gain is told. Lists are bound in their order, see :mod:`listing`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.ledger import Ledger, singular
from aicoach.core.guardrails.listing import bind_lists
from aicoach.core.guardrails.measures import Sort, Word, meant, narrower
from aicoach.core.guardrails.naming import Naming
from aicoach.core.guardrails.text import MASK, Text, Token

REACH: Final = 10
REACH_AFTER: Final = 5
#: A word of comparison so close behind a figure speaks of it: "6% below", "₹ 500 से कम".
BESIDE: Final = 2
#: How far before a measure may stand what makes it another one's: "the gain on what you put in".
GOVERNED: Final = 4
CHECKED: Final = frozenset({Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.PLAIN})
BREAKS: Final = frozenset(".;,!?()।॥\n–—")
#: How far before a figure the plain words of a label still speak of it.
WORD_REACH: Final = 7
_WORDED: Final = frozenset({Kind.MONEY, Kind.PERCENT})
_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Said:
    """What a figure is told with."""

    measures: frozenset[str] = _NOBODY
    #: Measures that stand behind the figure and may name it as well.
    behind: frozenset[str] = _NOBODY
    subjects: frozenset[str] = _NOBODY
    #: With what the keys of the facts begin that belong to a name.
    owners: frozenset[str] = _NOBODY
    #: The measure is joined to the figure by "is" or "of": nothing behind it can name it.
    closed: bool = False


@dataclass(slots=True)
class _Side:
    """The words on one side of a figure, the nearest first."""

    words: list[Word] = field(default_factory=list)
    #: The figure on that side that the words could belong to as well, when nothing parts the two.
    rival: int | None = None
    #: The figure may be measured against what is named, not be it.
    compared: bool = False
    #: The words may name the figure, or what it is measured against.
    doubtful: bool = False

    def names(self, sort: Sort) -> frozenset[str]:
        """What the words of one sort name."""
        return frozenset(name for word in self.words if word.sort == sort for name in word.names)


class Clauses:
    """What is said beside the figures of one text."""

    def __init__(self, text: Text, figures: Sequence[Figure], ledger: Ledger) -> None:
        self._text, self._figures, self._ledger = text, figures, ledger
        self._tokens, self._names = text.tokens, Naming(text, ledger)
        self._holders = {at: index for index, one in enumerate(figures) for at in range(one.first, one.end)}
        self._read: list[tuple[_Side, Said]] = []

    def said(self, index: int) -> Said | None:
        """What names the figure; None where its clause compares and names nothing for certain."""
        if index in self.listed:
            sort, names = self.listed[index].sort, self.listed[index].names
            told = (meant(names) if sort == Sort.MEASURE else _NOBODY, names if sort == Sort.SUBJECT else _NOBODY)
            return Said(told[0], _NOBODY, told[1], names if sort == Sort.OWNER else _NOBODY)
        side, before = self._before(index)
        after = None if side.compared else self._behind(index)
        if after is None or after.compared:
            return None
        behind = self._told(index, after.words)[0]
        local = before.subjects or (_NOBODY if before.owners or after.doubtful else after.names(Sort.SUBJECT))
        subjects = local or self._names.classes.get(self._tokens[self._figures[index].first].sentence, _NOBODY)
        clear = subjects if len(subjects) == 1 or local else _NOBODY
        exact = narrower(behind, before.measures)
        fitting = _NOBODY if before.closed and not exact else behind
        unnamed = not after.doubtful and not side.names(Sort.MEASURE)
        naming = exact or before.measures or (behind if unnamed else _NOBODY)
        return Said(naming, fitting, clear, before.owners, before.closed)

    def plain_words(self, index: int) -> frozenset[str]:
        """The words of labels in the clause before the figure; none when it compares, lists or holds another one."""
        figure, floor = self._figures[index], self._figures[index - 1].end if index else 0
        ahead = self._tokens[figure.end].text if figure.end < len(self._tokens) else ""
        if figure.kind not in _WORDED or index in self.listed or ahead in _differing():
            return _NOBODY
        said: set[str] = set()
        joints = lexicon.words("labels", "conjunctions")
        for at in range(figure.first - 1, max(-1, figure.first - 1 - WORD_REACH), -1):
            token = self._tokens[at]
            if token.text in joints or self._ends(token, figure):
                break
            if at < floor or token.text in _comparing():
                return _NOBODY
            said.add(token.text.removesuffix("'s").removesuffix("s"))
        return self._ledger.stems & said - generic()

    @cached_property
    def listed(self) -> dict[int, Word]:
        """By figure, its member of a list: "the value and the gain are ₹ 5 and ₹ 2"."""
        checked = {index: figure for index, figure in enumerate(self._figures) if figure.kind in CHECKED}
        return dict(bind_lists(self._tokens, checked, self._names.words.values()))

    @cached_property
    def _telling(self) -> set[int]:
        """The tokens that name, part or are a figure; all others of a sentence are passed over."""
        parting = (places for word, places in self._text.places.items() if word in BREAKS or word[0] == MASK)
        return {*self._holders, *self._names.phrases, *(at for places in parting for at in places)}

    def _before(self, index: int) -> tuple[_Side, Said]:
        """What stands before the figure; one after another, for each needs to know what the one before it took."""
        while len(self._read) <= index:
            at = len(self._read)
            side = self._look_back(at)
            if side.rival is not None:
                side.words = [word for word in side.words if not self._is_of_left(word, side.rival, at)]
                parts = lexicon.words("labels", "parts")
                between = range(self._figures[side.rival].end, self._figures[at].first)
                side.compared = not side.words and any(self._tokens[one].text in parts for one in between)
            measures, closed = self._told(at, side.words)
            said = Said(measures, _NOBODY, side.names(Sort.SUBJECT), side.names(Sort.OWNER), closed)
            self._read.append((side, said))
        return self._read[index]

    def _look_back(self, index: int) -> _Side:
        figure, side = self._figures[index], _Side()
        sentence = self._tokens[figure.first].sentence
        for at in range(figure.first - 1, max(-1, figure.first - 1 - REACH), -1):
            if at not in self._telling and self._tokens[at].sentence == sentence:
                continue
            token = self._tokens[at]
            if self._is_rival(at, index):
                side.rival = self._holders[at]
                break
            if token.text in "()" and self._is_joined(at + 1, figure.first, "links"):
                continue
            if self._ends(token, figure):
                if token.text == "," and not self._is_telling(at + 1, figure.first):
                    side.words += [word for word in [self._names.words.get(at - 1)] if word and word.sort == Sort.OWNER]
                break
            sort = self._names.sort(at)
            if sort in (Sort.JOINT, Sort.FACING):
                break
            if sort == Sort.COMPARING:
                # "Above the target of 40%" tells the target, "above the target by 4%" does not.
                side.compared = not side.names(Sort.MEASURE)
                if side.compared or token.text not in lexicon.words("labels", "governing"):
                    break
            word = self._names.words.get(at)
            if word is not None and word.end <= figure.first:
                side.words.append(word)
        return side

    def _behind(self, index: int) -> _Side:
        side = self._look_ahead(index)
        if side.rival is not None:
            side.words = [word for word in side.words if self._is_of_left(word, index, side.rival)]
        return side

    def _look_ahead(self, index: int) -> _Side:
        """What a comparison follows may be the figure's name, as in "50% के लक्ष्य से", or what it is measured against."""
        figure, side = self._figures[index], _Side()
        sentence = self._tokens[figure.first].sentence
        for at in range(figure.end, min(len(self._tokens), figure.end + REACH_AFTER)):
            if at not in self._telling and self._tokens[at].sentence == sentence:
                continue
            if self._is_rival(at, index):
                side.rival = self._holders[at]
                break
            sort = self._names.sort(at)
            if (
                self._ends(self._tokens[at], figure)
                or self._tokens[at].kind == "m"
                or sort in (Sort.JOINT, Sort.FACING)
            ):
                break
            if sort == Sort.COMPARING:
                side.compared = at < figure.end + BESIDE
                joined = side.words and self._is_joined(figure.end, side.words[0].at, "back_links")
                side.doubtful = not joined
                break
            if at in self._names.words:
                side.words.append(self._names.words[at])
        return side

    def _is_rival(self, at: int, index: int) -> bool:
        """Whether a figure stands at a token that may be told with the same words; any other is passed over."""
        other = self._holders.get(at, index)
        if other == index or self._figures[other].kind not in CHECKED:
            return False
        if self._figures[other].kind == self._figures[index].kind:
            return True
        return not self._ledger.measures(self._figures[other]).isdisjoint(self._ledger.measures(self._figures[index]))

    def _is_of_left(self, word: Word, left: int, right: int) -> bool:
        """Whether a word between two figures names the left one: it is joined to it, and either to it alone or the
        left one has no name yet.
        """
        if not self._is_joined(self._figures[left].end, word.at, "back_links"):
            return False
        side, said = self._before(left)
        named_already = said.measures if word.sort == Sort.MEASURE else side.names(word.sort)
        return not named_already or not self._is_joined(word.end, self._figures[right].first, "links")

    def _is_joined(self, start: int, end: int, key: str) -> bool:
        links = lexicon.words("labels", key)
        return all(self._tokens[at].text in links for at in range(start, end))

    def _told(self, index: int, words: Sequence[Word]) -> tuple[frozenset[str], bool]:
        """Which measures name the figure, of those on one side of it, and whether nothing else can."""
        if not words:
            return _NOBODY, False
        figure = self._figures[index]
        spoken = meant(frozenset(name for word in words if word.sort == Sort.MEASURE for name in word.names))
        known = spoken & self._ledger.measures(figure)
        telling = [word for word in words if word.sort == Sort.MEASURE and not word.names.isdisjoint(known)]
        nearest = [word for word in telling if not self._is_governed(word, figure)] or telling
        if not nearest:
            return _NOBODY, False
        first = nearest[0]
        between = {token.text for token in self._tokens[first.end : figure.first]}
        # A colon may only end a heading: "Your SIPs: 3 missed".
        closed = bool(between - {":", "*"}) and self._is_joined(first.end, figure.first, "links")
        return frozenset(name for word in _touching(nearest) for name in word.names), closed

    def _is_governed(self, word: Word, figure: Figure) -> bool:
        """Whether a measure only serves another: "on what you put in", "निवेश पर"; "on a value of ₹ 5" tells it."""
        tokens = self._tokens
        is_of = word.end < figure.first and tokens[word.end].text in lexicon.words("labels", "parts")
        if is_of and self._is_joined(word.end, figure.first, "links"):
            return False
        if word.end < len(tokens) and tokens[word.end].text in lexicon.words("labels", "governed"):
            return True
        fillers = lexicon.words("labels", "between")
        for at in range(word.at - 1, max(-1, word.at - 1 - GOVERNED), -1):
            if tokens[at].text not in fillers:
                return tokens[at].text in lexicon.words("labels", "governing")
        return False

    def _ends(self, token: Token, figure: Figure) -> bool:
        return token.text in BREAKS or token.sentence != self._tokens[figure.first].sentence

    def _is_telling(self, start: int, end: int) -> bool:
        return any(token.text != "*" for token in self._tokens[start:end])


def _touching(words: Sequence[Word]) -> Iterator[Word]:
    """The first word and those right beside it: "projected value", "monthly SIP"."""
    last = words[0]
    for word in words:
        if word.at > last.end or last.at > word.end:
            break
        yield word
        last = word


@lru_cache(maxsize=1)
def _comparing() -> frozenset[str]:
    """Words after which a figure may be someone else's: "beat the benchmark by", "against the target of"."""
    lists = (lexicon.words("direction", key) for key in ("above", "below", "by", "levels", "difference"))
    return frozenset(word.removesuffix("*") for words in lists for word in words)


@lru_cache(maxsize=1)
def _differing() -> frozenset[str]:
    """Words that, right behind a figure, make it a difference: "the projected value falls ₹ 500 short"."""
    return lexicon.words("direction", "above") | lexicon.words("direction", "below")


@lru_cache(maxsize=1)
def generic() -> frozenset[str]:
    """Words of a label that name nothing by themselves, without the s of a plural."""
    return singular(lexicon.words("labels", "generic"))
