"""Reads AMFI's NAVAll text by the names in its header, never by position: its columns have changed before."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

_CODE: Final = "scheme code"
_FIRST_ISIN: Final = "isin div payout/ isin growth"
_SECOND_ISIN: Final = "isin div reinvestment"
_NAME: Final = "scheme name"
_PLAN: Final = "plan"
_OPTION: Final = "option"
_NAV: Final = "net asset value"
_DATE: Final = "date"
_BEFORE_AUGUST_2026: Final = frozenset({_CODE, _FIRST_ISIN, _SECOND_ISIN, _NAME, _NAV, _DATE})
_LAYOUTS: Final = (_BEFORE_AUGUST_2026, _BEFORE_AUGUST_2026 | {_PLAN, _OPTION})

_ISIN: Final = re.compile(r"INF[0-9A-Z]{8}[0-9]")
_SCHEME_CODE: Final = re.compile(r"[0-9]{1,9}")
_FIGURE: Final = re.compile(r"(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{2,3}){1,4})(?:\.[0-9]{1,10})?")
_DAY: Final = re.compile(r"([0-9]{2})-([A-Za-z]{3})-([0-9]{4})")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SECTION: Final = re.compile(r"(?:open ended|close ended|interval fund)[^(]*(?:\((.*)\))?", re.IGNORECASE)
_ABSENT: Final = frozenset({"", "-", "n.a.", "n.a", "na"})
_PLAN_WORD: Final = re.compile(r"\b(direct|regular)\b", re.IGNORECASE)
_GROWTH: Final = re.compile(r"\bgrowth\b", re.IGNORECASE)
_INCOME: Final = re.compile(r"\b(?:idcw|dividend|income distribution)\b", re.IGNORECASE)
_REINVESTED: Final = re.compile(r"\bre-?\s?invest", re.IGNORECASE)
_PAID_OUT: Final = re.compile(r"\bpay-?\s?out", re.IGNORECASE)


class UnknownLayout(ValueError):
    """The text does not begin with a header of a known layout: nothing of it may be trusted."""


@dataclass(frozen=True, slots=True)
class NavRow:
    """One NAV of one plan and option, in rupees a unit.

    ``plan`` is direct or regular, ``option`` growth, idcw, idcw_payout or idcw_reinvestment; None: not said.
    ``asset_class`` and ``category`` are hints from the section's old name; never a key.
    """

    isin: str
    amfi_code: str
    name: str
    amc: str
    plan: str | None
    option: str | None
    nav: Decimal
    date: dt.date
    asset_class: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that gave no row: its number, from 1, and why.

    Reasons: ``columns, scheme_code, name, no_isin, isin, no_nav, nav, date, duplicate``.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class NavFile:
    """What a file says. One ISIN has one row, that of the latest day; how old it is, is for each row to say."""

    rows: tuple[NavRow, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """Whose schemes the next lines are."""

    amc: str = ""
    asset_class: str | None = None
    category: str | None = None

    def followed_by(self, heading: str) -> "_Section":
        """The section that a line without columns begins: a kind of scheme, or a fund house."""
        kind = _SECTION.fullmatch(heading)
        if kind is None:
            return replace(self, amc=heading)
        asset_class, _, category = (kind[1] or "").partition(" - ")
        named = asset_class.removesuffix("Scheme").strip().lower()
        return _Section("", named if named in ("equity", "debt", "hybrid") else None, category.strip() or None)


def parse_navall(text: str) -> NavFile:
    """The rows of a NAVAll file, in the layout before August 2026 (6 columns) or since (8: Plan and Option).

    Columns may come in any order. Raises UnknownLayout when the first line with columns is not a known header.
    """
    numbered = _lines(text)
    columns = _header(numbered)
    section = _Section()
    rows: dict[str, tuple[int, NavRow]] = {}
    rejected: list[Rejected] = []
    for number, line in numbered:
        if ";" not in line:
            section = section.followed_by(" ".join(line.split()))
            continue
        try:
            found = _rows(_cells(line, columns), section)
        except _Refused as refusal:
            rejected.append(Rejected(number, str(refusal)))
            continue
        for row in found:
            _keep(rows, rejected, number, row)
    return NavFile(tuple(row for _, row in rows.values()), tuple(sorted(rejected, key=lambda line: line.line)))


class _Refused(Exception):
    """A line cannot be used; the text is the reason."""


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, numbered from 1. Only CR and LF end a line: a name may hold any other character."""
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if stripped := line.strip():
            yield number, stripped


