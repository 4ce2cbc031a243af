"""What an import changed or would change, counted while it goes, in the form that pages and terminals show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from aicoach.coaches.goals.statements import Balances, FileKind, Holding, Line, Rejected, Statement
from aicoach.coaches.goals.statements.judge import units_moved
from aicoach.coaches.goals.statements.numbering import plain
from aicoach.coaches.goals.statements.words import reason, warning
from aicoach.core.model import JsonObject
from aicoach.tools.pii import redact

#: A file may be wrong in every row; nobody reads more than this, and the count is always whole.
MAX_LISTED: Final = 500
_MAX_NAME: Final = 200


@dataclass(slots=True)
class _Scheme:
    name: str = ""
    transactions: int = 0
    units: Decimal = Decimal(0)


class Report:
    """Grows with the number of schemes and folios, not of rows."""

    def __init__(self, kind: FileKind, dry_run: bool) -> None:
        self.kind, self.dry_run = kind, dry_run
        self._issuer: str | None = None
        self._holds = "transactions"
        self._period: tuple[date, date] | None = None
        self._schemes: dict[str, _Scheme] = defaultdict(_Scheme)
        self._added = self._known = self._rejected_rows = self._rejected_entries = self._alike = 0
        self._folios: set[str] = set()
        self._rejected: list[Rejected] = []
        self._warnings: dict[str, int] = {}

    def describe(self, statement: Statement) -> None:
        """Say what a statement says of itself."""
        self._issuer, self._period = statement.issuer, statement.period
        self._warnings = dict(statement.warnings) | ({"notices": statement.notices} if statement.notices else {})

    def describe_balances(self, balances: Balances) -> None:
        """Say what a depository statement says: all of it, as it has no lines."""
        self._issuer, self._period, self._holds = balances.issuer, balances.period, "balances"
        unread = {"part_unreadable": balances.unread} if balances.unread else {}
        self._warnings = {"balances_only": len(balances.held)} | unread
        for balance in balances.held:
            self._schemes[balance.isin] = _Scheme(balance.scheme, units=balance.units)

    def list_schemes(self, holdings: Sequence[Holding]) -> None:
        """List schemes that begin with units or have no transactions; their lines are counted as they come."""
        for holding in holdings:
            scheme = self._schemes[holding.isin]
            scheme.name = scheme.name or holding.scheme
            scheme.units += holding.opening

    def count(self, batch: Sequence[Line | Rejected]) -> None:
        """Count rows before they are sent."""
        for row in batch:
            if isinstance(row, Rejected):
                self._reject(row)
            else:
                self._list(row)

    def add(self, answer: JsonObject) -> None:
        """Count what the store says of a batch; in a dry run, batches know nothing of each other's folios."""
        self._added += answer["added"]
        self._known += answer["known"]
        self._folios.update(answer.get("new_folios", ()))

    def json(self) -> JsonObject:
        """The report; ``rows`` = added + known + rejected rows, among them likely duplicates. Units are text."""
        unlisted = self._rejected_entries - len(self._rejected)
        warnings = self._warnings | ({"more_rejected": unlisted} if unlisted else {})
        return {
            "file_kind": self.kind.value,
            "issuer": self._issuer,
            "holds": self._holds,
            "dry_run": self.dry_run,
            "period": _period(self._period),
            "schemes": [_scheme(isin, scheme) for isin, scheme in sorted(self._schemes.items())],
            "rows": self._added + self._known + self._rejected_rows,
            "added": self._added,
            "known": self._known,
            "folios_added": len(self._folios),
            "rejected_rows": self._rejected_rows,
            "likely_duplicates": self._alike,
            "rejected": [_rejected(row) for row in self._rejected],
            "warnings": [_warning(key, count) for key, count in warnings.items()],
        }

    def _reject(self, row: Rejected) -> None:
        self._rejected_rows += row.rows
        self._rejected_entries += 1
        self._alike += row.reason == "likely_duplicate"
        if len(self._rejected) < MAX_LISTED:
            self._rejected.append(row)

    def _list(self, line: Line) -> None:
        scheme = self._schemes[line.isin]
        scheme.name = scheme.name or line.scheme
        scheme.transactions += 1
        scheme.units += units_moved((line,))
        if self.kind is FileKind.CSV:
            first, last = self._period or (line.day, line.day)
            self._period = (min(first, line.day), max(last, line.day))


def _period(period: tuple[date, date] | None) -> JsonObject | None:
    return {"from": period[0].isoformat(), "to": period[1].isoformat()} if period else None


def _scheme(isin: str, scheme: _Scheme) -> JsonObject:
    return {
        "name": _name(scheme.name) or isin,
        "isin": isin,
        "transactions": scheme.transactions,
        "units_close": plain(scheme.units),
    }


def _warning(key: str, count: int) -> JsonObject:
    return {"code": key, "count": count, "text": warning(key, count)}


def _rejected(row: Rejected) -> JsonObject:
    named = {"scheme": _name(row.scheme)} if row.scheme else {}
    return {
        "row": row.row if row.rows else None,
        "rows": row.rows,
        "code": row.reason,
        "reason": reason(row.reason),
    } | named


def _name(text: str) -> str:
    """A name out of a file: printable, short, and without what identifies a person."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return redact(shown[:_MAX_NAME]).text
