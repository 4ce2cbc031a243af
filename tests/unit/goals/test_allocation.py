"""The allocation agent: the mix, its drift from the person's own targets, concentrations, regular plans, hints."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicoach.coaches.goals.agents.allocation import allocation
from aicoach.coaches.goals.agents.recommendation import months_to_close, rounded_up
from aicoach.coaches.goals.mix import rounded_shares
from aicoach.core.model import Finding, Severity
from tests.unit.goals.build import Rows, snapshot
from tests.unit.goals.cards import check, facts, words, would_speak_again

HALF: Rows = [("asset_class", "equity", "0.5"), ("asset_class", "debt", "0.5")]


def market(**of: tuple[str | None, str | None, str, str]) -> Rows:
    """Schemes by ISIN: class, category, plan, fund house."""
    return [
        (isin, f"{isin} Fund", amc, category, kind, plan, "growth", "Index")
        for isin, (kind, category, plan, amc) in of.items()
    ]


MARKET = market(
    A=("equity", "Flexi Cap", "direct", "One"), B=("debt", "Liquid", "direct", "Two"),
    C=(None, None, "regular", ""), D=("Real Estate", "REIT", "direct", "Two"),
)  # fmt: skip


def bought(**rupees: int) -> Rows:
    """So many rupees of each, at a NAV of 20."""
    return [(isin, "2023-01-01", "purchase", "1000", str(Decimal(value) / 20)) for isin, value in rupees.items()]


def cards(rows: Rows, targets: Rows = (), schemes: Rows = MARKET) -> dict[str, Finding]:
    found = allocation(snapshot(rows, targets=targets, schemes=schemes))
    for card in found:
        check(card)
    return {card.kind: card for card in found}


def by(prefix: str, card: Finding) -> dict[str, Any]:
    return {key.removeprefix(prefix): value for key, value in facts(card).items() if key.startswith(prefix)}


def test_drift_is_told_in_points_and_rupees_and_adds_up_to_nothing() -> None:
    """S0-7.1a"""
    card = cards(bought(A=6200, B=3800), HALF)["asset_class"]
    told = facts(card)
    assert (told["actual_equity"], told["target_equity"], told["drift_equity"]) == (62, 50, 12)
    assert (told["drift_amount_equity"], told["drift_amount_debt"]) == (1200, -1200)
    assert sum(value for key, value in told.items() if key in ("drift_equity", "drift_debt")) == 0
    assert card.phrase == "asset_class_drift"
    assert "a drift of -12 percentage points or -₹ 1,200" in words(card)[0].body_md


def test_drift_by_category_reports_unmapped_schemes_as_unclassified() -> None:
    """S0-7.1b"""
    targets = [("category", "Flexi Cap", "0.6"), ("category", "Liquid", "0.4")]
    card = cards(bought(A=500, B=300, C=200), targets)["category"]
    assert by("drift_", card) == {
        "flexi_cap": -10, "liquid": -10, "unclassified": 20,
        "amount_flexi_cap": -100, "amount_liquid": -100, "amount_unclassified": 200,
    }  # fmt: skip
    told = facts(card)
    assert (told["category_above"], told["category_above_points"]) == ("unclassified", 20)
    assert (told["category_below"], told["category_below_amount"]) == ("Flexi Cap", 100)
    assert card.facts["actual_flexi_cap"].label == "Flexi Cap: share now"


def test_classes_that_nobody_knows_are_other_and_none_at_all_is_unclassified() -> None:
    """S0-7.1b"""
    card = cards(bought(A=500, C=300, D=200), [("asset_class", "Real estate", "0.2"), ("asset_class", "equity", "0.8")])
    assert by("actual_", card["asset_class"]) == {"equity": 50, "other": 20, "unclassified": 30}
    assert facts(card["asset_class"])["drift_other"] == 0


def test_without_targets_only_the_mix_is_told() -> None:
    """Issue 4 item 2"""
    found = cards(bought(A=500, B=300))
    assert (found["asset_class"].phrase, found["category"].phrase) == ("asset_class_mix", "category_mix")
    for card in (found["asset_class"], found["category"]):
        assert not by("drift_", card)
        assert not by("target_", card)
        assert card.hints == ()


@pytest.mark.parametrize(("share", "total"), [("0.6", 60), ("1", 150)])
def test_targets_that_do_not_add_up_to_the_whole_are_said_not_scaled(share: str, total: int) -> None:
    """Issue 4, bad input"""
    targets = [("asset_class", "equity", share), *([HALF[1]] if total > 100 else [])]
    card = cards([*bought(A=500, B=300), *SIPS], targets)["asset_class"]
    assert (card.phrase, facts(card)["target_sum"]) == ("asset_class_targets_off", total)
    assert ("drift_debt" in facts(card)) is (total > 100)
    assert f"add up to {total}%" in words(card)[0].body_md
    assert card.hints == ()


def test_a_target_that_is_no_fraction_does_not_count() -> None:
    """Issue 4, bad input: the rest then does not add up, and that is said."""
    card = cards(bought(A=500), [("asset_class", "equity", "1.5"), ("asset_class", "debt", "-0.5"), HALF[0]])
    assert facts(card["asset_class"])["target_sum"] == 50


def test_a_portfolio_of_one_scheme_is_told_like_any_other() -> None:
    """Issue 4, bad input"""
    found = cards(bought(A=1000), HALF)
    assert facts(found["asset_class"])["drift_equity"] == 50
    assert facts(found["concentration"])["largest_scheme_share"] == 100
    assert facts(found["category"])["category_count"] == 1


def test_a_portfolio_without_value_has_no_mix() -> None:
    """Issue 4, bad input: empty, sold, without prices."""
    assert cards([], HALF) == {}
    assert allocation(snapshot(bought(A=1000), latest_navs=[])) == []
    assert cards([*bought(A=1000), ("A", "2024-01-01", "redemption", "900", "50")], HALF) == {}


def test_concentration_is_told_over_its_thresholds_only() -> None:
    """Issue 4 item 2: by scheme above a quarter, by fund house above two fifths."""
    told = facts(cards(bought(A=500, B=300, D=200))["concentration"])
    assert (told["large_scheme_count"], told["largest_scheme"], told["largest_scheme_share"]) == (2, "A Fund", 50)
    assert (told["large_amc_count"], told["largest_amc"], told["largest_amc_share"]) == (2, "One", 50)
    spread = market(**{isin: ("equity", "Flexi Cap", "direct", f"House {isin}") for isin in "ABDE"})
    assert "concentration" not in cards(bought(A=25, B=25, D=25, E=25), schemes=spread)


def test_regular_plans_are_a_fact_without_a_proposal() -> None:
    """Issue 4 item 2; notes/goals.md 4: never "switch"."""
    card = cards(bought(A=750, C=250))["regular_plans"]
    assert (facts(card)["regular_share"], facts(card)["regular_value"], card.hints) == (25, 250, ())
    assert card.severity is Severity.INFO
    assert "regular_plans" not in cards(bought(A=750))


SIPS = [("A", f"2024-{month:02}-05", "purchase_sip", "1000", "50") for month in range(7, 13)]


def test_a_drift_gets_a_hint_that_closes_it_with_coming_instalments_and_without_selling() -> None:
    """S0-7.2a: rounded, worded as a calculation about the person's own target."""
    card = cards([*bought(B=3000), *SIPS], HALF)["asset_class"]
    told = facts(card)
    assert (told["hint_class"], told["hint_points_below"], told["hint_months"]) == ("debt", Decimal("16.67"), 3)
    assert (told["hint_amount"], told["hint_monthly"]) == (3000, 1000)
    assert [hint.key for hint in card.hints] == ["redirect_sips:debt"]
    assert card.hints[0].action == {"type": "redirect_sips", "asset_class": "debt", "months": "3"}
    assert "not advice" in words(card)[1].body_md


