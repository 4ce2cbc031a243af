"""The person's SIPs, as their instalments tell them: when one was due, whether it came, late or never.

A statement names no mandate, so a SIP is what ``purchase_sip`` rows of one scheme show: its day is the commonest day
of the month, all rows of a month are one instalment, and instalments are due from the first on, every month.
"""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Final

from aicoach.coaches.goals.snapshot import Snapshot, Transaction, once_per_snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS

#: Instalments on either side that tell what a usual delay is: a person may have chosen another day since.
_NEIGHBOURS: Final = 3


@dataclass(frozen=True, slots=True)
class Instalment:
    """One month of a SIP. ``paid`` is None when it never came; ``amount`` is what left the account, in rupees."""

    due: date
    paid: date | None = None
    amount: Decimal = Decimal(0)
    late: bool = False


@dataclass(frozen=True, slots=True)
class Sip:
    """All instalments into one scheme that were due; ``active`` unless none came for long."""

    isin: str
    instalments: tuple[Instalment, ...]
    active: bool

    @property
    def amount(self) -> Decimal:
        """The last instalment that came, in rupees a month; nothing once the SIP ended."""
        paid = [instalment.amount for instalment in self.instalments if instalment.paid]
        return paid[-1] if self.active and paid else Decimal(0)


@once_per_snapshot
def sips(snapshot: Snapshot) -> tuple[Sip, ...]:
    """Every scheme with instalments that were not taken back, by ISIN."""
    rows: dict[str, list[Transaction]] = defaultdict(list)
    for row in snapshot.transactions:
        if row.kind in ("purchase_sip", "reversal", "stamp_duty_tax"):
            rows[row.isin].append(row)
    kept = {isin: _amounts(sorted(own, key=lambda row: row.day)) for isin, own in sorted(rows.items())}
    return tuple(_sip(isin, amounts, snapshot.today) for isin, amounts in kept.items() if amounts)


def _amounts(rows: Sequence[Transaction]) -> dict[date, Decimal]:
    """Rupees by day, with stamp duty, without what a reversal took back."""
    kept = [row for row in rows if row.kind == "purchase_sip"]
    for reversal in (row for row in rows if row.kind == "reversal"):
        undone = [row for row in kept if _undoes(reversal, row)]
        if undone:
            kept.remove(undone[-1])
    amounts: dict[date, Decimal] = defaultdict(Decimal)
    for row in kept:
        amounts[row.day] -= row.cash
    for row in rows:
        if row.kind == "stamp_duty_tax" and row.day in amounts:
            amounts[row.day] -= row.cash
    return dict(sorted(amounts.items()))


def _undoes(reversal: Transaction, row: Transaction) -> bool:
    age = (reversal.day - row.day).days
    return 0 <= age <= THRESHOLDS.reversal_days and _same(reversal.cash, -row.cash)


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= THRESHOLDS.same_amount * other


def _sip(isin: str, amounts: dict[date, Decimal], today: date) -> Sip:
    active = (today - max(amounts)).days <= THRESHOLDS.sip_ended_days
    found = list(_instalments(amounts, today if active else max(amounts)))
    # One that may still come is not missed yet.
    waiting = found[-1].paid is None and (today - found[-1].due).days <= THRESHOLDS.late_days
    told = found[:-1] if waiting else found
    delays = [(one.paid - one.due).days for one in told if one.paid]
    usual = iter([median_low(delays[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]) for at in range(len(delays))])
    return Sip(isin, tuple(_judged(one, next(usual)) if one.paid else one for one in told), active)


def _judged(one: Instalment, usual: int) -> Instalment:
    delay = (one.paid - one.due).days if one.paid else 0
    return Instalment(one.due, one.paid, one.amount, delay - usual > THRESHOLDS.late_days)


def _instalments(amounts: dict[date, Decimal], until: date) -> Iterator[Instalment]:
    """What came from each due day on until the next, a few days before both."""
    counts = Counter(day.day for day in amounts)
    usual_day = min(counts, key=lambda day: (-counts[day], day))
    early = timedelta(days=THRESHOLDS.early_days)
    month = _month_of(min(amounts) + early, usual_day)
    while (due := _due(month, usual_day)) - early <= until:
        following = _due(month + 1, usual_day) - early
        came = [day for day in amounts if due - early <= day < following]
        yield Instalment(due, min(came, default=None), sum((amounts[day] for day in came), Decimal(0)))
        month += 1


def _month_of(day: date, usual_day: int) -> int:
    """The last month whose due day is on ``day`` or before."""
    month = day.year * 12 + day.month - 1
    return month if _due(month, usual_day) <= day else month - 1


def _due(month: int, usual_day: int) -> date:
    year, index = divmod(month, 12)
    return date(year, index + 1, min(usual_day, monthrange(year, index + 1)[1]))
