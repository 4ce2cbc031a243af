"""Old recordings parse with today's parsers, and today's events are what an old page can read."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from aicoach.core.events import EVENTS, Init, RunDone, parse_event
from aicoach.core.wire import EVENTS_VERSION
from tests.fakes.portfolios import give_portfolio
from tests.recordings.compatibility import broken_promises
from tests.support.service import Client

HERE = Path(__file__).parent
RECORDINGS = sorted(HERE.glob("*.sse"))
SCHEMAS = {int(path.stem.removeprefix("events.v")): path for path in HERE.glob("events.v*.json")}


def datas(recording: Path) -> Iterator[str]:
    """The JSON of each frame, as it came over the wire."""
    for line in recording.read_text().split("\n"):
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_an_old_recording_still_parses_whole(recording: Path) -> None:
    """Issue 6 point 9: each event has its type, and gives back every field that was recorded."""
    events = [(json.loads(data), parse_event(data)) for data in datas(recording)]
    assert isinstance(events[0][1], Init)
    assert isinstance(events[-1][1], RunDone)
    for recorded, event in events:
        assert event is not None, recorded["type"]
        assert _contains(event.model_dump(mode="json", by_alias=True), recorded)


def test_the_recordings_hold_every_type_of_event() -> None:
    """What was never recorded would be promised by nobody."""
    recorded = {json.loads(data)["type"] for recording in RECORDINGS for data in datas(recording)}
    assert recorded == set(EVENTS.json_schema()["discriminator"]["mapping"])


@pytest.mark.parametrize("version", sorted(SCHEMAS))
def test_no_field_was_removed_and_none_changed_its_type(version: int) -> None:
    """The rule of core/events.py, against the schema of each version as it was frozen."""
    assert broken_promises(json.loads(SCHEMAS[version].read_text()), EVENTS.json_schema()) == []


def test_the_schema_of_the_present_version_is_frozen() -> None:
    """Something was added: raise EVENTS_VERSION, and keep the schema and a recording of it beside the old ones.

    ``python -m tests.recordings.freeze`` writes the schema.
    """
    assert max(SCHEMAS) == EVENTS_VERSION
    assert json.loads(SCHEMAS[EVENTS_VERSION].read_text()) == EVENTS.json_schema()


def test_the_rule_itself_notices_what_breaks_a_page() -> None:
    """A lock is tested with what must not get through; what is added does get through."""
    old = EVENTS.json_schema()

    def after(change: Callable[[dict[str, Any]], object]) -> list[str]:
        new = deepcopy(old)
        change(new)
        return broken_promises(old, new)

    assert after(lambda new: new["$defs"]["Card"]["properties"].pop("bodyMd")) == ["Card.bodyMd is gone"]
    assert after(lambda new: new["$defs"].pop("Usage")) == ["Usage is gone"]
    assert after(lambda new: new["discriminator"]["mapping"].pop("token")) == ["there is no token any more"]
    assert after(lambda new: new["$defs"]["Card"]["required"].remove("bodyMd")) == ["Card.bodyMd may be missing"]
    code: dict[str, Any] = {"code": {"type": "integer"}}
    assert after(lambda new: new["$defs"]["ErrorMet"]["properties"].update(code)) == [
        "ErrorMet.code is integer, was string"
    ]
    assert after(lambda new: new["$defs"]["ErrorMet"]["properties"].update(more=code)) == []


async def test_events_of_today_are_what_the_schema_says(client: Client, owner: asyncpg.Connection) -> None:
    """The union describes what is really sent: goals, a degraded run, and what a reader sees of them."""
    await give_portfolio(owner, client.person.user_id, "demo")
    for body in ({}, {"coach": "orchard", "params": {"orchard": str(uuid4()), "broken": "takings"}}):
        session_id = await client.start(**body)
        for event in await client.watch(session_id):
            known = parse_event(json.dumps(event))
            assert known is not None
            assert unknown_fields(known) == {}


@pytest.mark.parametrize("data", ["", "null", "[]", "{}", '{"type": 1}', '{"type": "done", "id": "4"}', "{"])
def test_what_is_no_event_is_refused(data: str) -> None:
    """Bad input."""
    with pytest.raises(ValueError, match=r".*"):
        parse_event(data)


def test_a_type_of_the_future_is_nobodys_error() -> None:
    """DESIGN 4.4: clients ignore unknown types."""
    assert parse_event('{"type": "weather", "id": null}') is None


def unknown_fields(part: Any, path: str = "") -> dict[str, Any]:
    """Fields that were sent although the union does not name them."""
    found = {f"{path}{name}": value for name, value in (part.model_extra or {}).items()}
    for name, value in part:
        if hasattr(value, "model_extra"):
            found |= unknown_fields(value, f"{path}{name}.")
        elif isinstance(value, dict):
            for key, inner in value.items():
                found |= unknown_fields(inner, f"{path}{name}.{key}.") if hasattr(inner, "model_extra") else {}
    return found


def _contains(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and _contains(whole[name], part[name]) for name in part)
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(_contains, whole, part))
    return bool(whole == part)
