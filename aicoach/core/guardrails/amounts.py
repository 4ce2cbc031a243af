"""Reads amounts out of tokens: digits, number words and scales of three languages, with their precision."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

from aicoach.core.guardrails.lexicon import decimals, words
from aicoach.core.guardrails.text import Token

_GROUPED: Final = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3})?(?:\.\d+)?")
_LEADING: Final = re.compile(r"0\d")
ONE: Final = Decimal(1)
TENTH: Final = Decimal("0.1")
LAKH: Final = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Amount:
    """``value`` as printed; ``quantum`` is the worth of its last digit; ``end`` the token behind it.

    ``scale`` is what it was told in when that is lakh, crore or more, else 1.
    """

    value: Decimal
    quantum: Decimal
    end: int
    scale: Decimal = ONE
    in_words: bool = False
    wellformed: bool = True


@dataclass(frozen=True)
class _Words:
    numbers: dict[str, Decimal]
    scales: dict[str, Decimal]
    halves: dict[str, Decimal]
    fixed: dict[str, Decimal]
    point: frozenset[str]
    joins: frozenset[str]
    articles: frozenset[str]
    classifiers: tuple[str, ...]

    @cached_property
    def openers(self) -> frozenset[str]:
        """Words that may begin an amount."""
        return frozenset({*self.numbers, *self.halves, *self.fixed, *self.articles})


@lru_cache(maxsize=1)
def _words() -> _Words:
    classifiers = sorted(words("grammar", "classifier"), key=len, reverse=True)
    return _Words(
        decimals("numbers"),
        decimals("scales"),
        decimals("halves"),
        decimals("fixed"),
        words("grammar", "point"),
        words("grammar", "joins"),
        words("grammar", "articles"),
        tuple(classifiers),
    )


def bare_number(word: str) -> str:
    """A number word without a Bengali classifier: তিনটি is তিন."""
    if word in _words().numbers or not "\u0980" <= word[:1] <= "\u09ff":
        return word
    return next((word.removesuffix(end) for end in _words().classifiers if word.endswith(end)), word)


def is_number_word(token: Token) -> bool:
    """True for a word that is a numeral by itself."""
    return token.kind == "w" and bare_number(token.text) in _words().numbers


def is_scale(token: Token) -> bool:
    """True for lakh, crore, thousand and their like, abbreviated too."""
    return token.kind == "w" and token.text in _words().scales


class _Reader:
    """Adds up one amount from left to right: ``current`` is not yet scaled, ``total`` is."""

    def __init__(self, tokens: Sequence[Token], at: int) -> None:
        self.tokens, self.at = tokens, at
        self.total, self.current = Decimal(0), None
        self.quantum, self.last_scale = ONE, Decimal("Infinity")
        self.scaled = self.in_words = self.closed = False
        self.wellformed, self.scale = True, ONE

    current: Decimal | None

    def read(self) -> Amount | None:
        start = self.at
        while self.at < len(self.tokens) and not self.closed and self._step():
            pass
        if self.at == start:
            return None
        value = self.total + (self.current or 0)
        return Amount(value, self.quantum, self.at, self.scale, self.in_words, self.wellformed)

    def _step(self) -> bool:
        token, table = self.tokens[self.at], _words()
        if token.kind == "n":
            return self._digits(token)
        if token.kind == "s":
            return self._hyphen(token)
        if token.text in table.scales:
            return self._scale(token, table.scales[token.text])
        return self._word(token)

    def _word(self, token: Token) -> bool:
        table = _words()
        if token.text in table.point:
            return self._point()
        if token.text in table.halves:
            return self._half(table.halves[token.text])
        if token.text in table.articles or token.text in table.joins:
            return self._joint(token)
        word = bare_number(token.text)
        self.closed = word != token.text
        if word in table.numbers:
            return self._whole(table.numbers[word], ONE)
        return token.text in table.fixed and self._whole(table.fixed[token.text], TENTH)

    def _peek(self, ahead: int = 1) -> Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def _digits(self, token: Token) -> bool:
        following = self._peek()
        if self.current is not None or self.in_words:
            return False
        # "12 lakh 34 thousand" goes on, "5 lakh 2 funds" does not.
        if self.scaled and not (
            following and is_scale(following) and _words().scales[following.text] < self.last_scale
        ):
            return False
        whole, _, fraction = token.text.partition(".")
        self.wellformed = self.wellformed and bool(_GROUPED.fullmatch(token.text)) and not _LEADING.match(whole)
        self.current, self.quantum = Decimal(token.text.replace(",", "")), ONE.scaleb(-len(fraction))
        self.at += 1
        return True

    def _hyphen(self, token: Token) -> bool:
        following = self._peek()
        joined = token.text == "-" and self.in_words and self.current is not None and following is not None
        if not joined or following is None or not is_number_word(following):
            return False
        self.at += 1
        return True

    def _whole(self, value: Decimal, quantum: Decimal) -> bool:
        if self.current is not None:
            base = self.current % 100
            fits = self.in_words and ((base == 0 and value < 100) or (base >= 20 and base % 10 == 0 and 0 < value < 10))
            if not fits or self.current == 0:
                return False
            value += self.current
        elif self.scaled and not self.in_words:
            return False
        self.current, self.quantum, self.in_words = value, quantum, True
        self.at += 1
        return True

    def _half(self, extra: Decimal) -> bool:
        following = self._peek()
        if self.current is not None or following is None:
            return False
        if is_number_word(following):
            base, used = _words().numbers[bare_number(following.text)], 2
        elif is_scale(following):
            base, used = ONE, 1
        else:
            return False
        self.current, self.quantum, self.in_words = base + extra, Decimal("0.01"), True
        self.at += used
        return True

    def _scale(self, token: Token, scale: Decimal) -> bool:
        if (self.current is None and not self.scaled) or not self._is_scale_here(token):
            return False
        if scale == 100:
            if self.current is None:
                return False
            self.current, self.quantum = self.current * 100, self.quantum * 100
        elif self.current is None:
            self.total, self.quantum = self.total * scale, self.quantum * scale
        else:
            self.total, self.quantum = self.total + self.current * scale, self.quantum * scale
            self.current = None
        self.scaled, self.last_scale = True, scale
        self.scale = scale if scale >= LAKH else self.scale
        self.at += 1
        return True

    def _is_scale_here(self, token: Token) -> bool:
        """A short abbreviation is a scale only behind digits, a single letter only when it touches them: 5k, 12L."""
        if len(token.text) > 2 or not token.text.isascii():
            return True
        previous = self.tokens[self.at - 1]
        return previous.kind == "n" and (len(token.text) == 2 or previous.end == token.start)

    def _point(self) -> bool:
        value, quantum, at = self.current, ONE, self.at + 1
        while value is not None and at < len(self.tokens) and is_number_word(self.tokens[at]):
            digit = _words().numbers[bare_number(self.tokens[at].text)]
            quantum /= 10 if digit < 10 else 100
            value, at = value + digit * quantum, at + 1
        if value is None or at == self.at + 1:
            return False
        self.current, self.quantum, self.at, self.in_words = value, quantum, at, True
        return True

    def _joint(self, token: Token) -> bool:
        following = self._peek()
        if following is None:
            return False
        if token.text in _words().articles:
            if self.current is not None or self.scaled or not is_scale(following) or len(following.text) < 3:
                return False
            self.current = ONE
        elif not (self.in_words and self.scaled and is_number_word(following)):
            return False
        self.at += 1
        return True


def may_begin(word: str) -> bool:
    """Whether an amount may begin with ``word``."""
    table = _words()
    return word in table.openers or bare_number(word) in table.numbers


def read_amount(tokens: Sequence[Token], at: int) -> Amount | None:
    """The amount that starts at token ``at``, or None: "12,34,567", "twelve lakh", "साढ़े तीन", "a crore"."""
    token = tokens[at]
    if token.kind == "n":
        table = _words()
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        longer = following in table.scales or following in table.point
        return _Reader(tokens, at).read() if longer else _digits_alone(token, at)
    return _Reader(tokens, at).read() if may_begin(token.text) else None


def _digits_alone(token: Token, at: int) -> Amount:
    """The common case, without the reader: digits and nothing that scales them."""
    whole, _, fraction = token.text.partition(".")
    wellformed = bool(_GROUPED.fullmatch(token.text)) and not _LEADING.match(whole)
    return Amount(Decimal(token.text.replace(",", "")), ONE.scaleb(-len(fraction)), at + 1, wellformed=wellformed)
