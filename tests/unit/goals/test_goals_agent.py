"""The goals agent: what is saved, what it comes to, what would reach the target; and a card for every odd goal."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.agents.goals import goals
from aicoach.coaches.goals.goal_math import required_sip, sip_future_value
from aicoach.core.model import Finding, Severity
from tests.unit.goals.build import Rows, goal, scheme, snapshot
from tests.unit.goals.cards import check, facts, words, would_speak_again

BOUGHT = ("A", "2023-01-01", "purchase", "1000", "100")
OTHER = ("B", "2023-06-01", "purchase", "500", "50")
MAPPED: Rows = [("g", "A", "1")]


def card(
    rows: Rows = (BOUGHT,), mapped: Rows = MAPPED, of: Any = None, **tables: Any
) -> tuple[Finding, dict[str, Any]]:
    """The card of one goal; 100 units at a NAV of 20 are set aside for it."""
    made = snapshot(rows, goals=[of or goal()], goal_schemes=mapped, **tables)
    (found,) = goals(made)
    check(found)
    return found, facts(found)


def test_a_goal_is_projected_from_holdings_and_instalments_at_the_persons_own_rate() -> None:
    """Issue 4 item 1, S0-4.2c: by a loop over the months."""
    found, told = card(of=goal(step_up="0.1"))
    value, monthly = 2000.0, 1000.0
    for month in range(60):
        if month and month % 12 == 0:
            monthly *= 1.1
        value = (value + monthly) * (1 + 0.1 / 12)
    assert found.phrase == "goal_short"
    assert (told["goal_months"], told["goal_saved"], told["goal_rate"]) == (60, 2000, 10)
    assert told["goal_projected"] == round(Decimal(value), 2)
    assert told["goal_shortfall"] == 100_000 - told["goal_projected"]


def test_the_required_amount_and_the_required_step_up_reach_the_target() -> None:
    """Issue 4 item 1"""
    _, told = card(of=goal(monthly="1000", target="100000"))
    grown = 2000 * (1 + 0.1 / 12) ** 60
    assert grown + sip_future_value(float(told["goal_required_sip"]), 0.1, 60) == pytest.approx(100_000, abs=1)
    step_up = float(told["goal_required_step_up"]) / 100
    assert grown + sip_future_value(1000, 0.1, 60, step_up) == pytest.approx(100_000, rel=1e-3)


def test_hints_are_rounded_up_so_that_they_still_reach_the_target() -> None:
    """Issue 4 item 4: calculations about the person's own target."""
    found, told = card()
    monthly, step_up = found.hints
    assert monthly.action == {"type": "goal_monthly", "goal_id": "g", "monthly_amount": str(told["goal_sip_rounded"])}
    assert told["goal_sip_rounded"] % 100 == 0
    assert 0 <= told["goal_sip_rounded"] - told["goal_required_sip"] < 100
    assert Decimal(step_up.action["annual_step_up"]) * 100 == told["goal_step_up_rounded"]
    assert 0 <= told["goal_step_up_rounded"] - told["goal_required_step_up"] <= Decimal("0.5")


@pytest.mark.parametrize(
    "of", [goal(monthly="0"), goal(day="2025-11-01", target="19000"), goal(monthly="1", target="900000")]
)
def test_no_step_up_is_made_up_where_none_reaches_the_target(of: Any) -> None:
    """Issue 4 item 1: None when not reachable: nothing to step up, no twelfth instalment, too far."""
    found, told = card(of=of)
    assert told["goal_required_step_up"] is None
    assert [hint.phrase for hint in found.hints] == ["hint_goal_monthly"]


def test_a_goal_within_reach_gets_no_hint() -> None:
    """Issue 4 item 4"""
    found, told = card(of=goal(target="50000"))
    assert (found.phrase, found.severity, found.hints) == ("goal_enough", Severity.GOOD, ())
    assert told["goal_surplus"] == told["goal_projected"] - 50_000
    close = goal(target=str(told["goal_projected"] + 100))
    assert card(of=close)[0].hints == ()


def test_a_goal_that_holdings_reach_by_themselves_needs_nothing_more() -> None:
    """required_sip is zero."""
    assert card(of=goal(target="2000"))[1]["goal_required_sip"] == 0


def test_the_date_of_reaching_is_that_of_the_first_month_that_reaches() -> None:
    """Issue 4 item 1"""
    _, told = card(of=goal(monthly="0", target="4000", rate="0.12"))
    assert 2000 * 1.01**69 < 4000 <= 2000 * 1.01**70
    assert told["goal_reached_on"] == date(2030, 11, 1)
    _, never = card(of=goal(monthly="0", target="99999999999"))
    assert (never["goal_reach_limit"], "goal_reached_on" in never) == (600, False)


