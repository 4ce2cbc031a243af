"""A failed attempt is waited for as told, tried again a few times, or given up."""

import pytest

from aicoach.core.ports import ModelFailure
from aicoach.core.retry import TRIES, decide


@pytest.mark.parametrize("code", sorted(TRIES))
def test_every_failure_has_an_end(code: str) -> None:
    """S0-6.3: no failure is tried for ever."""
    last = TRIES[code]
    assert last <= 3
    assert all(decide(ModelFailure(code), attempt).wait is not None for attempt in range(1, last))
    assert decide(ModelFailure(code), last).wait is None


def test_a_retry_waits_as_long_as_told() -> None:
    """429 with Retry-After."""
    assert decide(ModelFailure("model_rate_limited", wait=2.5), 1).wait == 2.5


def test_an_endpoint_that_asks_for_minutes_is_not_waited_for() -> None:
    """A run has seconds."""
    decision = decide(ModelFailure("model_rate_limited", wait=600), 1)
    assert (decision.wait, decision.give_up) == (None, True)


def test_without_a_word_the_wait_grows_with_jitter() -> None:
    """Exponential, and never in step with others."""
    waits = {decide(ModelFailure("model_error"), attempt).wait for attempt in (1, 2) for _ in range(20)}
    assert len(waits) > 2
    assert all(wait is not None and 0.2 <= wait <= 0.8 for wait in waits)


def test_malformed_output_is_asked_for_again_at_once() -> None:
    """One retry, no wait."""
    assert decide(ModelFailure("model_parse"), 1).wait == 0
    assert decide(ModelFailure("model_parse"), 2).wait is None


def test_an_unknown_failure_is_not_tried_again() -> None:
    """Fail safe."""
    decision = decide(ModelFailure("something_new"), 1)
    assert (decision.wait, decision.give_up) == (None, False)


@pytest.mark.parametrize("code", ["model_refused", "model_unreachable", "model_rate_limited", "model_timeout"])
def test_what_cannot_get_better_is_not_asked_again_in_the_run(code: str) -> None:
    """A wrong key stays wrong for the next card."""
    assert decide(ModelFailure(code), 9).give_up