@pytest.mark.parametrize(
    ("rows", "targets", "why"),
    [
        ([*bought(B=5100), *SIPS], HALF, "a drift below five points"),
        (bought(A=6000, B=3000), HALF, "no SIP runs"),
        ([*bought(B=3000, C=100), *SIPS], HALF, "an unclassified fund may belong anywhere"),
        ([*bought(A=90000, B=30000), *SIPS], HALF, "it would take too long"),
        ([*bought(B=3000), *SIPS], [("asset_class", "debt", "1")], "new money alone never reaches a whole"),
    ],
)  # fmt: skip
def test_no_hint_without_a_calculation_behind_it(rows: Rows, targets: Rows, why: str) -> None:
    """S0-7.2a"""
    assert cards(rows, targets)["asset_class"].hints == (), why


@given(st.decimals(1, 10**9, places=2), st.decimals(0, "0.99", places=2), st.decimals(1, 10**6, places=2))
def test_new_money_of_that_size_closes_the_gap(below: Decimal, share: Decimal, monthly: Decimal) -> None:
    """S0-7.2a: value + M = share * (whole + M)."""
    closing = months_to_close(below, share, monthly)
    if closing is not None:
        assert abs(-below + closing.amount * (1 - share)) < Decimal("0.0001")
        assert (closing.months - 1) * monthly < closing.amount <= closing.months * monthly