def test_a_holding_mapped_to_two_goals_is_not_counted_twice() -> None:
    """Issue 4 item 1: shares of one ISIN above one in sum are scaled pro rata."""
    both = [goal(id_="g"), goal(id_="h", day="2031-01-01")]
    mapped = [("g", "A", "1"), ("h", "A", "0.6"), ("h", "B", "0.5")]
    first, second = goals(snapshot([BOUGHT, OTHER], goals=both, goal_schemes=mapped))
    assert facts(first)["goal_saved"] == Decimal("1250.00")
    assert facts(second)["goal_saved"] == Decimal("1250.00")
    assert (facts(first)["goal_scaled_funds"], facts(second)["goal_scaled_funds"]) == (1, 1)
    assert "every rupee counts once" in words(first)[0].body_md


def test_goals_come_in_the_persons_own_order() -> None:
    """Issue 4 item 1: priority, then date."""
    made = [goal(id_="c", day="2031-01-01"), goal(id_="a", priority="2"), goal(id_="b", day="2030-06-01")]
    assert [found.topic.key for found in goals(snapshot([], goals=made))] == ["goals:b", "goals:c", "goals:a"]


def test_running_sips_tell_the_monthly_amount_that_the_person_did_not_set() -> None:
    """Issue 4 item 1: holdings and SIPs; as far as the fund is set aside for the goal."""
    rows = [("A", f"2024-{month:02}-05", "purchase_sip", "1000", "50") for month in range(1, 13)]
    _, told = card(rows, [("g", "A", "0.5")], goal(monthly=None))
    assert (told["goal_monthly_sips"], "goal_monthly" in told) == (500, False)


def test_a_near_goal_with_much_equity_says_so_as_a_fact() -> None:
    """Issue 4 item 1: glide path; nobody is told what to do."""
    near, told = card(of=goal(day="2027-12-01", target="1000"))
    assert (told["goal_near_equity"], near.severity) == (100, Severity.NOTICE)
    assert "goal_near_equity" not in card(of=goal(day="2028-02-01"))[1]
    debt = ("A", "A Fund", "AMC", "Liquid", "debt", "direct", "growth", "Index")
    assert "goal_near_equity" not in card(of=goal(day="2027-12-01"), schemes=[debt])[1]


def test_the_volatility_is_that_of_the_classes_held_or_the_persons_own() -> None:
    """Issue 4 item 1: assumptions are facts, and editable."""
    debt = ("B", "B Fund", "AMC", "Liquid", "debt", "direct", "growth", "Index")
    rows, mapped = [BOUGHT, OTHER], [("g", "A", "1"), ("g", "B", "1")]
    _, told = card(rows, mapped, schemes=[scheme("A"), debt])
    assert told["goal_volatility"] == round(Decimal("16") * 2 / 3 + Decimal("3") / 3, 2)
    assert card(of=goal(volatility="0.2"))[1]["goal_volatility"] == 20
    assert card(of=goal(volatility="0"))[1]["goal_chance"] == 1


def test_the_chart_shows_the_projection_with_its_range_and_the_target_by_year() -> None:
    """Issue 4 item 1"""
    found, told = card(of=goal(day="2027-07-01"))
    lines = {line.key: line.points for line in found.series}
    assert set(lines) == {"projection", "projection_low", "projection_high", "target"}
    days = [date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1), date(2027, 7, 1)]
    assert all([day for day, _ in points] == days for points in lines.values())
    assert lines["projection"][-1][1] == told["goal_projected"]
    assert (lines["projection_low"][-1][1], lines["projection_high"][-1][1]) == (told["goal_low"], told["goal_high"])
    assert {value for _, value in lines["target"]} == {100_000}
    assert {points[0][1] for key, points in lines.items() if key != "target"} == {2000}


@pytest.mark.parametrize(
    ("of", "phrase", "there"),
    [
        (goal(day="2024-12-31"), "goal_due", "goal_missing_now"),
        (goal(day="2020-01-01", target="500"), "goal_due", "goal_beyond_now"),
        (goal(day="2025-01-31"), "goal_due", "goal_missing_now"),
        (goal(target="0"), "goal_no_target", "goal_target"),
        (goal(target="-5"), "goal_no_target", "goal_target"),
        (goal(rate=None), "goal_no_rate", "goal_rate"),
        (goal(rate="0.0199"), "goal_not_projected", "goal_rate_outside"),
        (goal(rate="0.1301"), "goal_not_projected", "goal_rate_outside"),
        (goal(rate="-0.05"), "goal_not_projected", "goal_rate_outside"),
        (goal(step_up="0.9"), "goal_not_projected", "goal_step_up_outside"),
        (goal(step_up="-0.1"), "goal_not_projected", "goal_step_up_outside"),
        (goal(volatility="3"), "goal_not_projected", "goal_volatility_outside"),
        (goal(monthly="-1"), "goal_not_projected", "goal_monthly_outside"),
        (goal(monthly="9999999999"), "goal_not_projected", "goal_monthly_outside"),
        (goal(day="2099-12-31"), "goal_not_projected", "goal_too_far"),
        (goal(name=" "), "goal_short", "goal_projected"),
        (goal(name="Guaranteed best 500% **fund** [now](x)"), "goal_short", "goal_projected"),
    ],
)  # fmt: skip
def test_an_odd_goal_gets_a_card_that_says_what_is_odd(of: Any, phrase: str, there: str) -> None:
    """Issue 4, bad input: goal in the past, target zero, rates that nobody may assume."""
    found, told = card(of=of)
    assert (found.phrase, there in told) == (phrase, True)
    if phrase not in ("goal_short", "goal_enough"):
        assert not {"goal_projected", "goal_chance"} & set(told)
        assert found.series == ()
        assert found.hints == ()


