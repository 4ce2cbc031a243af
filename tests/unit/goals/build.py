"""Answers of ``ai_goals_snapshot`` and snapshots, made by hand for tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from aicoach.coaches.goals.portfolio_reader import parse_snapshot
from aicoach.coaches.goals.snapshot import Snapshot

TODAY: Final = date(2025, 1, 1)
COLUMNS: Final = {
    "schemes": ("isin", "name", "amc", "category", "asset_class", "plan", "option", "benchmark"),
    "transactions": ("isin", "date", "kind", "amount", "units"),
    "latest_navs": ("isin", "date", "nav"),
    "month_navs": ("isin", "month_end", "date", "nav"),
    "benchmark_values": ("benchmark", "day", "date", "value"),
    "goals": ("id", "name", "target_amount", "target_date", "annual_rate", "annual_step_up", "monthly_amount",
              "priority", "annual_volatility"),
    "goal_schemes": ("goal_id", "isin", "share"),
    "targets": ("dimension", "name", "share"),
}  # fmt: skip
Rows = Sequence[Sequence[str | None]]


def scheme(isin: str, benchmark: str | None = "Index") -> tuple[str | None, ...]:
    """A scheme called after its ISIN."""
    return (isin, f"{isin} Fund", "Some AMC", "Flexi Cap", "equity", "direct", "growth", benchmark)


def answer(today: date = TODAY, **tables: Rows) -> dict[str, Any]:
    """What the database would answer with these rows; tables that are not named are empty."""
    told: dict[str, Any] = {"as_of_date": today.isoformat()}
    for name, columns in COLUMNS.items():
        rows = tables.get(name, ())
        told[name] = {column: [row[at] for row in rows] if rows else None for at, column in enumerate(columns)}
    return told


def snapshot(transactions: Rows, today: date = TODAY, **tables: Rows) -> Snapshot:
    """A snapshot with a scheme, a NAV of today and a flat index for each ISIN, unless told otherwise."""
    isins = sorted({str(row[0]) for row in transactions})
    days = sorted({str(row[1]) for row in transactions} | {today.isoformat()})
    usual: dict[str, Rows] = {
        "schemes": [scheme(isin) for isin in isins],
        "latest_navs": [(isin, today.isoformat(), "20") for isin in isins],
        "benchmark_values": [("Index", day, day, "100") for day in days],
    }
    return parse_snapshot(answer(today, transactions=transactions, **(usual | tables)))


def goal(
    monthly: str | None = "1000",
    target: str = "100000",
    day: str = "2030-01-01",
    rate: str | None = "0.1",
    step_up: str = "0",
    name: str = "Home",
    id_: str = "g",
    priority: str = "1",
    volatility: str | None = None,
) -> tuple[str | None, ...]:
    """A goal five years from ``TODAY``."""
    return (id_, name, target, day, rate, step_up, monthly, priority, volatility)
