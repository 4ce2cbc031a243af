"""Finds dates, months, years, weekdays and periods without a figure, and holds them to the facts' dates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from aicoach.core.guardrails import lexicon
from aicoach.core.guardrails.figure import Figure, Kind
from aicoach.core.guardrails.lexicon import Phrases
from aicoach.core.guardrails.text import Text, Token
from aicoach.core.guardrails.violations import Code, Violation

_NUMERIC: Final = re.compile(
    r"(?<![\d.,/-])(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})([/.-])(?P<m2>\d{1,2})\5(?P<y2>\d{4}|\d\d))"
    r"(?![\d/-]|\.\d)"
)
_YEAR: Final = re.compile(r"(?:19|20|21)\d\d")
_DAY: Final = re.compile(r"0?[1-9]|[12]\d|3[01]")
ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Said:
    """A date as far as it was told, with the tokens that tell it."""

    first: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def fits(self, known: date) -> bool:
        """True when every part that was told is the known date's."""
        parts = ((self.year, known.year), (self.month, known.month), (self.day, known.day))
        return self.weekday in (None, known.weekday()) and all(said in (None, real) for said, real in parts)


@dataclass(frozen=True, slots=True)
class _Tables:
    names: Phrases[tuple[bool, int]]
    ambiguous: frozenset[str]
    cues: frozenset[str]
    suffixes: frozenset[str]
    durations: Phrases[str]
    periods: Phrases[str]
    spans: frozenset[str]
    ago: Phrases[str]
    articles: frozenset[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    def ordered(key: str) -> Iterator[tuple[str, tuple[bool, int]]]:
        for table in lexicon.tables():
            for index, spellings in enumerate(table["dates"][key]):
                yield from ((word, (key == "months", index)) for word in spellings)

    return _Tables(
        Phrases([*ordered("months"), *ordered("weekdays")]),
        lexicon.words("dates", "ambiguous"),
        lexicon.words("dates", "month_cues"),
        lexicon.words("grammar", "ordinal_suffix"),
        lexicon.groups("durations"),
        lexicon.phrases("periods", "one_of", "days"),
        lexicon.words("periods", "spans"),
        lexicon.phrases("periods", "ago"),
        lexicon.words("grammar", "articles"),
    )


def find_dates(text: Text) -> list[Said]:
    """Every date of ``text``, by its tokens."""
    return [*_numeric(text), *_named(text)]


def _numeric(text: Text) -> Iterator[Said]:
    starts = {token.start: index for index, token in enumerate(text.tokens)}
    for match in _NUMERIC.finditer(text.norm):
        if match.start() not in starts:
            continue
        first = starts[match.start()]
        end = first
        while end < len(text.tokens) and text.tokens[end].start < match.end():
            end += 1
        told = match["y"] or match["y2"]
        year = int(told) + (2000 if len(told) == 2 else 0)
        yield Said(first, end, year, int(match["m"] or match["m2"]), int(match["d"] or match["d2"]))


def _named(text: Text) -> Iterator[Said]:
    table, tokens = _tables(), text.tokens
    for at in table.names.starts(text):
        found = table.names.match(tokens, at) if tokens[at].kind == "w" else None
        if found is None:
            continue
        end, (is_month, index) = found
        said = _around_month(text, at, index + 1) if is_month else Said(at, end, weekday=index)
        if said is not None:
            yield said


def _around_month(text: Text, at: int, month: int) -> Said | None:
    tokens = text.tokens
    first, day = _day_before(tokens, at)
    end, year = at + 1, None
    if day is None:
        end, day = _day_after(tokens, end)
    end, year = _year_after(tokens, end)
    if day is None and year is None and not _stands_alone(text, at):
        return None
    return Said(first, end, year, month, day)


def _day_before(tokens: Sequence[Token], at: int) -> tuple[int, int | None]:
    table, back = _tables(), at - 1
    while (
        back >= 0 and at - back <= 3 and (tokens[back].text in ("-", "/", "of") or tokens[back].text in table.suffixes)
    ):
        back -= 1
    if back >= 0 and tokens[back].kind == "n" and _DAY.fullmatch(tokens[back].text):
        return back, int(tokens[back].text)
    return at, None


def _day_after(tokens: Sequence[Token], at: int) -> tuple[int, int | None]:
    """ "November 20, 2026" and "Nov 20th"; a number with a unit behind it is no day."""
    start = at + 1 if at < len(tokens) and tokens[at].text in ".॰" else at
    if start >= len(tokens) or not _DAY.fullmatch(tokens[start].text):
        return at, None
    end = start + 1
    if end < len(tokens) and tokens[end].text in _tables().suffixes and tokens[end].start == tokens[start].end:
        end += 1
    following = tokens[end].text if end < len(tokens) else "."
    return (
        (end, int(tokens[start].text))
        if following in (",", ".", ";", ")", "(", "*") or end > start + 1 or _plain_word(tokens[end])
        else (at, None)
    )


def _plain_word(token: Token) -> bool:
    return token.kind == "w" and token.text not in lexicon.words("units", "percent")


def _year_after(tokens: Sequence[Token], at: int) -> tuple[int, int | None]:
    start = at
    while start < len(tokens) and start - at < 2 and tokens[start].text in (",", "-", "/", ".", "॰", "'", "of"):
        start += 1
    if start < len(tokens) and _YEAR.fullmatch(tokens[start].text):
        return start + 1, int(tokens[start].text)
    short = start > at and tokens[start - 1].text == "'" and start < len(tokens) and len(tokens[start].text) == 2
    if short and tokens[start].text.isdigit():
        return start + 1, 2000 + int(tokens[start].text)
    return at, None


def _stands_alone(text: Text, at: int) -> bool:
    token = text.tokens[at]
    if token.text not in _tables().ambiguous:
        return not token.text.isascii() or token.capital
    before = text.tokens[at - 1].text if at else ""
    return token.capital and before in _tables().cues


def check_dates(text: Text, said: Sequence[Said], known: frozenset[date]) -> Iterator[Violation]:
    """Refuse every date, as far as it was told, that is no fact's."""
    for one in said:
        if not any(one.fits(day) for day in known):
            yield text.at(Code.DATE, text.tokens[one.first], text.tokens[one.end - 1])


def find_periods(text: Text, figures: Sequence[Figure]) -> Iterator[Figure | Violation]:
    """Periods told without a figure: "last month" and "in a year" are one; "yesterday" is nobody's fact."""
    table, tokens = _tables(), text.tokens
    taken = {index for figure in figures for index in range(figure.first, figure.end)}
    openers = {*table.periods.starts(text), *(at for word in table.articles for at in text.places.get(word, ()))}
    for at in sorted(openers - taken):
        token = tokens[at]
        if token.kind != "w":
            continue
        period = table.periods.match(tokens, at)
        if period is not None and period[1] == "days":
            yield text.at(Code.PERIOD, token, tokens[period[0] - 1])
            continue
        start = period[0] if period is not None else _after_article(tokens, at)
        duration = table.durations.match(tokens, start) if start is not None else None
        if duration is not None and start not in taken:
            yield Figure(at, duration[0], ONE, ONE, Kind.DURATION, duration[1], number_at=at)


def _after_article(tokens: Sequence[Token], at: int) -> int | None:
    """Where "a year" goes on when it is a period ("in a year", "a year ago") and no rate ("12% a year")."""
    table = _tables()
    if tokens[at].text not in table.articles:
        return None
    duration = table.durations.match(tokens, at + 1)
    if duration is None:
        return None
    before = tokens[at - 1].text if at else ""
    after = table.ago.match(tokens, duration[0])
    return at + 1 if before in table.spans or after is not None else None
