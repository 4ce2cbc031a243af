"""The performance agent: true numbers for ordinary portfolios, and honest words for odd ones."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aicoach.coaches.goals import COACH
from aicoach.coaches.goals.agents.performance import performance
from aicoach.coaches.goals.goal_math import xirr
from aicoach.coaches.goals.snapshot import Snapshot
from aicoach.core.guardrails.guard import check_narration, check_sentence
from aicoach.core.model import Finding, Severity
from aicoach.core.phrases import Phrases
from aicoach.core.wire import finding_data, topic_json
from tests.unit.goals.build import Rows, scheme, snapshot

BOUGHT = ("A", "2023-01-01", "purchase", "1000", "100")
MORE = ("A", "2024-01-01", "purchase", "1000", "60")
OTHER = ("B", "2023-06-01", "purchase", "500", "20")


def facts(finding: Finding) -> dict[str, Any]:
    return {key: fact.value for key, fact in finding.facts.items()}


def of_kind(findings: Sequence[Finding], kind: str) -> list[Finding]:
    return [finding for finding in findings if finding.kind == kind]


def portfolio(made: Snapshot) -> tuple[Finding, dict[str, Any]]:
    """The portfolio's card and its values."""
    card = performance(made)[0]
    assert card.kind == "portfolio"
    return card, facts(card)


def test_an_ordinary_portfolio_tells_xirr_invested_value_and_gain() -> None:
    """S0-4.3a"""
    card, told = portfolio(snapshot([BOUGHT, MORE]))
    rate = xirr([(date(2023, 1, 1), -1000.0), (date(2024, 1, 1), -1000.0), (date(2025, 1, 1), 3200.0)])
    assert rate is not None
    assert card.phrase == "portfolio"
    assert told["portfolio_xirr"] == round(Decimal(rate * 100), 2)
    assert told["portfolio_invested"] == 2000
    assert told["portfolio_value"] == 3200
    assert told["portfolio_gain"] == 1200
    assert told["portfolio_as_of"] == date(2025, 1, 1)
    assert "portfolio_withdrawn" not in told


def test_under_a_year_the_return_is_absolute_and_named_so() -> None:
    """DESIGN 4.6"""
    card, told = portfolio(snapshot([("A", "2024-06-01", "purchase", "1000", "60")]))
    assert card.phrase == "portfolio_first_year"
    assert told["portfolio_return"] == 20
    assert "portfolio_xirr" not in told
    assert "absolute" in Phrases.load(COACH.phrases).render(card.phrase, card.facts).body_md


def test_the_day_that_completes_a_year_turns_the_return_into_a_rate() -> None:
    """DESIGN 4.6: 365 days (2024 has 366)."""
    for day, phrase in (("2024-01-03", "portfolio_first_year"), ("2024-01-02", "portfolio")):
        assert portfolio(snapshot([("A", day, "purchase", "1000", "60")]))[0].phrase == phrase


def test_an_empty_portfolio_gets_a_card_that_says_so() -> None:
    """Issue 2, bad input"""
    card, told = portfolio(snapshot([]))
    assert (card.phrase, set(told)) == ("portfolio_empty", {"portfolio_as_of"})


def test_money_taken_out_counts_towards_the_gain() -> None:
    """Value + taken out - put in, always."""
    _, told = portfolio(snapshot([BOUGHT, MORE, ("A", "2024-06-01", "redemption", "1500", "80")]))
    assert (told["portfolio_withdrawn"], told["portfolio_value"], told["portfolio_gain"]) == (1500, 1600, 1100)


def test_a_portfolio_that_was_sold_still_has_a_return() -> None:
    """Issue 2, bad input: everything redeemed, no NAV needed."""
    rows = [BOUGHT, ("A", "2024-01-01", "redemption", "1100", "100")]
    card, told = portfolio(snapshot(rows, latest_navs=[]))
    assert (told["portfolio_value"], told["portfolio_gain"], told["portfolio_xirr"]) == (0, 100, 10)
    assert told["portfolio_closed_on"] == date(2024, 1, 1)
    assert card.severity is Severity.INFO


