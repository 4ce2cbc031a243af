"""A statement after reading: lines that can be imported, and lines that cannot, each with the reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction. ``amount`` (rupees) and ``units`` are magnitudes; ``kind`` says which way they go.

    ``folio`` is the number itself: it is personal data and goes no further than ``numbering``.
    """

    row: int
    amc: str
    folio: str
    isin: str
    day: date
    kind: str
    amount: Decimal | None
    units: Decimal | None
    nav: Decimal | None = None
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Rows that are not imported: ``rows`` of them, the first is ``row``; ``reason`` is a key of reasons.toml."""

    row: int
    reason: str
    rows: int = 1
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """One scheme of one folio as a statement shows it: its lines, what it began with and what it ended with."""

    amc: str
    folio: str
    isin: str
    scheme: str
    opening: Decimal
    closing: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A consolidated account statement. ``notices`` counts rows that move neither money nor units."""

    issuer: str
    period: tuple[date, date]
    holdings: tuple[Holding, ...]
    rejected: tuple[Rejected, ...] = ()
    notices: int = 0
    warnings: Mapping[str, int] = field(default_factory=dict)


class NotAStatement(ValueError):
    """The file is not what it should be; ``reason`` is a key of reasons.toml, ``names`` are names of our own."""

    def __init__(self, reason: str, names: Iterable[str] = ()) -> None:
        super().__init__(reason)
        self.reason, self.names = reason, tuple(names)
