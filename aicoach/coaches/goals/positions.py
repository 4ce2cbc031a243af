"""What became of the money in each scheme: units, value, gain; or why a scheme cannot be counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from aicoach.coaches.goals.snapshot import Price, Scheme, Snapshot, Transaction, once_per_snapshot
from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.coaches.goals.transaction_kinds import BALANCE


class State(StrEnum):
    """Whether a scheme's figures can be trusted."""

    COUNTED = "counted"
    #: Held, and worth something, but what was paid for it is not known: there is no return.
    BALANCE = "balance"
    NAV_MISSING = "nav_missing"
    OVER_REDEEMED = "over_redeemed"


@dataclass(frozen=True, slots=True)
class Money:
    """Rupees put in, taken out, and what is there on ``as_of``; gain = value + withdrawn - invested."""

    flows: tuple[tuple[date, Decimal], ...]
    invested: Decimal
    withdrawn: Decimal
    value: Decimal
    as_of: date

    @property
    def gain(self) -> Decimal:
        """Negative for a loss."""
        return self.value + self.withdrawn - self.invested


@dataclass(frozen=True, slots=True)
class Position:
    """One scheme of the person; ``price`` is its latest NAV, needed while there are units."""

    scheme: Scheme
    transactions: tuple[Transaction, ...]
    units: Decimal
    price: Price | None
    state: State
    money: Money
    stale: bool = False

    @property
    def valued(self) -> bool:
        """Whether it is known what it is worth."""
        return self.state in (State.COUNTED, State.BALANCE)


@once_per_snapshot
def positions(snapshot: Snapshot) -> tuple[Position, ...]:
    """Every scheme with transactions, the largest value first."""
    by_isin: dict[str, list[Transaction]] = defaultdict(list)
    for transaction in snapshot.transactions:
        by_isin[transaction.isin].append(transaction)
    found = (_position(snapshot, isin, rows) for isin, rows in by_isin.items())
    return tuple(sorted(found, key=lambda held: (-held.money.value, held.scheme.name, held.scheme.isin)))


def counted(held: Iterable[Position]) -> tuple[Position, ...]:
    """The positions whose figures enter a return."""
    return tuple(position for position in held if position.state is State.COUNTED)


def total(held: Sequence[Position]) -> Money:
    """All counted positions as one. Switches cancel out; what is left of them entered or left the whole."""
    transactions = [row for position in held for row in position.transactions]
    as_of = max(position.money.as_of for position in held)
    switched = sum((row.cash for row in transactions if row.internal), Decimal(0))
    invested, withdrawn = _paid(row for row in transactions if not row.internal)
    return Money(
        flows=tuple((row.day, row.cash) for row in transactions),
        invested=invested + max(-switched, Decimal(0)),
        withdrawn=withdrawn + max(switched, Decimal(0)),
        value=sum((position.money.value for position in held), Decimal(0)),
        as_of=as_of,
    )


def _position(snapshot: Snapshot, isin: str, rows: Sequence[Transaction]) -> Position:
    scheme = snapshot.schemes.get(isin) or Scheme(isin, isin)
    units = sum((row.units for row in rows), Decimal(0))
    units = units if abs(units) >= THRESHOLDS.unit_dust else Decimal(0)
    price = snapshot.latest_navs.get(isin)
    state = _state(rows, units, price)
    days = [row.day for row in rows] + ([price.day] if price and units > 0 else [])
    invested, withdrawn = _paid(rows)
    value = units * price.value if price and state in (State.COUNTED, State.BALANCE) else Decimal(0)
    money = Money(tuple((row.day, row.cash) for row in rows), invested, withdrawn, value, max(days))
    old = price is not None and units > 0 and (snapshot.today - price.day).days > THRESHOLDS.stale_nav_days
    return Position(scheme, tuple(rows), units, price, state, money, old)


def _state(rows: Sequence[Transaction], units: Decimal, price: Price | None) -> State:
    if _fell_below_zero(rows):
        return State.OVER_REDEEMED
    if units > 0 and price is None:
        return State.NAV_MISSING
    return State.BALANCE if any(row.kind == BALANCE for row in rows) else State.COUNTED


def _fell_below_zero(rows: Sequence[Transaction]) -> bool:
    """Whether more units left than had come, at the end of any day."""
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for row in rows:
        by_day[row.day] += row.units
    balance = Decimal(0)
    for day in sorted(by_day):
        balance += by_day[day]
        if balance <= -THRESHOLDS.unit_dust:
            return True
    return False


def _paid(rows: Iterable[Transaction]) -> tuple[Decimal, Decimal]:
    """Money put in and taken out. A failed instalment was never put in; a tax on a payout was never taken out."""
    invested = withdrawn = Decimal(0)
    for row in rows:
        if row.kind == "tds_tax":
            withdrawn += row.cash
        elif row.cash < 0 or row.kind == "reversal":
            invested -= row.cash
        else:
            withdrawn += row.cash
    return invested, withdrawn