def test_a_scheme_without_a_nav_is_left_out_and_said() -> None:
    """Issue 2, bad input"""
    made = snapshot([BOUGHT, OTHER], latest_navs=[("A", "2025-01-01", "20")])
    card, told = portfolio(made)
    assert (told["portfolio_invested"], told["schemes_left_out"]) == (1000, 1)
    assert card.severity is Severity.NOTICE
    said = [finding.phrase for finding in of_kind(performance(made), "scheme")]
    assert said == ["scheme", "scheme_nav_missing"]


def test_a_redemption_larger_than_the_holding_is_left_out_and_said() -> None:
    """Issue 2, bad input: no made-up number."""
    made = snapshot([BOUGHT, OTHER, ("B", "2024-06-01", "redemption", "900", "30")])
    assert portfolio(made)[1]["schemes_left_out"] == 1
    assert of_kind(performance(made), "scheme")[1].phrase == "scheme_over_redeemed"


def test_when_nothing_can_be_counted_no_figure_is_shown() -> None:
    """Issue 2, bad input"""
    card, told = portfolio(snapshot([BOUGHT], latest_navs=[]))
    assert card.phrase == "portfolio_nothing_counted"
    assert not any(fact.unit in ("INR", "percent") for fact in card.facts.values())
    assert told["schemes_left_out"] == 1


def test_what_rounding_leaves_of_a_holding_is_nothing() -> None:
    """Statements round units to three places."""
    made = snapshot([BOUGHT, ("A", "2024-01-01", "redemption", "1100", "100.0005")], latest_navs=[])
    assert portfolio(made)[1]["portfolio_value"] == 0


def test_rows_set_aside_get_a_card_by_reason() -> None:
    """Issue 2, bad input: ignored and said."""
    rows: Rows = [
        BOUGHT,
        ("A", "2026-01-01", "purchase", "1", "1"),
        ("A", "2024-01-01", "purchase", "-1", "1"),
        ("A", "2024-01-01", "misc", "1", "1"),
    ]
    findings = performance(snapshot(rows))
    assert facts(findings[0])["rows_left_out"] == 3
    assert facts(of_kind(findings, "set_aside")[0]) == {
        "rows_future_date": 1,
        "rows_odd_amount": 1,
        "rows_unknown_kind": 1,
    }


def test_an_old_nav_is_used_with_its_date_and_said() -> None:
    """notes/goals.md 4: staleness is per scheme."""
    made = snapshot([BOUGHT], latest_navs=[("A", "2024-12-24", "20")])
    card, told = portfolio(made)
    assert (told["stale_count"], told["oldest_nav_date"], told["portfolio_as_of"]) == (1, *[date(2024, 12, 24)] * 2)
    assert card.severity is Severity.NOTICE
    fresh = snapshot([BOUGHT], latest_navs=[("A", "2024-12-25", "20")])
    assert "stale_count" not in portfolio(fresh)[1]


def test_stamp_duty_is_paid_and_a_reversed_instalment_never_was() -> None:
    """notes/goals.md 3"""
    rows: Rows = [
        ("A", "2023-01-01", "purchase_sip", "999.95", "100"),
        ("A", "2023-01-01", "stamp_duty_tax", "0.05", None),
        ("A", "2023-02-01", "purchase_sip", "1000", "50"),
        ("A", "2023-02-01", "reversal", "1000", "50"),
    ]
    _, told = portfolio(snapshot(rows))
    assert (told["portfolio_invested"], told["portfolio_value"]) == (1000, 2000)
    assert "portfolio_withdrawn" not in told


def test_a_switch_is_internal_to_the_portfolio_and_external_to_a_scheme() -> None:
    """notes/goals.md 3"""
    rows: Rows = [
        BOUGHT,
        ("A", "2024-01-01", "switch_out", "1100", "100"),
        ("B", "2024-01-01", "switch_in", "1100", "55"),
    ]
    findings = performance(snapshot(rows))
    told = facts(findings[0])
    assert (told["portfolio_invested"], told["portfolio_value"]) == (1000, 1100)
    assert "portfolio_withdrawn" not in told
    assert told["portfolio_xirr"] == pytest.approx(Decimal("4.87"), abs=Decimal("0.01"))
    by_name = {facts(finding)["scheme_name"]: facts(finding) for finding in of_kind(findings, "scheme")}
    assert (by_name["A Fund"]["scheme_withdrawn"], by_name["B Fund"]["scheme_invested"]) == (1100, 1100)


