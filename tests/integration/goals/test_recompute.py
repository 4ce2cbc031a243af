"""Every number on every card of the demo people, computed again from the raw rows by other means."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from aicoach.coaches.goals import COACH, plan
from aicoach.coaches.goals.portfolio_reader import parse_snapshot
from aicoach.core.model import Fact, Finding
from tests.fakes.portfolios import ASHA, RAVI, make_market
from tests.integration.goals import books as again
from tests.integration.goals.conftest import Ask

#: Half of what a unit is printed with, and for outcomes of a simulation what it wavers by.
PRECISION = {"INR": 0.02, "percent": 0.0101, "percent:points": 0.0101, "units": 0.001, "nav": 0.0001}
SIMULATED = {"goal_chance": 2.5, "goal_low": 0.03, "goal_high": 0.03}


def expected(own: again.Books, card: Finding) -> dict[str, Any]:
    """The card's figures, by the books."""
    subject = card.topic.key.split(":")[1]
    makers: dict[str, Any] = {
        "portfolio": lambda: again.returns(own, own.isins, "portfolio"),
        "scheme": lambda: again.returns(own, [card.topic.key.rsplit(":", 1)[1]], "scheme"),
        "contributors": lambda: again.contributors(own),
        "goal": lambda: again.goal_values(own, subject),
        "asset_class": lambda: again.allocation_values(own, "asset_class"),
        "category": lambda: again.allocation_values(own, "category"),
        "concentration": lambda: again.place_values(own),
        "regular_plans": lambda: again.place_values(own),
        "discipline": lambda: again.discipline_values(own),
    }
    made: dict[str, Any] = makers[card.kind]()
    return made


def agrees(key: str, fact: Fact, value: Any) -> bool:
    if fact.value is None or value is None or isinstance(fact.value, str | date):
        return bool(fact.value == value)
    told = float(fact.value)
    if key in SIMULATED:
        slack = SIMULATED[key] * (1 if key == "goal_chance" else value)
        return bool(abs(told - min(max(value, 1), 99) if key == "goal_chance" else told - value) <= slack)
    return bool(abs(told - value) <= PRECISION.get(fact.unit, 0) + abs(value) * 1e-9)


@pytest.mark.parametrize("who", [ASHA, RAVI])
async def test_every_fact_of_every_card_recomputes_from_the_raw_rows(
    owner: asyncpg.Connection, ask: Ask, who: UUID
) -> None:
    """Issue 4: every number on every card can be opened, and its explanation recomputes to the same value."""
    await make_market(owner)
    snapshot = parse_snapshot(await ask(who, datetime.now(UTC).isoformat()))
    own = await again.books(owner, who, snapshot.today)
    tasks = plan((), snapshot).tasks
    assert [task.agent for task in tasks] == ["performance", "goals", "allocation", "discipline"]
    checked = 0
    for task in tasks:
        for card in COACH.agents[task.agent](snapshot):
            values = expected(own, card)
            for key, fact in card.facts.items():
                assert agrees(key, fact, values[key]), (card.topic.key, key, fact.value, values[key])
                checked += 1
    assert checked > 80
