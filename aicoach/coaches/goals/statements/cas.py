"""A consolidated account statement of CAMS or KFintech, in the JSON that casparser 1.4 makes of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from aicoach.coaches.goals.statements.cas_model import Cas, CasFolio, CasScheme, CasTransaction
from aicoach.coaches.goals.statements.fields import read_amc, read_date, read_folio, read_isin
from aicoach.coaches.goals.statements.judge import magnitude, refusal, units_moved
from aicoach.coaches.goals.statements.model import Holding, Line, NotAStatement, Rejected, Statement
from aicoach.coaches.goals.thresholds import THRESHOLDS

Rows = Sequence[tuple[int, CasTransaction]]


def read_cas(data: Any) -> Statement:
    """A detailed statement; raises NotAStatement, also for summaries.

    A scheme that does not add up is rejected whole: a sum over a part of its rows would be a wrong number.
    """
    try:
        cas = Cas.model_validate(data)
    except ValidationError:
        # Its text repeats the input.
        raise NotAStatement("not_a_statement") from None
    if cas.cas_type == "SUMMARY":
        raise NotAStatement("summary_only")
    start, end = read_date(cas.statement_period.from_), read_date(cas.statement_period.to)
    if start is None or end is None:
        raise NotAStatement("no_period")
    return _Reading(cas).statement((start, end))


class _Unusable(Exception):
    """A scheme that cannot be imported; the message is its reason's key."""


class _Reading:
    """Goes through a statement once; transactions are numbered in its order, from 1."""

    def __init__(self, cas: Cas) -> None:
        self._cas = cas
        self._count = 0
        self._notices = 0
        self._rejected: list[Rejected] = []
        self._warnings: Counter[str] = Counter()
        self._warned = self._read_warnings()

    def statement(self, period: tuple[date, date]) -> Statement:
        holdings = tuple(self._holdings())
        return Statement(
            self._cas.file_type, period, holdings, tuple(self._rejected), self._notices, dict(self._warnings)
        )

    def _read_warnings(self) -> frozenset[str]:
        """The schemes that warnings are about, by label; a warning without one is about what could not be read."""
        labels = frozenset(scheme.label for folio in self._cas.folios for scheme in folio.schemes)
        named = [text.partition("]: ")[0] + "]" for text in self._cas.parse_warnings]
        if unplaced := sum(label not in labels for label in named):
            self._warnings["part_unreadable"] = unplaced
        return frozenset(named)

    def _holdings(self) -> Iterator[Holding]:
        for folio in self._cas.folios:
            for scheme in folio.schemes:
                rows = self._counted_rows(scheme)
                try:
                    holding = self._holding(folio, scheme, rows)
                except _Unusable as unusable:
                    first = rows[0][0] if rows else self._count
                    self._rejected.append(Rejected(first, str(unusable), len(rows), scheme.scheme))
                    continue
                if holding.lines or holding.opening:
                    yield holding

    def _counted_rows(self, scheme: CasScheme) -> Rows:
        numbered = list(enumerate(scheme.transactions, self._count + 1))
        self._count += len(numbered)
        moving = [(at, row) for at, row in numbered if not row.is_notice]
        self._notices += len(numbered) - len(moving)
        kept = without_refunds(moving)
        if len(kept) < len(moving):
            self._warnings["refunds"] += len(moving) - len(kept)
        return kept

    def _holding(self, folio: CasFolio, scheme: CasScheme, rows: Rows) -> Holding:
        amc = _needed(read_amc(folio.amc), "amc")
        number = _needed(read_folio(folio.folio), "folio")
        isin = _needed(read_isin(scheme.isin), "isin")
        if scheme.label in self._warned:
            raise _Unusable("scheme_warned")
        lines: list[Line] = []
        refused: list[Rejected] = []
        for at, row in rows:
            reason = refusal(row.kind, row.amount, row.units)
            day = read_date(row.date)
            if day is not None and reason is None:
                amounts = (magnitude(row.amount), magnitude(row.units), row.nav)
                lines.append(Line(at, amc, number, isin, day, row.kind, *amounts, scheme.scheme))
            elif row.units:
                raise _Unusable("scheme_row")
            else:
                refused.append(Rejected(at, reason or "date", scheme=scheme.scheme))
        _check_sum(scheme, lines)
        self._rejected += refused
        return Holding(amc, number, isin, scheme.scheme, scheme.open, scheme.close, tuple(lines))


def _needed(value: str | None, reason: str) -> str:
    if value is None:
        raise _Unusable(reason)
    return value


def _check_sum(scheme: CasScheme, lines: Sequence[Line]) -> None:
    """Closing units as printed, as casparser adds them, and as the coach will: all three are one number."""
    ours = scheme.open + units_moved(lines)
    if any(abs(scheme.close - other) > THRESHOLDS.unit_dust for other in (scheme.close_calculated, ours)):
        raise _Unusable("scheme_units")


def without_refunds(rows: Rows) -> Rows:
    """Without taxes that were given back (a failed instalment's stamp duty), and the rows that took them."""
    taken: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
    left_out: set[int] = set()
    for at, row in rows:
        if row.amount is None or not row.is_tax:
            continue
        same = taken[row.kind, abs(row.amount)]
        if row.amount > 0:
            same.append(at)
        elif same:
            left_out |= {at, same.pop()}
    return [(at, row) for at, row in rows if at not in left_out]
