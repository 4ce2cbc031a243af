"""A snapshot remembers what was worked out from it, and nothing of another one."""

from dataclasses import replace

from aicoach.coaches.goals import COACH, plan
from aicoach.coaches.goals.positions import positions
from aicoach.coaches.goals.sips import sips
from aicoach.coaches.goals.snapshot import Snapshot, once_per_snapshot
from tests.unit.goals.build import snapshot

ROWS = [("A", f"2024-{month:02}-05", "purchase_sip", "1000", "50") for month in range(1, 7)]


def test_a_whole_run_works_it_out_once() -> None:
    """The plan and three agents ask which SIPs there are, and two what is held."""
    seen = snapshot(ROWS)
    first = sips(seen), positions(seen)
    for task in plan((), seen).tasks:
        COACH.agents[task.agent](seen)
    assert (sips(seen), positions(seen)) == first
    assert sips(seen) is first[0]
    assert positions(seen) is first[1]


def test_the_second_to_ask_gets_the_first_answer() -> None:
    """An empty answer is one as well."""
    asked = []

    @once_per_snapshot
    def rows(of: Snapshot) -> tuple[str, ...]:
        asked.append(of)
        return ()

    seen = snapshot(ROWS)
    assert (rows(seen), rows(seen), len(asked)) == ((), (), 1)


def test_a_changed_snapshot_starts_over_and_equality_asks_for_the_data_alone() -> None:
    """Otherwise a copy with other rows would be judged by those of the first."""
    seen, same = snapshot(ROWS), snapshot(ROWS)
    assert len(sips(seen)) == 1
    assert seen == same
    assert sips(replace(seen, transactions=())) == ()
