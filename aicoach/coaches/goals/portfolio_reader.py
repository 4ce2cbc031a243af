"""Reads the snapshot: rows of text become typed values; a row that cannot count becomes a note, never a crash."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from aicoach.coaches.goals.snapshot import Goal, GoalScheme, Note, Price, Scheme, Snapshot, Target, Transaction, Why
from aicoach.coaches.goals.transaction_kinds import COUNTED, Direction
from aicoach.core.model import JsonObject, Run
from aicoach.core.ports import SnapshotSource
from aicoach.tools.pii import redact

Row = Mapping[str, Any]
T = TypeVar("T")

#: Magnitudes above this are mistakes of a file, not money: ten lakh crore rupees.
_LIMIT: Final = Decimal(10) ** 13


async def read(source: SnapshotSource, run: Run) -> Snapshot:
    """The portfolio of the run's user as of the run's moment; an unknown user has an empty one."""
    return parse_snapshot(await source.read_snapshot(run, "ai_goals_snapshot", {}))


def parse_snapshot(answer: JsonObject) -> Snapshot:
    """Typed values from the answer of ``ai_goals_snapshot``. Raises only if the answer is not one at all."""
    today = date.fromisoformat(answer["as_of_date"])
    notes: list[Note] = []

    def rows(name: str, parse: Callable[[Row], T]) -> list[T]:
        return list(_parsed(_table(answer[name]), name, parse, notes))

    return Snapshot(
        today=today,
        schemes={scheme.isin: scheme for scheme in rows("schemes", _scheme)},
        transactions=tuple(_counted(_table(answer["transactions"]), today, notes)),
        latest_navs=dict(rows("latest_navs", lambda row: (str(row["isin"]), _price(row, "nav")))),
        month_navs=_by_month(rows("month_navs", _month_nav)),
        benchmark=dict(rows("benchmark_values", _benchmark_value)),
        goals=tuple(rows("goals", _goal)),
        goal_schemes=tuple(rows("goal_schemes", _goal_scheme)),
        targets=tuple(rows("targets", _target)),
        notes=tuple(notes),
    )


def _table(columns: Mapping[str, list[str | None] | None]) -> Iterator[Row]:
    """Rows of a table that came as columns; the columns of an empty one are null."""
    for values in zip(*(column or [] for column in columns.values()), strict=True):
        yield dict(zip(columns, values, strict=True))


def _parsed(rows: Iterable[Row], source: str, parse: Callable[[Row], T], notes: list[Note]) -> Iterator[T]:
    for row in rows:
        try:
            yield parse(row)
        except (ArithmeticError, KeyError, TypeError, ValueError):
            notes.append(Note(Why.UNREADABLE, source, row.get("isin")))


def _counted(rows: Iterable[Row], today: date, notes: list[Note]) -> Iterator[Transaction]:
    """The rows that count; each other one leaves a note that says why it does not."""
    for row in rows:
        direction = COUNTED.get(row["kind"])
        counted = Why.UNKNOWN_KIND if direction is None else _transaction(row, direction, today)
        if isinstance(counted, Transaction):
            yield counted
        else:
            notes.append(Note(counted, "transactions", row["isin"]))


def _transaction(row: Row, direction: Direction, today: date) -> Transaction | Why:
    try:
        day = date.fromisoformat(row["date"])
        amount = _decimal(row["amount"]) if direction.priced else Decimal(0)
        units = _decimal(row["units"]) if direction.units else Decimal(0)
    except (ArithmeticError, TypeError, ValueError):
        return Why.UNREADABLE
    if day > today:
        return Why.FUTURE_DATE
    # A tax of nothing is common and harmless; units for nothing, or money for no units, is neither.
    if amount < 0 or (direction.units and (units <= 0 or (direction.priced and amount == 0))):
        return Why.ODD_AMOUNT
    cash, moved = direction.cash * amount, direction.units * units
    return Transaction(row["isin"], day, row["kind"], cash, moved, direction.internal)


def _decimal(text: str | None) -> Decimal:
    try:
        value = Decimal(str(text))
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not value.is_finite() or abs(value) > _LIMIT:
        raise ValueError("not an amount")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _optional(text: str | None) -> Decimal | None:
    return None if text is None else _decimal(text)


def _price(row: Row, key: str) -> Price:
    price = Price(date.fromisoformat(row["date"]), _decimal(row[key]))
    if price.value <= 0:
        raise ValueError("a price is above zero")
    return price


def _scheme(row: Row) -> Scheme:
    names = ("isin", "name", "amc", "category", "asset_class", "plan", "option", "benchmark")
    return Scheme(**{name: row[name] for name in names})


def _month_nav(row: Row) -> tuple[str, date, Price]:
    return row["isin"], date.fromisoformat(row["month_end"]), _price(row, "nav")


def _by_month(rows: Iterable[tuple[str, date, Price]]) -> dict[str, dict[date, Price]]:
    by_scheme: dict[str, dict[date, Price]] = {}
    for isin, month_end, price in rows:
        by_scheme.setdefault(isin, {})[month_end] = price
    return by_scheme


def _benchmark_value(row: Row) -> tuple[tuple[str, date], Price]:
    return (row["benchmark"], date.fromisoformat(row["day"])), _price(row, "value")


def _goal(row: Row) -> Goal:
    return Goal(
        id=row["id"],
        # What people type may name them: it goes no further than this line.
        name=redact(_text(row["name"])).text,
        target_amount=_decimal(row["target_amount"]),
        target_date=date.fromisoformat(row["target_date"]),
        annual_rate=_optional(row["annual_rate"]),
        annual_step_up=_decimal(row["annual_step_up"]),
        monthly_amount=_optional(row["monthly_amount"]),
        priority=int(row["priority"]),
        annual_volatility=_optional(row["annual_volatility"]),
    )


def _goal_scheme(row: Row) -> GoalScheme:
    return GoalScheme(row["goal_id"], row["isin"], _share(row))


def _target(row: Row) -> Target:
    return Target(row["dimension"], row["name"], _share(row))


def _share(row: Row) -> Decimal:
    share = _decimal(row["share"])
    if not 0 <= share <= 1:
        raise ValueError("a share is a fraction")
    return share
