"""A tiny round end to end on real parts: that it measures, never how fast."""

from pathlib import Path

from aicoach.local.stack import Stack
from bench.__main__ import OURS, YARDSTICK
from bench.load import Load
from bench.report import markdown
from bench.results import Results
from bench.streams import watch_crowds
from bench.world import World


def test_both_arms_carry_out_the_same_runs_without_an_error(stack: Stack, tmp_path: Path) -> None:
    """S0-10.3a, issue 5 item 5."""
    world, logs = World(stack, people=2), tmp_path
    world.clear()
    world.fill()
    load = Load(world, logs)
    load.round([OURS, YARDSTICK], [(2, 2)])
    rows = Results(waves=load.waves).rows
    assert [run["error"] for wave in load.waves for run in wave.runs] == [""] * 8
    ours, bare = ([run["events"] for run in rows[arm, 2, True].runs] for arm in ("engine", "bare"))
    assert ours == bare
    assert all(wave.cpu > wave.coach + wave.words > 0 and wave.commands > 0 for wave in load.waves)

    crowds = watch_crowds(world, OURS, logs, 1, 2, 20)
    assert [(crowd.delivered, crowd.errors) for crowd in crowds] == [(20, 0), (20, 0)]
    assert all(1 <= crowd.redis_connections <= 4 for crowd in crowds)
    assert "| engine | 2 | warm | 2 | 0 |" in markdown(Results(waves=load.waves, crowds=list(crowds)))
    world.clear()
