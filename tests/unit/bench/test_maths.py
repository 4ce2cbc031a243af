"""The bench's own arithmetic: a wrong percentile would make every verdict worthless."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats import median, percentile, ratio
from bench.verdict import Bound, missed, sentence

LATENCIES = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile(range(100, 0, -1), share) == expected


@given(LATENCIES, st.floats(0, 1))
def test_at_least_the_asked_share_lies_at_or_below_a_percentile(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_nothing_measured_is_no_number_and_holds_no_bound() -> None:
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(median([]))
    assert not Bound("x", ratio(1, 0), "<=", 2).holds
    assert not Bound("x", ratio(1, 0), ">=", 2).holds


@pytest.mark.parametrize(("values", "expected"), [([3.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 3.0], 2.5), ([7.0], 7.0)])
def test_the_median_is_in_the_middle(values: list[float], expected: float) -> None:
    assert median(values) == expected


def test_a_bound_includes_its_limit() -> None:
    assert Bound("cpu", 2.0, "<=", 2.0).holds
    assert Bound("rate", 0.6, ">=", 0.6).holds
    assert not Bound("cpu", 2.01, "<=", 2.0).holds
    assert not Bound("rate", 0.59, ">=", 0.6).holds


def test_what_is_missed_is_named_with_its_figure() -> None:
    bad = Bound("memory per stream", 1.7, "<=", 1.5, "x", "70 against 41 KiB")
    assert missed([Bound("fine", 0, "<=", 0), bad]) == [bad]
    assert sentence(bad) == "missed: memory per stream is 1.70x, must be <= 1.5x (70 against 41 KiB)"