def _header(lines: Iterator[tuple[int, str]]) -> Mapping[str, int]:
    """Where each column is; consumes the lines up to the header."""
    first = next((line for _, line in lines if ";" in line), "")
    names = [" ".join(name.split()).lower() for name in first.rstrip(";").split(";")]
    if len(set(names)) != len(names) or frozenset(names) not in _LAYOUTS:
        raise UnknownLayout("the header of this NAV file is of no known layout")
    return {name: index for index, name in enumerate(names)}


def _cells(line: str, columns: Mapping[str, int]) -> Mapping[str, str]:
    cells = [cell.strip() for cell in line.split(";")]
    if len(cells) == len(columns) + 1 and not cells[-1]:
        cells.pop()
    if len(cells) != len(columns):
        raise _Refused("columns")
    return {name: cells[index] for name, index in columns.items()}


def _rows(cells: Mapping[str, str], section: _Section) -> list[NavRow]:
    """One row for each ISIN of a line; raises _Refused."""
    code, name = cells[_CODE], " ".join(cells[_NAME].split())
    if _SCHEME_CODE.fullmatch(code) is None:
        raise _Refused("scheme_code")
    if not name:
        raise _Refused("name")
    isins = [isin.upper() for isin in (cells[_FIRST_ISIN], cells[_SECOND_ISIN]) if isin.lower() not in _ABSENT]
    if not isins:
        raise _Refused("no_isin")
    if any(_ISIN.fullmatch(isin) is None for isin in isins):
        raise _Refused("isin")
    nav, day = _nav(cells[_NAV]), _day(cells[_DATE])
    plan, option = _plan(cells.get(_PLAN) or name), _option(cells.get(_OPTION) or name)
    options = [option] if len(isins) == 1 else ["idcw_payout", "idcw_reinvestment"]
    return [
        NavRow(isin, code, name, section.amc, plan, option, nav, day, section.asset_class, section.category)
        for isin, option in zip(isins, options, strict=True)
    ]


def _keep(rows: dict[str, tuple[int, NavRow]], rejected: list[Rejected], number: int, row: NavRow) -> None:
    """Of two lines with one ISIN the later day counts, then the earlier line: reading twice gives the same."""
    known = rows.get(row.isin)
    if known is not None and known[1].date >= row.date:
        rejected.append(Rejected(number, "duplicate"))
        return
    if known is not None:
        rejected.append(Rejected(known[0], "duplicate"))
    rows[row.isin] = (number, row)


def _nav(text: str) -> Decimal:
    if text.lower() in _ABSENT:
        raise _Refused("no_nav")
    if _FIGURE.fullmatch(text) is None:
        raise _Refused("nav")
    nav = Decimal(text.replace(",", ""))
    if not nav:
        # A segregated portfolio that was written off: a price of nothing is no price.
        raise _Refused("no_nav")
    return nav


@lru_cache(maxsize=4096)
def _day(text: str) -> dt.date:
    """DD-Mon-YYYY, whatever the language of this machine."""
    written = _DAY.fullmatch(text)
    if written is None:
        raise _Refused("date")
    try:
        return dt.date(int(written[3]), _MONTHS.index(written[2].lower()) + 1, int(written[1]))
    except ValueError as error:
        raise _Refused("date") from error


def _plan(words: str) -> str | None:
    """The last of the two words counts: a scheme may have one of them in its own name."""
    said = _PLAN_WORD.findall(words)
    return said[-1].lower() if said else None


def _option(words: str) -> str | None:
    """Spellings vary (``Growth Option``, ``IDCW-Re-investment``): the words decide, not the phrase."""
    if _INCOME.search(words):
        if _REINVESTED.search(words):
            return "idcw" if _PAID_OUT.search(words) else "idcw_reinvestment"
        return "idcw_payout" if _PAID_OUT.search(words) else "idcw"
    return "growth" if _GROWTH.search(words) else None