def test_a_switch_into_a_scheme_that_is_left_out_left_the_counted_whole() -> None:
    """Gain = value + taken out - put in, whatever is left out."""
    rows: Rows = [
        BOUGHT,
        ("A", "2024-01-01", "switch_out", "550", "50"),
        ("B", "2024-01-01", "switch_in", "550", "55"),
    ]
    _, told = portfolio(snapshot(rows, latest_navs=[("A", "2025-01-01", "20")]))
    assert (told["portfolio_withdrawn"], told["portfolio_gain"]) == (550, 550)


def test_cash_flows_with_several_rates_show_none_of_them() -> None:
    """S0-4.2d"""
    rows: Rows = [
        ("A", "2021-01-01", "purchase", "100", "100"),
        ("A", "2022-01-01", "redemption", "230", "50"),
        ("A", "2023-01-01", "purchase", "132", "1"),
        ("A", "2024-01-01", "redemption", "0.001", "51"),
    ]
    card, told = portfolio(snapshot(rows, latest_navs=[]))
    assert card.phrase == "portfolio_several_rates"
    assert told["rates_found"] >= 2
    assert "portfolio_xirr" not in told
    assert told["portfolio_gain"] == Decimal("-2.00")


def test_cash_flows_that_no_rate_fits_say_so() -> None:
    """S0-4.2d: money for nothing."""
    rows: Rows = [
        ("A", "2022-01-01", "dividend_payout", "10", None),
        ("A", "2024-01-01", "dividend_payout", "10", None),
    ]
    card, told = portfolio(snapshot(rows))
    assert card.phrase == "portfolio_no_rate"
    assert told["portfolio_xirr"] is None
    assert "not available" in Phrases.load(COACH.phrases).render(card.phrase, card.facts).body_md


def test_the_same_flows_in_the_benchmark() -> None:
    """Issue 2 item 7: value, rate and difference."""
    index = [("Index", "2023-01-01", "2022-12-30", "100"), ("Index", "2024-01-01", "2024-01-01", "110")]
    made = snapshot([BOUGHT, MORE], benchmark_values=[*index, ("Index", "2025-01-01", "2025-01-01", "121")])
    _, told = portfolio(made)
    assert told["benchmark_name"] == "Index"
    assert told["benchmark_value"] == Decimal("2310.00")
    assert told["benchmark_xirr"] == pytest.approx(Decimal("9.99"), abs=Decimal("0.02"))
    assert told["points_above"] == told["portfolio_xirr"] - told["benchmark_xirr"]
    assert "points_below" not in told


@pytest.mark.parametrize(
    "values",
    [
        [],
        [("Index", "2025-01-01", "2025-01-01", "121")],
        [("Index", "2023-01-01", "2022-12-01", "100"), ("Index", "2025-01-01", "2025-01-01", "121")],
    ],
)
def test_a_benchmark_without_values_near_every_flow_is_not_compared(values: Rows) -> None:
    """No made-up number."""
    _, told = portfolio(snapshot([BOUGHT], benchmark_values=values))
    assert told["benchmark_missing"] == 1
    assert "benchmark_value" not in told


def test_a_scheme_without_a_benchmark_keeps_the_whole_from_being_compared() -> None:
    """Like with like."""
    made = snapshot([BOUGHT, OTHER], schemes=[scheme("A"), scheme("B", benchmark=None)])
    assert portfolio(made)[1]["benchmark_missing"] == 1


def test_withdrawals_that_the_benchmark_could_not_have_paid_are_said() -> None:
    """A negative value is no value."""
    made = snapshot([BOUGHT, ("A", "2024-06-01", "redemption", "1500", "50")])
    assert portfolio(made)[1]["benchmark_used_up"] == 1


def test_contributors_are_the_two_ends() -> None:
    """Issue 2 item 7"""
    told = facts(of_kind(performance(snapshot([BOUGHT, OTHER])), "contributors")[0])
    assert (told["top_scheme_name"], told["top_scheme_gain"]) == ("A Fund", 1000)
    assert (told["bottom_scheme_name"], told["bottom_scheme_gain"]) == ("B Fund", -100)
    assert of_kind(performance(snapshot([BOUGHT])), "contributors") == []


