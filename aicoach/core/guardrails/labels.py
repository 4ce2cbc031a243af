"""Refuses swapped labels: "the benchmark returned 12.35%" when that is the portfolio's figure.

A figure may be told with a measure ("put in", "मूल्य", "লাভ"), a subject ("the benchmark", "equity") or the very name
that other facts belong to; which of them is its own tells :mod:`clauses`. The figure is refused when no fact that has
its value is what it is told to be, and another fact that it could be is. What is not caught:

- a figure that is told with nothing, as in "it stands at", or in words that no table knows;
- a figure that is compared ("above", "से", "চেয়ে"): it may be measured against what is named;
- a figure with a measure on either side and joined to neither: both may name it, so one that fits is enough;
- names too far before their figure, in another sentence or behind a comma; of several asset classes in one sentence,
  those that stand behind a comma;
- a measure told of a fact whose own label names none: such a label does not say what its figure is not. "Result" is
  rightly called a loss, "Missing" a shortfall, and to refuse them would refuse what is true. Among such facts of one
  unit the subject and the name still tell one from another;
- dates and periods, and facts whose values print alike.
"""

from collections.abc import Iterable, Iterator, Sequence

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.clauses import CHECKED, Clauses, Said, generic
from aicoach.core.guardrails.figure import Figure
from aicoach.core.guardrails.grounding import Meant
from aicoach.core.guardrails.ledger import Known, Ledger, singular
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation


def check_labels(text: Text, figures: Sequence[Figure], ledger: Ledger, facts: Meant) -> Iterator[Violation]:
    """Refuse a figure that its clause calls by the name of another fact of its kind; see the module for what passes.

    ``facts`` are those that each figure may be: a sign, a direction and a period tell apart what has one value.
    """
    clauses = Clauses(text, figures, ledger)
    for index, figure in enumerate(figures):
        own = facts.get(figure.first, ()) if figure.kind in CHECKED else ()
        mine = {known.key for known in own}
        others = [known for known in ledger.candidates(figure) if known.key not in mine] if own else []
        if others and _is_swapped(clauses.said(index), clauses.plain_words(index), own, others):
            yield text.at(Code.LABEL, text.tokens[figure.first], text.tokens[figure.end - 1])


def _is_swapped(said: Said | None, words: frozenset[str], own: Sequence[Known], others: Sequence[Known]) -> bool:
    if words and any(_is_worded(words, known, own) for known in others if not words.isdisjoint(known.stems)):
        return True
    return said is not None and (_is_another_measure(said, own, others) or _is_anothers(said, own, others))


def _is_another_measure(said: Said, own: Sequence[Known], others: Sequence[Known]) -> bool:
    """Whether every measure that is named is another's; one that fits, before the figure or behind it, is enough."""
    measures, fitting = said.measures, said.measures | said.behind
    if not measures or any(not known.tags.measures or not fitting.isdisjoint(known.tags.measures) for known in own):
        return False
    return any(not measures.isdisjoint(known.tags.measures) for known in others)


def _is_anothers(said: Said, own: Sequence[Known], others: Sequence[Known]) -> bool:
    """The right measure of somebody else: of the benchmark, of another asset class, of a named fund."""
    if not said.subjects and not said.owners:
        return False
    alike = [other for other in others if any(_is_alike(known, other) for known in own)]
    subjects = not any(known.tags.subjects & said.subjects for known in own)
    owners = not any(_belongs(known, said.owners) for known in own)
    return any(
        (subjects and known.tags.subjects & said.subjects) or (owners and _belongs(known, said.owners))
        for known in alike
    )


def _is_alike(known: Known, other: Known) -> bool:
    """Whether two facts are of one measure, or of one unit and of none."""
    if known.tags.measures or other.tags.measures:
        return not known.tags.measures.isdisjoint(other.tags.measures)
    return known.unit == other.unit


def _belongs(known: Known, owners: Iterable[str]) -> bool:
    return any(known.key.startswith(owner) for owner in owners)


def _is_worded(said: frozenset[str], other: Known, own: Sequence[Known]) -> bool:
    """Whether the words are those of ``other``'s label and not of the fact whose figure they give.

    Of two facts of one measure (their labels share a word) any word of its own names one; otherwise only its
    whole label does, for "the portfolio lost 2%" need not speak of the portfolio's XIRR.
    """
    own_words = frozenset(word for known in own for word in known.stems)
    if not said.isdisjoint(own_words):
        return False
    naming = other.stems - own_words - generic()
    if not other.stems.isdisjoint(own_words):
        return not said.isdisjoint(naming)
    naming -= singular(lexicon.words("labels", "subjects"))
    return bool(naming) and naming <= said
