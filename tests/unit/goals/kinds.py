"""Findings about every kind of portfolio that the tests know, without a database."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from aicoach.coaches.goals import COACH
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.model import Finding
from tests.fakes.portfolios import ROWS
from tests.unit.goals.build import Rows, snapshot
from tests.unit.goals.test_performance import BOUGHT, MORE, OTHER, PORTFOLIOS

#: One unit costs so much where a fake portfolio leaves it to the market.
PRICE: Final = Decimal(40)
SPECIAL: Final[tuple[Snapshot, ...]] = (
    snapshot([BOUGHT], latest_navs=[("A", "2024-12-24", "20")]),
    snapshot([BOUGHT, OTHER], latest_navs=[("A", "2025-01-01", "20")]),
    snapshot([BOUGHT], latest_navs=[]),
    snapshot([BOUGHT, MORE], benchmark_values=[]),
    snapshot([BOUGHT, MORE], latest_navs=[("A", "2025-01-01", "0.5")]),
)


def findings_of_every_kind() -> Iterator[Finding]:
    """What all agents find in all of them."""
    made = [*(snapshot(rows) for rows in PORTFOLIOS), *(snapshot(fake(kind)) for kind in ROWS), *SPECIAL]
    for one in made:
        for agent in COACH.agents.values():
            yield from agent(one)


def fake(kind: str) -> Rows:
    """The rows of a fake portfolio, as the database would answer them."""
    return [
        (isin, day.isoformat(), sort, amount, units or str(Decimal(amount) / PRICE))
        for isin, day, sort, amount, units in ROWS[kind]
    ]