def test_the_chart_follows_value_and_money_put_in_by_month() -> None:
    """Issue 2 item 9: portfolio value against invested."""
    navs = [("A", "2024-11-30", "2024-11-29", "18"), ("A", "2024-12-31", "2024-12-31", "19")]
    rows: Rows = [BOUGHT, MORE, ("A", "2024-12-15", "redemption", "900", "50")]
    value, invested = performance(snapshot(rows, month_navs=navs))[0].series
    assert (value.key, invested.key, value.unit) == ("value", "invested", "INR")
    days = [date(2024, 11, 30), date(2024, 12, 31), date(2025, 1, 1)]
    assert list(value.points) == list(zip(days, [Decimal(2880), Decimal(2090), Decimal(2200)], strict=True))
    assert list(invested.points) == list(zip(days, [Decimal(2000), Decimal(1100), Decimal(1100)], strict=True))


def test_a_month_without_a_usable_nav_is_a_gap_in_the_chart() -> None:
    """No made-up number."""
    navs = [("A", "2024-11-30", "2024-10-30", "18"), ("A", "2024-12-31", "2024-12-31", "19")]
    value, _ = performance(snapshot([BOUGHT], month_navs=navs))[0].series
    assert [day for day, _ in value.points] == [date(2024, 12, 31), date(2025, 1, 1)]


PORTFOLIOS: list[Rows] = [
    [],
    [BOUGHT],
    [BOUGHT, MORE, OTHER],
    [("A", "2024-12-31", "purchase", "1000", "49"), OTHER],
    [BOUGHT, ("A", "2024-01-01", "redemption", "1100", "100")],
    [BOUGHT, ("A", "2024-01-01", "redemption", "2100", "90")],
    [BOUGHT, OTHER, ("B", "2024-01-01", "redemption", "2100", "90"), ("A", "2027-01-01", "purchase", "1", "1")],
    [("A", "2022-01-01", "dividend_payout", "10", None), ("A", "2024-01-01", "misc", "10", None)],
    [("A", "2021-01-01", "purchase", "100", "100"), ("A", "2022-01-01", "redemption", "230", "50"),
     ("A", "2023-01-01", "purchase", "132", "1"), ("A", "2024-01-01", "redemption", "0.001", "51")],
]  # fmt: skip


@pytest.mark.parametrize("rows", PORTFOLIOS)
def test_every_fact_explains_itself_and_every_template_passes_the_guard(rows: Rows) -> None:
    """DESIGN 5: facts carry label and how; whatever wrote a text, the guard reads it."""
    phrases = Phrases.load(COACH.phrases)
    for finding in performance(snapshot(rows)):
        assert all(fact.label and fact.how for fact in finding.facts.values())
        words = phrases.render(finding.phrase, finding.facts)
        assert check_sentence(words.title, finding.facts, policy=COACH.policy) == []
        assert check_narration(words.body_md, finding.facts, policy=COACH.policy) == []
        assert phrases.find(finding.phrase).placeholders() >= set(finding.facts) - {"scheme_as_of"}


@pytest.mark.parametrize("rows", PORTFOLIOS)
def test_the_same_snapshot_gives_the_same_findings(rows: Rows) -> None:
    """S0-4.3a: byte-identical, whatever the order of the rows of a day."""
    first, again = ([repr((finding_data(f, "en-IN"), topic_json(f.topic))) for f in performance(made)]
                    for made in (snapshot(rows), snapshot(list(reversed(rows)))))  # fmt: skip
    assert first == again


def test_topics_are_unique_and_dates_never_trigger() -> None:
    """DESIGN 3.7: NAVs move daily and the coach must not repeat itself daily."""
    findings = performance(snapshot([BOUGHT, OTHER, ("A", "2027-01-01", "purchase", "1", "1")]))
    keys = [finding.topic.key for finding in findings]
    assert len(keys) == len(set(keys))
    for finding in findings:
        assert finding.topic.window_days == 30
        assert not any(isinstance(trigger.value, date) for trigger in finding.topic.triggers.values())
