"""What a card says of how a figure was computed is how it was computed: for every kind of portfolio."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import pytest

from aicoach.coaches.goals.thresholds import THRESHOLDS
from aicoach.core.model import Finding
from tests.unit.goals.cards import facts
from tests.unit.goals.kinds import findings_of_every_kind
from tests.unit.goals.test_languages import LOCALES
from tests.unit.goals.test_languages import card as told_to

Told = Mapping[str, Any]

#: A figure, and its explanation in facts.toml as arithmetic on other figures of the same card.
EXPLAINED: Final[Mapping[str, Callable[[Told], Any]]] = {
    "portfolio_gain": lambda told: _gain(told, "portfolio"),
    "scheme_gain": lambda told: _gain(told, "scheme"),
    "portfolio_return": lambda told: told["portfolio_gain"] / told["portfolio_invested"] * 100,
    "scheme_return": lambda told: told["scheme_gain"] / told["scheme_invested"] * 100,
    "scheme_value": lambda told: told.get("scheme_units", 0) * told.get("scheme_nav", 0),
    "benchmark_value_difference": lambda told: _value(told) - told["benchmark_value"],
    "points_above": lambda told: _rate(told) - told.get("benchmark_xirr", told.get("benchmark_return")),
    "points_below": lambda told: told.get("benchmark_xirr", told.get("benchmark_return")) - _rate(told),
    "goal_shortfall": lambda told: told["goal_target"] - told["goal_projected"],
    "goal_surplus": lambda told: told["goal_projected"] - told["goal_target"],
    "goal_missing_now": lambda told: told["goal_target"] - told["goal_saved"],
    "goal_beyond_now": lambda told: told["goal_saved"] - told["goal_target"],
    "category_above_points": lambda told: told["category_above_share"] - told["category_above_target"],
    "category_below_points": lambda told: told["category_below_target"] - told["category_below_share"],
    "category_above_amount": lambda told: _rupees(told, "category_above_points"),
    "category_below_amount": lambda told: _rupees(told, "category_below_points"),
    "drift_equity": lambda told: told["actual_equity"] - told["target_equity"],
    "drift_amount_equity": lambda told: _rupees(told, "drift_equity"),
    "hint_months": lambda told: -(-told["hint_amount"] // told["hint_monthly"]),
    "instalments_missed": lambda told: told["instalments_expected"] - told["instalments_made"],
    "goal_rate_min": lambda told: THRESHOLDS.rate_min * 100,
    "goal_rate_max": lambda told: THRESHOLDS.rate_max * 100,
    "goal_step_up_max": lambda told: THRESHOLDS.step_up_max * 100,
    "goal_volatility_max": lambda told: THRESHOLDS.volatility_max * 100,
    "goal_months_max": lambda told: THRESHOLDS.months_max,
    "goal_reach_limit": lambda told: THRESHOLDS.months_max,
    "large_scheme_limit": lambda told: THRESHOLDS.concentrated_scheme * 100,
    "large_amc_limit": lambda told: THRESHOLDS.concentrated_amc * 100,
}


def _gain(told: Told, of: str) -> Any:
    return told[f"{of}_value"] + told.get(f"{of}_withdrawn", 0) - told[f"{of}_invested"]


def _value(told: Told) -> Any:
    return told.get("portfolio_value", told.get("scheme_value"))


def _rate(told: Told) -> Any:
    return next(
        told[f"{of}_{how}"] for of in ("portfolio", "scheme") for how in ("xirr", "return") if f"{of}_{how}" in told
    )


def _rupees(told: Told, points: str) -> Any:
    return told[points] / 100 * told["held_value"]


def _slack(finding: Finding, key: str) -> Any:
    """What rounding may leave: each figure is printed to its unit, and shares are fitted to a whole."""
    told = facts(finding)
    if key.endswith("_amount") or key.startswith("drift_amount"):
        return told["held_value"] * Decimal("0.0002") + 1
    if key == "scheme_value":
        # Units to 0.001, a NAV to 0.0001.
        units, nav = told.get("scheme_units", Decimal(0)), told.get("scheme_nav", Decimal(0))
        return units * Decimal("0.0001") + nav * Decimal("0.001") + Decimal("0.01")
    return Decimal("0.03") if finding.facts[key].unit != "months" else Decimal(0)


@pytest.mark.parametrize("key", sorted(EXPLAINED))
def test_an_explanation_recomputes_to_the_same_value(key: str) -> None:
    """Issue 4, done when: every figure's explanation recomputes to the same value; on odd portfolios too."""
    cards = [card for card in findings_of_every_kind() if card.facts.keys() >= {key} and facts(card)[key] is not None]
    assert cards, "no kind of portfolio shows it"
    for card in cards:
        told = facts(card)
        assert abs(told[key] - EXPLAINED[key](told)) <= _slack(card, key), (card.topic.key, told)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_figure_in_the_words_is_a_fact_as_it_is_told(locale: str) -> None:
    """Issue 4, done when: the page opens a figure by finding a fact's own text in the words, hints included."""
    for finding in findings_of_every_kind():
        told = told_to(finding, locale)
        texts = [fact["text"] for fact in told.data["facts"].values()]
        # Points are told as "5 percentage points" where the fact reads "5%".
        known = sorted({*texts, *(text.removesuffix("%") for text in texts)} - {""}, key=len, reverse=True)
        words = [told.title, told.body_md, *(part for hint in told.recommendations for part in (hint.title, hint.body))]
        left = re.sub("|".join(map(re.escape, known)), "", "\n".join(words))
        assert not re.search(r"\S*\d\S*", left), (finding.phrase, left)


def test_a_chart_ends_at_the_figures_of_its_card() -> None:
    """Issue 4 item 10: a line and a figure beside it never disagree; test_cards.py has value and invested."""
    ends = {"projection": "goal_projected", "target": "goal_target"}
    ends |= {"projection_low": "goal_low", "projection_high": "goal_high"}
    seen = set()
    for card in findings_of_every_kind():
        for line in card.series:
            seen.add(line.key)
            assert line.points[-1][1] == facts(card)[ends[line.key]], (card.topic.key, line.key)
            assert [day for day, _ in line.points] == sorted({day for day, _ in line.points})
    assert seen == set(ends)


def test_words_that_spell_a_threshold_out_spell_the_one_that_is_judged_by() -> None:
    """Whoever changes one of these changes facts.toml in three languages too: a week, hundreds, half percents, …"""
    limits = THRESHOLDS
    assert (limits.stale_nav_days, limits.annualise_from_days) == (7, 365)
    assert (limits.hint_amount_step, limits.hint_step_up_step) == (Decimal(100), Decimal("0.5"))
    assert (limits.near_months, limits.late_days, limits.sip_ended_days) == (36, 5, 100)
    assert (limits.chance_min, limits.chance_max) == (1, 99)
