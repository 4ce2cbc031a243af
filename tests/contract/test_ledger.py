"""The ledger: what was said is not said again, unless a value moved or the window ended; on both transports."""

from datetime import UTC, datetime, timedelta

import pytest

from aicoach.adapters.supabase import SupabaseStore
from aicoach.app.bootstrap import Container
from aicoach.core.model import Run, Status
from aicoach.core.ports import TaskResult
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
    """S0-8.2a: recorded, then seen recently for so many days, and not after; time is the run's ``as_of``."""
    topics = [topic_json(insight("xirr").finding.topic)]
    assert await spoken(store, person, 0, "100")
    for day, seen in ((29, {"xirr"}), (30, set())):
        run = await started(store, person.user_id, as_of=DAY_ONE + timedelta(days=day))
        assert await store.seen_recently(run, topics) == seen
        await store.finish_session(run, Status.COMPLETED)
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


async def card(store: SupabaseStore, person: Person, day: int, **values: str) -> dict[str, str]:
    """The ids of the cards that a run on that day made, by topic; ``values`` are all that its task found."""
    run = await started(store, person.user_id, as_of=DAY_ONE + timedelta(days=day))
    committed = await store.commit_task(run, result("t", *(insight(topic, at) for topic, at in values.items())))
    await store.finish_session(run, Status.COMPLETED)
    return {event["insight"]["topicKey"]: event["insight"]["id"] for event in committed.events}


async def standing(store: SupabaseStore, person: Person) -> set[str]:
    """The ids of the cards that hold now."""
    listed = await store.list_insights(person.user_id, None, 100, status="active")
    return {each["id"] for each in listed["insights"]}


async def test_a_card_whose_cause_is_gone_expires_and_one_held_back_stays(store: SupabaseStore, person: Person) -> None:
    """Issue 4 item 6: expired only by an agent that succeeded and did not find it again."""
    first = await card(store, person, 0, drift="100", regular="5")
    assert await standing(store, person) == set(first.values())
    assert await card(store, person, 1, drift="101") == {}
    assert await standing(store, person) == {first["drift"]}
    listed = await store.list_insights(person.user_id, None, 100)
    assert {each["id"]: each["expiredAt"] is not None for each in listed["insights"]} == {
        first["drift"]: False,
        first["regular"]: True,
    }


async def test_a_newer_card_takes_the_place_of_the_older_one(store: SupabaseStore, person: Person) -> None:
    """One card a topic holds at a time."""
    await card(store, person, 0, drift="100")
    second = await card(store, person, 1, drift="150")
    assert await standing(store, person) == {second["drift"]}


async def test_a_task_that_failed_expires_nothing(store: SupabaseStore, person: Person) -> None:
    """Issue 4 item 6: a crash must not wipe healthy cards."""
    first = await card(store, person, 0, drift="100")
    run = await started(store, person.user_id, as_of=DAY_ONE + timedelta(days=1))
    await store.commit_task(run, TaskResult("t", error="agent_failed"))
    await store.finish_session(run, Status.FAILED)
    assert await standing(store, person) == set(first.values())


async def test_a_thumbs_down_makes_a_topic_quiet_until_a_value_moves(store: SupabaseStore, person: Person) -> None:
    """Issue 4 item 7: a longer window, visible in preferences, and undone by a thumbs-up or there."""
    today = (datetime.now(UTC) - DAY_ONE).days
    first = await card(store, person, today, drift="100")
    feedback = {"insight_id": first["drift"], "helpful": False, "quiet_days": 90}
    await store.record_feedback(person.user_id, feedback)
    quiet = (await store.get_prefs(person.user_id))["quiet_topics"]
    assert [(topic["topic"], topic["title"]) for topic in quiet] == [("drift", "About drift")]
    assert not await spoken(store, person, today + 60, "100", topic="drift")
    assert await spoken(store, person, today + 61, "150", topic="drift")
    assert await spoken(store, person, today + 161, "150", topic="drift"), "the quiet time has ended"


async def test_a_quiet_topic_can_be_made_loud_again(store: SupabaseStore, person: Person) -> None:
    """Issue 4 item 7"""
    today = (datetime.now(UTC) - DAY_ONE).days
    first = await card(store, person, today, drift="100", value="5")
    for topic in first:
        await store.record_feedback(person.user_id, {"insight_id": first[topic], "helpful": False})
    await store.record_feedback(person.user_id, {"insight_id": first["drift"], "helpful": True})
    quiet = (await store.get_prefs(person.user_id))["quiet_topics"]
    assert [topic["topic"] for topic in quiet] == ["value"]
    after = await store.put_prefs(person.user_id, {"loud_topics": ["value"]})
    assert after["quiet_topics"] == []
