"""Finds every figure in a text: what it counts, how exactly, and which way it points."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails.amounts import Amount, bare_number, may_begin, read_amount
from aicoach.core.guardrails.figure import ONE, Figure, Kind
from aicoach.core.guardrails.figure_words import tables
from aicoach.core.guardrails.text import Text, Token

#: How far before a figure the word "rank" still speaks of it.
RANK_REACH: Final = 7
_DASHES: Final = frozenset("-–—")


def _begins(token: Token) -> bool:
    return token.kind == "n" or (token.kind == "w" and _word_begins(token.text))


@lru_cache(maxsize=4096)
def _word_begins(word: str) -> bool:
    """Whether a figure may begin with ``word``: with most words none does."""
    table = tables()
    return word in table.ordinals or word in table.firsts or table.told.opens(word) or may_begin(word)


class _Finder:
    def __init__(self, text: Text, taken: frozenset[int]) -> None:
        self.text, self.tokens, self.taken = text, text.tokens, taken
        self.table = tables()

    def find(self) -> Iterator[Figure]:
        behind = 0
        for at in self._starts():
            if at < behind or at in self.taken:
                continue
            figure = self._figure(at)
            if figure is not None:
                yield figure
                behind = figure.end

    def _starts(self) -> list[int]:
        """At which tokens a figure may begin."""
        found = self.text.places.values()
        return sorted(at for places in found if _begins(self.tokens[places[0]]) for at in places)

    def _figure(self, at: int) -> Figure | None:
        token = self.tokens[at]
        if token.kind == "w":
            told = self._told(at, token)
            if told is not None:
                return told
        amount = read_amount(self.tokens, at)
        if amount is None or (self._is_weak(token) and not self._is_numeral(amount)):
            return None
        return self._with_unit(at, amount)

    def _told(self, at: int, token: Token) -> Figure | None:
        """A share, a multiple, an ordinal or a vague amount."""
        found = self.table.told.match(self.tokens, at)
        if found is not None:
            end, (kind, value, quantum) = found
            return Figure(at, end, value, quantum, kind, number_at=at)
        if token.text in self.table.ordinals:
            rank = Decimal(self.table.ordinals[token.text])
            return Figure(at, at + 1, rank, ONE, Kind.RANK, number_at=at)
        if token.text in self.table.firsts and self._beside_rank_cue(at):
            return Figure(at, at + 1, ONE, ONE, Kind.RANK, number_at=at)
        return None

    def _beside_rank_cue(self, at: int) -> bool:
        near = self.tokens[max(0, at - 2) : at + 3]
        return any(token.text in self.table.rank_cues for token in near)

    def _is_weak(self, token: Token) -> bool:
        return token.kind == "w" and bare_number(token.text) in self.table.weak

    def _is_numeral(self, amount: Amount) -> bool:
        """Whether a word such as "one" counts here: before a unit or, in English, before a counted noun."""
        at = self._skip_hyphen(amount.end)
        unit = self.table.units.match(self.tokens, at)
        if amount.scale > 1 or amount.value > 99 or amount.value != amount.value.to_integral_value():
            return True
        if unit is not None:
            return unit[1][0] not in (Kind.TIMES, Kind.POINTS)
        token = self.tokens[amount.end - 1]
        if bare_number(token.text) != token.text and amount.value > 1:
            return True
        return token.text.isascii() and self.table.nouns.match(self.tokens, at) is not None

    def _skip_hyphen(self, at: int) -> int:
        """Past a hyphen that joins a number to its unit, as in "3-year"."""
        joined = at + 1 < len(self.tokens) and self.tokens[at].text in _DASHES
        if not joined or self.tokens[at].start != self.tokens[at - 1].end:
            return at
        return at + 1 if self.tokens[at + 1].start == self.tokens[at].end else at

    def _with_unit(self, at: int, amount: Amount) -> Figure:
        first, currency, sign = self._before(at)
        end = amount.end
        if end < len(self.tokens) and self.tokens[end].text in self.table.classifiers:
            end += 1
        unit = self.table.units.match(self.tokens, self._skip_hyphen(end))
        kind, name = (Kind.PLAIN, "") if unit is None else unit[1]
        figure = Figure(first, end, amount.value, amount.quantum, kind, name, sign, amount.scale, at)
        if not amount.wellformed or self._is_tail(at) or (unit is None and self._is_glued(end)):
            return replace(figure, kind=Kind.BROKEN)
        named = self.tokens[first].kind == "w" and len(self.tokens[first].text) > 3
        if currency and named and unit is not None and kind != Kind.MONEY:
            # "আপনার টাকা ১২.৩৫% বেড়েছে": the word belongs to the sentence, not to the figure.
            first, currency, figure = at, "", replace(figure, first=at)
        if currency:
            agrees = kind == Kind.PLAIN or (kind == Kind.MONEY and name == currency) or kind == Kind.DURATION
            kept = figure if kind != Kind.DURATION and unit is not None else replace(figure, end=end)
            end = unit[0] if unit is not None and kind == Kind.MONEY else end
            return replace(kept, kind=Kind.MONEY if agrees else Kind.BROKEN, unit=currency, end=end)
        if unit is None:
            return self._plain(figure)
        return _in_rupees(replace(figure, end=unit[0]))

    def _plain(self, figure: Figure) -> Figure:
        following = self.tokens[figure.end] if figure.end < len(self.tokens) else None
        glued = following is not None and following.start == self.tokens[figure.end - 1].end
        if following is not None and glued and following.text in self.table.suffixes:
            return replace(figure, kind=Kind.RANK, end=figure.end + 1)
        before = self.tokens[max(0, figure.first - 2) : figure.first]
        ranked = any(token.text in self.table.rank_cues or token.text == "#" for token in before)
        return replace(figure, kind=Kind.RANK) if ranked or self._follows_rank(figure.first) else figure

    def _follows_rank(self, at: int) -> bool:
        """ "Its rank in the category is 2": a rank was announced, and no other figure came between."""
        for token in reversed(self.tokens[max(0, at - RANK_REACH) : at]):
            if token.kind == "n" or token.text in ".,;:" or token.sentence != self.tokens[at].sentence:
                return False
            if token.text in self.table.rank_words:
                return True
        return False

    def _is_glued(self, end: int) -> bool:
        """Digits that run on into Latin letters ("12abc") are no number anyone computed."""
        after = self.tokens[end] if end < len(self.tokens) else None
        glued = after is not None and after.kind == "w" and after.start == self.tokens[end - 1].end
        return glued and after is not None and after.text.isascii() and after.text not in self.table.suffixes

    def _is_tail(self, at: int) -> bool:
        """Digits that letters run into: "b3st", "FY26"."""
        before = self.tokens[at - 1] if at else None
        glued = before is not None and before.kind == "w" and before.end == self.tokens[at].start
        return glued and before is not None and before.text.isascii() and before.text not in ("rs", "inr", "usd")

    def _before(self, at: int) -> tuple[int, str, int]:
        """Where the figure begins, its currency and its sign."""
        first, sign = self._signed(at)
        currency, first = self._currency(first)
        if currency and not sign:
            first, sign = self._signed(first)
        return first, currency, sign

    def _signed(self, at: int) -> tuple[int, int]:
        if at == 0:
            return at, 0
        token = self.tokens[at - 1]
        if token.text in self.table.minus or token.text in self.table.plus:
            return at - 1, -1 if token.text in self.table.minus else 1
        if token.text not in "+-–" or token.end != self.tokens[at].start:
            return at, 0
        before = self.text.norm[token.start - 1 : token.start]
        # Between two words or numbers a dash joins; after a space, a bracket or a currency it is a sign.
        if before and (before.isalnum() or before in "%)/.,"):
            return at, 0
        return at - 1, 1 if token.text == "+" else -1

    def _currency(self, at: int) -> tuple[str, int]:
        for back in (1, 2):
            if at - back < 0:
                break
            found = self.table.currencies.match(self.tokens, at - back)
            if found is not None and found[0] >= at and not found[1].endswith("paise"):
                # "US$" is one currency, not two.
                wide = at - back > 0 and self.tokens[at - back - 1].text == "us"
                return found[1], at - back - (1 if wide else 0)
            dotted = back == 2 and self.tokens[at - 1].text == "."
            if found is not None and dotted and found[0] == at - 1 and self.tokens[at - 2].text in ("rs", "रु"):
                return found[1], at - back
        return "", at


def _in_rupees(figure: Figure) -> Figure:
    if not figure.unit.endswith("_paise"):
        return figure
    hundredth = Decimal("0.01")
    return replace(figure, unit=figure.unit[:3], value=figure.value * hundredth, quantum=figure.quantum * hundredth)


def find_figures(text: Text, taken: frozenset[int] = frozenset()) -> list[Figure]:
    """Every figure of ``text`` outside the ``taken`` tokens (those of dates); "2 years 3 months" is one."""
    found = list(_Finder(text, taken).find())
    _share_units(found, text.tokens)
    return list(_join_durations(found, text.tokens))


def _share_units(found: list[Figure], tokens: Sequence[Token]) -> None:
    """In "10-12%" and "from 10 to 12 lakh" the unit belongs to both figures."""
    ranges = tables().ranges | _DASHES
    for index in range(len(found) - 2, -1, -1):
        left, right = found[index], found[index + 1]
        between = tokens[left.end : right.first]
        wanting = left.kind == Kind.PLAIN and (right.kind != Kind.PLAIN or right.large)
        if wanting and len(between) == 1 and between[0].text in ranges:
            factor = ONE if left.large else right.scale
            found[index] = replace(
                left, kind=right.kind, unit=right.unit, value=left.value * factor, quantum=left.quantum * factor
            )


def _join_durations(found: Sequence[Figure], tokens: Sequence[Token]) -> Iterator[Figure]:
    """ "2 years 3 months" is one figure of 27 months."""
    index = 0
    while index < len(found):
        figure = found[index]
        if index + 1 < len(found) and figure.kind == Kind.DURATION and figure.unit == "year":
            following = found[index + 1]
            between = {token.text for token in tokens[figure.end : following.first]}
            if following.kind == Kind.DURATION and following.unit == "month" and between <= {"and", ",", "और", "ও"}:
                months = figure.value * 12 + following.value
                yield replace(following, first=figure.first, value=months, number_at=figure.number_at)
                index += 2
                continue
        yield figure
        index += 1
