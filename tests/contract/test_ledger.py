"""The ledger: what was said is not said again, unless a value moved or the window ended; on both transports."""

from datetime import UTC, datetime, timedelta

import pytest

from aicoach.adapters.supabase import SupabaseStore
from aicoach.app.bootstrap import Container
from aicoach.core.model import Run, Status
from aicoach.core.wire import topic_json
from tests.support.people import Person
from tests.support.runs import insight, result, started

DAY_ONE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(container: Container) -> SupabaseStore:
    """The store under test."""
    return container.store


async def spoken(store: SupabaseStore, person: Person, day: int, value: str, topic: str = "xirr") -> bool:
    """Whether a run on that day said the topic at that value."""
    run = await started(store, person.user_id, as_of=DAY_ONE + timedelta(days=day))
    committed = await store.commit_task(run, result("t", insight(topic, value)))
    await store.finish_session(run, Status.COMPLETED)
    assert (list(committed.skipped) == [topic]) is not bool(committed.events)
    return bool(committed.events)


async def test_a_small_move_inside_the_window_is_not_said(store: SupabaseStore, person: Person) -> None:
    """S0-8.2b S0-1.1f"""
    assert await spoken(store, person, 0, "100")
    assert not await spoken(store, person, 1, "100")
    assert not await spoken(store, person, 2, "110")


async def test_a_move_beyond_the_threshold_is_said(store: SupabaseStore, person: Person) -> None:
    """S0-8.2b: a moved trigger overrides the window."""
    assert await spoken(store, person, 0, "100")
    assert await spoken(store, person, 1, "110.01")


async def test_moves_count_against_the_value_last_spoken(store: SupabaseStore, person: Person) -> None:
    """DESIGN 3.7: hysteresis, no buckets: many small steps add up, a step back and forth does not."""
    said = [await spoken(store, person, day, str(100 + 4 * day)) for day in range(6)]
    assert said == [True, False, False, True, False, False]
    swinging = [await spoken(store, person, 10 + day, value) for day, value in enumerate(["112", "109", "112", "109"])]
    assert not any(swinging)


async def test_the_end_of_the_window_lets_it_be_said_again(store: SupabaseStore, person: Person) -> None:
    """S0-8.2a"""
    assert await spoken(store, person, 0, "100")
    assert not await spoken(store, person, 29, "100")
    assert await spoken(store, person, 30, "100")


async def test_topics_and_people_do_not_share_a_ledger(store: SupabaseStore, person: Person, stranger: Person) -> None:
    """Keyed by scope, coach and topic."""
    assert await spoken(store, person, 0, "100")
    assert await spoken(store, person, 0, "100", topic="value")
    assert await spoken(store, stranger, 0, "100")


async def test_a_resumed_run_ignores_what_it_wrote_itself(store: SupabaseStore, person: Person) -> None:
    """DESIGN 3.5"""
    run: Run = await started(store, person.user_id)
    topics = [topic_json(insight("xirr").finding.topic)]
    await store.commit_task(run, result("t", insight("xirr")))
    assert await store.seen_recently(run, topics) == frozenset()
    await store.finish_session(run, Status.COMPLETED)
    later = await started(store, person.user_id)
    assert await store.seen_recently(later, topics) == {"xirr"}
    assert await store.seen_recently(later, [topic_json(insight("xirr", "300").finding.topic)]) == frozenset()
