"""Binds lists in their order: "the value and the gain are ₹ 5 and ₹ 2", "मूल्य और लाभ क्रमशः ₹ 5 और ₹ 2"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure
from aicoach.core.guardrails.figure_words import tables
from aicoach.core.guardrails.measures import Sort, Word, named
from aicoach.core.guardrails.text import Token

#: How many words may stand between a list of names and the list of their figures.
APART: Final = 8
_ENDS: Final = frozenset(".;,!?।॥\n–—")
_PARTING: Final = frozenset({Sort.COMPARING, Sort.FACING, Sort.JOINT})


def bind_lists(
    tokens: Sequence[Token], figures: Mapping[int, Figure], words: Iterable[Word]
) -> Iterator[tuple[int, Word]]:
    """By figure, the name that is its own, for as many names in a row as figures in a row, names first or last."""
    runs = list(_in_a_row(tokens, [(one.first, one.end, index) for index, one in figures.items()]))
    groups = list(_lists_of_names(tokens, words)) if runs else []
    for run in runs:
        first, last = figures[run[0]].first, figures[run[-1]].end
        for names in groups:
            beside = _are_beside(tokens, names[-1].end, first) or _are_beside(tokens, last, names[0].at)
            if len(names) == len(run) and beside:
                yield from zip(run, names, strict=True)
                break


def _in_a_row(tokens: Sequence[Token], spans: Sequence[tuple[int, int, int]]) -> Iterator[list[int]]:
    """Which of the spans, two or more, have nothing but "and" or a comma between one and the next."""
    run = [index for _, _, index in spans[:1]]
    for (_, end, _), (first, _, index) in pairwise(spans):
        if _is_listing(tokens, end, first):
            run.append(index)
            continue
        if len(run) > 1:
            yield run
        run = [index]
    if len(run) > 1:
        yield run


def _lists_of_names(tokens: Sequence[Token], words: Iterable[Word]) -> Iterator[list[Word]]:
    """Names of one sort in a row; words that touch are one name: "projected value"."""
    names: dict[Sort, list[Word]] = {}
    for word in sorted(words):
        row = names.setdefault(word.sort, [])
        if row and word.at <= row[-1].end:
            row[-1] = Word(row[-1].at, max(word.end, row[-1].end), word.sort, row[-1].names | word.names)
        else:
            row.append(word)
    for row in names.values():
        for run in _in_a_row(tokens, [(word.at, word.end, place) for place, word in enumerate(row)]):
            yield [row[place] for place in run]


def _is_listing(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether nothing else stands there than what separates the members of a list."""
    joints, fillers = lexicon.words("labels", "listing"), lexicon.words("labels", "between")
    if end - start > APART or joints.isdisjoint(token.text for token in tokens[start:end]):
        return False
    return all(
        tokens[at].text in joints or tokens[at].text in fillers or tables().nouns.match(tokens, at) is not None
        for at in range(start, end)
    )


def _are_beside(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether nothing that parts stands between two lists: no end of a clause, no number, no comparison."""
    if not 0 <= end - start <= APART:
        return False
    for at in range(start, end):
        found = named().match(tokens, at)
        if tokens[at].text in _ENDS or tokens[at].kind == "n" or (found is not None and found[1][0] in _PARTING):
            return False
    return True
