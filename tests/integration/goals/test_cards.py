"""Every kind of portfolio through the real database, the reader and the agent; and the demo's own numbers."""

import math
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import pytest

from aicoach.coaches.goals import COACH, plan
from aicoach.coaches.goals.agents.performance import performance
from aicoach.coaches.goals.goal_math import xirr
from aicoach.coaches.goals.portfolio_reader import parse_snapshot
from aicoach.core.guardrails.guard import check_narration, check_sentence
from aicoach.core.model import Finding
from aicoach.core.phrases import Phrases
from tests.fakes.portfolios import ASHA, RAVI, ROWS, SEED, give_portfolio, make_market
from tests.integration.goals.conftest import Ask
from tests.support.people import Person

FIRST_CARD = {
    "demo": "portfolio",
    "first_year": "portfolio_first_year",
    "big": "portfolio",
    "empty": "portfolio_empty",
} | {kind: "portfolio" for kind in ROWS if kind != "empty"}


def now() -> str:
    return datetime.now(UTC).isoformat()


def value(finding: Finding, key: str) -> Decimal:
    told = finding.facts[key].value
    assert isinstance(told, Decimal)
    return told


@pytest.mark.parametrize("kind", FIRST_CARD)
async def test_every_portfolio_gets_cards_that_pass_the_guard(
    owner: asyncpg.Connection, person: Person, ask: Ask, kind: str
) -> None:
    """Issue 2, bad input: a card, never a crash, never a made-up number. Security row 40."""
    await give_portfolio(owner, person.user_id, kind)
    snapshot = parse_snapshot(await ask(person.user_id, now()))
    findings = [found for task in plan((), snapshot).tasks for found in COACH.agents[task.agent](snapshot)]
    assert findings[0].phrase == FIRST_CARD[kind]
    for finding in findings:
        for phrase in (finding.phrase, *(hint.phrase for hint in finding.hints)):
            words = Phrases.load(COACH.phrases).render(phrase, finding.facts)
            assert check_sentence(words.title, finding.facts) == []
            assert check_narration(words.body_md, finding.facts) == []


@pytest.mark.parametrize("kind", FIRST_CARD)
async def test_every_agent_of_the_plan_has_something_to_say(
    owner: asyncpg.Connection, person: Person, ask: Ask, kind: str
) -> None:
    """Issue 4 item 5: what has nothing to say is left out with its reason, not run in vain."""
    await give_portfolio(owner, person.user_id, kind)
    snapshot = parse_snapshot(await ask(person.user_id, now()))
    planned = plan((), snapshot)
    assert all(COACH.agents[task.agent](snapshot) for task in planned.tasks)
    assert {task.agent for task in planned.tasks} | planned.skipped.keys() == COACH.agents.keys()
    assert not any(COACH.agents[name](snapshot) for name in planned.skipped)


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [("over_redeemed", "scheme_over_redeemed"), ("nav_missing", "scheme_nav_missing"), ("odd_amounts", "set_aside"),
     ("future_dates", "set_aside")],
)  # fmt: skip
async def test_what_is_left_out_is_said(
    owner: asyncpg.Connection, person: Person, ask: Ask, kind: str, phrase: str
) -> None:
    """Issue 2, bad input"""
    await give_portfolio(owner, person.user_id, kind)
    findings = performance(parse_snapshot(await ask(person.user_id, now())))
    assert phrase in {finding.phrase for finding in findings}
    assert {"schemes_left_out", "rows_left_out"} & set(findings[0].facts)


async def test_the_demo_tells_what_sql_alone_computes(owner: asyncpg.Connection, ask: Ask) -> None:
    """S0-4.1a S0-4.2a: the same sums from the raw rows, by other means."""
    await make_market(owner)
    card = performance(parse_snapshot(await ask(ASHA, now())))[0]
    worth = await owner.fetchval("select sum(value) from current_portfolio where user_id = $1", ASHA)
    rows = await owner.fetch(
        "select tx_date, case when kind in ('redemption', 'switch_out') then amount else -amount end as cash "
        "from transactions where user_id = $1",
        ASHA,
    )
    day = await owner.fetchval("select max(nav_date) from current_portfolio where user_id = $1", ASHA)
    rate = xirr([*((row["tx_date"], float(row["cash"])) for row in rows), (day, float(worth))])
    assert rate is not None
    assert value(card, "portfolio_xirr") == round(Decimal(rate * 100), 2)
    assert abs(value(card, "portfolio_value") - worth) <= Decimal("0.05")
    assert abs(value(card, "portfolio_gain") - worth - sum(row["cash"] for row in rows)) <= Decimal("0.05")


async def test_the_demo_people_have_clean_and_different_portfolios(owner: asyncpg.Connection, ask: Ask) -> None:
    """Two demo logins: five years and a rate a year, eight months and an absolute return."""
    await make_market(owner)
    for who, phrase in ((ASHA, "portfolio"), (RAVI, "portfolio_first_year")):
        findings = performance(parse_snapshot(await ask(who, now())))
        assert findings[0].phrase == phrase
        assert {"schemes_left_out", "rows_left_out", "benchmark_missing"}.isdisjoint(findings[0].facts)
        ends = {line.key: line.points[-1][1] for line in findings[0].series}
        # Value less gain is what was put in, less what was taken out.
        worth, gain = value(findings[0], "portfolio_value"), value(findings[0], "portfolio_gain")
        assert ends == {"value": worth, "invested": worth - gain}
        gains = [value(finding, "scheme_gain") for finding in findings if finding.kind == "scheme"]
        # Each is rounded to a paisa for itself.
        assert math.isclose(sum(gains), value(findings[0], "portfolio_gain"), abs_tol=0.01 * len(gains))


async def test_the_seed_can_be_run_again(owner: asyncpg.Connection) -> None:
    """Idempotent: a second run on the same day changes nothing."""
    await make_market(owner)
    tables = ("schemes", "navs", "benchmark_values", "folios", "transactions", "investor_goals", "target_allocations")
    demo = "where user_id in ('11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222')"

    async def counted() -> list[int]:
        personal = set(tables[3:])
        return [
            await owner.fetchval(f"select count(*) from {table} {demo if table in personal else ''}")
            for table in tables
        ]

    transaction = owner.transaction()
    await transaction.start()
    try:
        before = await counted()
        await owner.execute(SEED.read_text("utf-8"))
        assert await counted() == before
    finally:
        await transaction.rollback()