@given(st.decimals(0, 10**6, places=4), st.sampled_from([Decimal(100), Decimal("0.5")]))
def test_rounding_up_reaches_the_next_step_and_no_further(value: Decimal, step: Decimal) -> None:
    """S0-7.2a"""
    assert 0 <= rounded_up(value, step) - value < step


shares = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(shares)
def test_rounded_shares_of_a_whole_add_up_to_a_hundred(parts: Sequence[int]) -> None:
    """S0-7.1a: drifts add up to nothing, to the last printed digit."""
    whole = sum(parts)
    exact = {str(at): Decimal(part) / whole for at, part in enumerate(parts)}
    rounded = rounded_shares(exact, whole=True)
    assert sum(rounded.values()) == 100
    assert all(abs(rounded[key] - share * 100) <= Decimal("0.01") for key, share in exact.items())


@settings(deadline=None, max_examples=80)
@given(st.lists(st.integers(1, 10**6), min_size=4, max_size=4), st.lists(st.integers(0, 100), min_size=3, max_size=3))
def test_drifts_always_add_up_to_nothing(values: list[int], wishes: list[int]) -> None:
    """S0-7.1a: whatever is held, whatever the targets that make up the whole."""
    cut = sorted(Decimal(wish) / 100 for wish in wishes)
    named = zip(("equity", "debt", "gold", "cash"), (cut[0], cut[1] - cut[0], cut[2] - cut[1], 1 - cut[2]), strict=True)
    targets = [("asset_class", name, str(share)) for name, share in named]
    card = cards(bought(**dict(zip("ABCD", values, strict=True))), targets)["asset_class"]
    drifts = [value for key, value in by("drift_", card).items() if not key.startswith("amount_")]
    amounts = list(by("drift_amount_", card).values())
    assert abs(sum(drifts)) <= Decimal("0.01")
    # Each is rounded to a paisa for itself; less than half a rupee is none.
    assert abs(sum(amounts)) <= Decimal("0.51") * len(amounts)


def test_small_moves_are_quiet_and_large_ones_are_not() -> None:
    """DESIGN 3.7"""
    before = cards(bought(A=6200, B=3800, C=1000), HALF)
    for kind, after in cards(bought(A=6300, B=3750, C=1010), HALF).items():
        assert not would_speak_again(before[kind], after), kind
    moved = cards(bought(A=7000, B=3000, C=2000), HALF)
    assert all(would_speak_again(before[kind], moved[kind]) for kind in ("asset_class", "category", "regular_plans"))
    retargeted = cards(bought(A=6200, B=3800, C=1000), [("asset_class", "equity", "1")])
    assert would_speak_again(before["asset_class"], retargeted["asset_class"])


def test_the_same_snapshot_gives_the_same_findings() -> None:
    """S0-4.3a: whatever the order of the rows."""
    rows = [*bought(A=6200, B=3800, C=1000), *SIPS]
    assert repr(cards(rows, HALF)) == repr(cards(rows[::-1], HALF[::-1]))
