"""Findings about every kind of portfolio that the tests know, without a database."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from aicoach.coaches.goals import COACH
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.model import Finding
from tests.fakes.portfolios import ROWS
from tests.unit.goals.build import Rows, goal, scheme, snapshot
from tests.unit.goals.test_performance import BOUGHT, MORE, OTHER, PORTFOLIOS

#: One unit costs so much where a fake portfolio leaves it to the market.
PRICE: Final = Decimal(40)
DEBT: Final = ("D", "D Fund", "Other AMC", "Liquid", "debt", "regular", "growth", "Index")
UNKNOWN: Final = ("U", "U Fund", "", None, None, None, "growth", None)
MIXED: Final = [BOUGHT, ("D", "2023-06-01", "purchase", "900", "50")]
SIPS: Final = [("A", f"2024-{month:02}-05", "purchase_sip", "1000", "50") for month in range(1, 13) if month != 10]
ENDED: Final = [("B", f"2023-{month:02}-05", "purchase_sip", "500", "25") for month in range(1, 7)]
OLD: Final = [("A", f"2023-{month:02}-05", "purchase_sip", "1000", "50") for month in range(1, 13)]


def with_goals(*goals: Sequence[str | None], rows: Rows = (BOUGHT,), share: str = "1", **tables: Any) -> Snapshot:
    """Holdings that are all set aside for each of the goals."""
    mapped = [(str(one[0]), "A", share) for one in goals]
    return snapshot(rows, goals=goals, goal_schemes=mapped, **tables)


def with_targets(*targets: Sequence[str], rows: Rows = MIXED, dimension: str = "asset_class") -> Snapshot:
    """Holdings of a known, another and no class, against targets."""
    return snapshot(
        rows, schemes=[scheme("A"), DEBT, UNKNOWN], targets=[(dimension, name, share) for name, share in targets]
    )


SPECIAL: Final[tuple[Snapshot, ...]] = (
    snapshot([BOUGHT], latest_navs=[("A", "2024-12-24", "20")]),
    snapshot([BOUGHT, OTHER], latest_navs=[("A", "2025-01-01", "20")]),
    snapshot([BOUGHT], latest_navs=[]),
    snapshot([BOUGHT, MORE], benchmark_values=[]),
    snapshot([BOUGHT, MORE], latest_navs=[("A", "2025-01-01", "0.5")]),
    snapshot([("A", "2024-12-01", "balance", None, "50")], latest_navs=[("A", "2024-12-24", "20")]),
    snapshot([(isin, "2024-12-01", "balance", None, "50") for isin in "AB"], latest_navs=[("A", "2025-01-01", "20")]),
)
GOALS: Final[tuple[Snapshot, ...]] = (
    with_goals(goal(), goal(id_="h", name="बच्चों की पढ़ाई", step_up="0.1", monthly="1500")),
    with_goals(goal(target="2000"), goal(id_="h", target="1500", day="2026-06-01")),
    with_goals(goal(monthly=None), rows=[*SIPS, BOUGHT]),
    with_goals(goal(target="90000000", monthly="0"), goal(id_="h", target="90000000", day="2026-03-01")),
    with_goals(goal(day="2024-06-01"), goal(id_="h", day="2024-06-01", target="100")),
    with_goals(
        goal(rate=None), goal(id_="h", rate="0.5"), goal(id_="i", step_up="-0.5"), goal(id_="j", day="2199-01-01")
    ),
    with_goals(goal(volatility="9"), goal(id_="h", monthly="-5"), goal(id_="i", target="1" + "0" * 20)),
    with_goals(goal(target="0"), goal(id_="h", target="-1")),
    with_goals(goal(), latest_navs=[]),
    snapshot([BOUGHT], goals=[goal(), goal(id_="h", rate=None), goal(id_="i", day="2020-01-01")]),
    with_goals(goal(step_up="0.1"), rows=[*OLD, *SIPS]),
)
MIXES: Final[tuple[Snapshot, ...]] = (
    with_targets(),
    with_targets(("equity", "0.5"), ("debt", "0.5")),
    with_targets(("equity", "0.6"), ("debt", "0.6")),
    with_targets(("equity", "0.5"), ("debt", "0.5"), rows=[*MIXED, *SIPS]),
    with_targets(("equity", "0.2"), ("gold", "0.8"), rows=[*MIXED, *SIPS]),
    with_targets(("Flexi Cap", "0.3"), ("Liquid", "0.7"), dimension="category"),
    with_targets(("Flexi Cap", "0.3"), ("Liquid", "0.3"), dimension="category"),
    with_targets(rows=[*MIXED, ("U", "2023-06-01", "purchase", "900", "500")]),
    with_targets(("equity", "1"), rows=[("U", "2023-06-01", "purchase", "900", "500"), BOUGHT]),
    with_targets(("Flexi Cap", "1"), rows=[("U", "2023-06-01", "purchase", "9", "500")], dimension="category"),
)
SIP_RECORDS: Final = (snapshot(SIPS), snapshot(OLD), snapshot([*SIPS, *ENDED]))


@lru_cache(maxsize=1)
def findings_of_every_kind() -> tuple[Finding, ...]:
    """What all agents find in all of them."""
    made = [snapshot(rows) for rows in (*PORTFOLIOS, *(fake(kind) for kind in ROWS))]
    every = (*made, *SPECIAL, *GOALS, *MIXES, *SIP_RECORDS)
    return tuple(finding for one in every for agent in COACH.agents.values() for finding in agent(one))


def fake(kind: str) -> Rows:
    """The rows of a fake portfolio, as the database would answer them."""
    return [
        (isin, day.isoformat(), sort, amount, units or str(Decimal(amount) / PRICE))
        for isin, day, sort, amount, units in ROWS[kind]
    ]