@pytest.mark.parametrize("rate", ["0.02", "0.13"])
def test_both_ends_of_the_range_of_rates_are_projected_with(rate: str) -> None:
    """notes/goals.md 4: 2 to 13 percent."""
    assert "goal_projected" in card(of=goal(rate=rate))[1]


def test_a_goal_without_funds_is_projected_from_its_monthly_amount_alone() -> None:
    """Issue 4 item 1: no mapped scheme; a mapped scheme that is not held."""
    for mapped in ([], [("g", "Z", "1")]):
        found, told = card(mapped=mapped)
        assert (found.phrase, told["goal_saved"], told["goal_no_funds"]) == ("goal_short", 0, 0)
        assert told["goal_projected"] == round(Decimal(sip_future_value(1000, 0.1, 60)), 2)


def test_a_goal_whose_funds_have_no_nav_is_not_projected_from_a_doubtful_sum() -> None:
    """Issue 4, bad input: no NAV for months."""
    found, told = card(latest_navs=[])
    assert (found.phrase, told["goal_funds_left_out"], "goal_saved" in told) == ("goal_unvalued", 1, False)
    rows, mapped = [BOUGHT, OTHER], [("g", "A", "1"), ("g", "B", "1")]
    found, told = card(rows, mapped, latest_navs=[("A", "2025-01-01", "20")])
    assert (found.phrase, told["goal_funds_left_out"], told["goal_saved"]) == ("goal_short", 1, 2000)


def test_small_moves_are_quiet_and_large_ones_are_not() -> None:
    """DESIGN 3.7: also where the projection crosses the target from one day to the next."""
    before, told = card()
    level = str(told["goal_projected"])
    for target, nav, speaks in ((level, "20.2", False), ("100000", "20.4", False), ("100000", "300", True)):
        first, _ = card(of=goal(target=target))
        after, _ = card(of=goal(target=target), latest_navs=[("A", "2025-01-01", nav)])
        assert would_speak_again(first, after) is speaks
    gone, _ = card(latest_navs=[])
    assert would_speak_again(before, gone)
    for trigger in before.topic.triggers.values():
        assert not isinstance(trigger.value, date)


amounts = st.decimals(0, 10**7, places=0)


@settings(deadline=None, max_examples=60)
@given(amounts, amounts, st.integers(1, 300), st.decimals(1, 10**9, places=0))
def test_more_a_month_lower_targets_and_more_time_never_hurt(
    monthly: Decimal, more: Decimal, months: int, target: Decimal
) -> None:
    """Issue 4 item 1: monotone in monthly, target, months."""
    later = date(2025 + months // 12, months % 12 + 1, 1).isoformat()

    def told(amount: Decimal, wanted: Decimal, day: str = "2031-01-01") -> dict[str, Any]:
        of = goal(monthly=str(amount), target=str(wanted), day=day)
        return facts(goals(snapshot([BOUGHT], goals=[of], goal_schemes=MAPPED))[0])

    base, richer, easier = (
        told(monthly, target),
        told(monthly + more, target),
        told(monthly, max(target / 2, Decimal(1))),
    )
    assert richer["goal_projected"] >= base["goal_projected"]
    assert easier["goal_chance"] >= base["goal_chance"]
    assert easier["goal_required_sip"] <= base["goal_required_sip"]
    assert base["goal_required_sip"] == round(Decimal(required_sip(float(target), 0.1, 72, 0, 2000)), 2)
    dated = told(monthly, target, later)
    if "goal_projected" in dated:
        assert (dated["goal_projected"] >= base["goal_projected"]) == (dated["goal_months"] >= 72)


wild = st.one_of(st.none(), st.sampled_from(["0", "-1", "1e13", "0.05", "0.13", "0.5", "1", "1000", "x", "NaN"]))
days = st.sampled_from(["1999-01-01", "2024-12-31", "2025-01-02", "2026-01-31", "2060-02-29", "2099-12-31"])


@settings(deadline=None, max_examples=200)
@given(wild, wild, wild, wild, wild, days, st.lists(st.tuples(st.just("g"), st.sampled_from("ABZ"), wild), max_size=3))
def test_no_goal_at_all_can_crash_the_agent(
    monthly: str | None, target: str | None, rate: str | None, step_up: str | None, volatility: str | None, day: str,
    mapped: list[Any],
) -> None:  # fmt: skip
    """Issue 4, bad input: each has a defined answer, and its card passes the guard."""
    of = goal(monthly, target or "5", day, rate, step_up or "0", volatility=volatility)
    for found in goals(snapshot([BOUGHT, OTHER], goals=[of], goal_schemes=mapped)):
        check(found)
