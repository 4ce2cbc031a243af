"""Every figure must be a fact: same kind, same value at the printed precision, same direction, same noun."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from aicoach.core.guardrails.direction import DOWN, direction_of, leans
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.figure_words import tables
from aicoach.core.guardrails.ledger import PERCENTS, Known, Ledger, is_cut_off, nouns_of, rounds_to
from aicoach.core.guardrails.rates import fits_rate
from aicoach.core.guardrails.text import Text
from aicoach.core.guardrails.violations import Code, Violation

SIGNED: Final = frozenset({Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.BASIS})
#: By its first token, the facts that a figure may be.
Meant = Mapping[int, Sequence[Known]]
#: How many words behind a count may tell what it counts.
NOUN_REACH: Final = 3


def ground_figures(text: Text, figures: Sequence[Figure], ledger: Ledger) -> tuple[list[Violation], Meant]:
    """Refuse every figure that is no fact; of the others, tell which facts they may be."""
    found: list[Violation] = []
    meant: dict[int, Sequence[Known]] = {}
    for index, figure in enumerate(figures):
        code, meant[figure.first] = _ground(text, figures, index, ledger)
        if code is not None and not in_label(text, figure, ledger):
            found.append(text.at(code, text.tokens[figure.first], text.tokens[figure.end - 1]))
    return found, meant


def in_label(text: Text, figure: Figure, ledger: Ledger) -> bool:
    """A number that a label carries may be told with it: "the Nifty 50", "the 3-year return"."""
    if figure.kind not in (Kind.PLAIN, Kind.DURATION) or not ledger.label_numbers or figure.sign:
        return False
    number = text.tokens[figure.number_at].text
    before = text.tokens[figure.number_at - 1].text if figure.number_at else ""
    if figure.kind == Kind.PLAIN and (before, number) in ledger.label_numbers:
        return True
    followers = {right for left, right in ledger.label_numbers if left == number}
    return any(followers & {word, *_spellings(word)} for word in _words_behind(text, figure))


def _spellings(word: str) -> set[str]:
    return {word.removesuffix("s"), word + "s"}


def _words_behind(text: Text, figure: Figure) -> list[str]:
    tokens = text.tokens[figure.number_at + 1 : figure.number_at + 3]
    return [token.text for token in tokens if token.kind == "w"][:1]


def _ground(text: Text, figures: Sequence[Figure], index: int, ledger: Ledger) -> tuple[Code | None, Sequence[Known]]:
    """What is wrong with a figure, if anything, and else the facts that it may be (none for a year)."""
    figure = figures[index]
    if figure.kind == Kind.BROKEN:
        return Code.NUMBER, ()
    if _is_year(text, figure) and any(day.year == int(figure.value) for day in ledger.dates):
        return None, ()
    left: Sequence[Known] = ledger.equal(figure)
    if not left:
        return _why_not(text, figure, ledger), ()
    for code, fits in _rules(text, figures, index):
        left = [known for known in left if fits(known)]
        if not left:
            return code, ()
    return None, left


def _rules(text: Text, figures: Sequence[Figure], index: int) -> Iterator[tuple[Code, Callable[[Known], bool]]]:
    """What one and the same fact must fit that has the figure's value, and the fault when none does."""
    figure = figures[index]
    if figure.kind == Kind.POINTS and not _compared(text, figure):
        yield Code.UNIT, lambda known: known.is_difference
    if figure.kind in (Kind.PLAIN, Kind.TIMES):
        yield Code.UNIT, lambda known: _counts_that(text, figure, known)
    if figure.kind in SIGNED:
        told = direction_of(text, figures, index)
        yield Code.PERIOD, lambda known: fits_rate(text, figure, known)
        yield Code.SIGN, lambda known: _agrees(text, figure, told, known)
    else:
        yield Code.SIGN, lambda known: _signed_right(text, figures, index, known)


def _is_year(text: Text, figure: Figure) -> bool:
    token = text.tokens[figure.number_at]
    bare = figure.kind == Kind.PLAIN and not figure.sign and token.kind == "n" and len(token.text) == 4
    return bare and token.text.isdigit() and 1900 <= figure.value < 2200


def _why_not(text: Text, figure: Figure, ledger: Ledger) -> Code:
    if figure.kind == Kind.DURATION:
        return Code.PERIOD
    if figure.kind == Kind.RANK:
        return Code.RANK
    if any(is_cut_off(known.value, figure) for known in ledger.candidates(figure)):
        return Code.ROUNDING
    percents = (known.value / 100 for known in ledger.numbers if known.unit in PERCENTS)
    if any(rounds_to(value, figure) for value in (*(known.value for known in ledger.numbers), *percents)):
        return Code.UNIT
    return Code.DATE if _is_year(text, figure) else Code.NUMBER


def _counts_that(text: Text, figure: Figure, known: Known) -> bool:
    """A count of funds is no count of goals: the noun behind the figure must not contradict the fact's."""
    said, counted = _nouns_behind(text, figure), nouns_of(known)
    if not said or figure.kind == Kind.TIMES:
        return True
    if known.unit == "units":
        return "unit" in said
    if known.unit in ("rank", "nav"):
        return False
    return not counted or not said.isdisjoint(counted)


def _nouns_behind(text: Text, figure: Figure) -> set[str]:
    found: set[str] = set()
    for at in range(figure.end, min(figure.end + NOUN_REACH, len(text.tokens))):
        if text.tokens[at].kind in "ns" and text.tokens[at].text not in "-*'":
            break
        noun = tables().nouns.match(text.tokens, at)
        if noun is not None:
            found.add(noun[1])
    return found


def _compared(text: Text, figure: Figure) -> bool:
    return direction_of(text, [figure], 0, comparisons_only=True) != 0


def _signed_right(text: Text, figures: Sequence[Figure], index: int, known: Known) -> bool:
    """Whether a count has the sign of its fact: 2 transactions are never -2, and -2 says so by its sign or as less."""
    figure = figures[index]
    if known.value >= 0 or figure.value == 0:
        return figure.sign >= 0
    return figure.sign < 0 or (figure.sign == 0 and direction_of(text, figures, index) == DOWN)


def _agrees(text: Text, figure: Figure, told: int, known: Known) -> bool:
    """Whether a written sign and a told direction fit the fact's own sign, as far as it is printed.

    A shortfall of 500 may be told as "500 short" and as "-500"; a fact below zero must be told as such, and one
    that prints as zero has no sign.
    """
    if figure.value == 0:
        return True
    own, sign = 1 if known.value > 0 else -1, figure.sign
    if known.is_downward:
        return told in (0, -own) and sign in (0, -own, -1)
    if sign:
        # "a gain of -₹ 4,200" is clumsy and true; "a loss of +₹ 4,200" is neither.
        return sign == own and (own < 0 or told != DOWN)
    if told:
        return told == own
    return own > 0 or leans(text, text.tokens[figure.first].sentence) == DOWN
