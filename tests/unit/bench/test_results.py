"""From what was measured to the verdicts, the tables and the chart."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from aicoach.local.paths import ROOT
from bench.__main__ import main
from bench.chart import line_chart
from bench.load import Wave
from bench.quiet import QuietDay
from bench.report import markdown, runs_csv, table, waves_csv
from bench.results import Results
from bench.streams import Crowd
from bench.verdict import missed


def seen(first: float, error: str = "") -> dict[str, Any]:
    return {"answered": first / 2, "first": first, "done": first * 3, "events": 12, "error": error}


def wave(arm: str, cpu: float, seconds: float = 10.0, first: float = 100.0, **changes: Any) -> Wave:
    """One hundred runs; 4 of the CPU seconds are the coach's and its words'."""
    return Wave(
        arm=arm,
        parallel=changes.get("parallel", 100),
        warm=changes.get("warm", True),
        seconds=seconds,
        runs=changes.get("runs", [seen(first)] * 100),
        cpu=cpu,
        coach=3.0,
        words=1.0,
        database_cpu=2.0,
        commands=10_600,
        resident=100 * 2**20,
    )


def crowd(arm: str, streams: int, *, cpu: float, grown: int = 40_000, links: int = 4, errors: int = 0) -> Crowd:
    return Crowd(arm, streams, 10_000, errors, cpu, 0.5, 10.0, links, grown * streams)


def misses(results: Results) -> list[str]:
    return [bound.name for bound in missed(results.bounds())]


def test_the_coach_and_its_words_are_not_counted_against_the_engine() -> None:
    results = Results(waves=[wave("engine", cpu=7.0), wave("bare", cpu=5.5)])
    assert {b.name: b.figure for b in results.bounds()}["service CPU per run, against bare"] == pytest.approx(2.0)
    assert misses(results) == []


def test_all_rounds_count_together() -> None:
    rounds = [wave("engine", 6.0), wave("bare", 6.0), wave("engine", 10.0), wave("bare", 5.0)]
    (cpu,) = [b for b in Results(waves=rounds).bounds() if b.name.startswith("service CPU")]
    assert cpu.figure == pytest.approx(8 / 3)
    assert "rounds 1.00 to 6.00" in cpu.detail


@pytest.mark.parametrize(
    ("engine", "missing"),
    [
        (wave("engine", 8.1), "service CPU per run, against bare"),
        (wave("engine", 6.0, seconds=17), "runs/s at 100 at once, against bare"),
        (wave("engine", 6.0, first=151), "POST to the first frame with an id, p95 at 100 at once, against bare"),
        (wave("engine", 6.0, runs=[seen(100)] * 99 + [seen(0, "TimeoutError")]), "errors in all runs"),
    ],
)
def test_a_missed_ratio_of_runs_is_named(engine: Wave, missing: str) -> None:
    assert misses(Results(waves=[engine, wave("bare", 6.0)])) == [missing]


@pytest.mark.parametrize(
    ("engine", "missing"),
    [
        (wave("engine", 6.0, first=2_001), "first frame with an id, p95 at 100 at once"),
        (wave("engine", 6.0, runs=[seen(100) | {"done": 10_001}] * 100), "done, p95 at 100 at once"),
    ],
)
def test_a_latency_beyond_its_target_is_named(engine: Wave, missing: str) -> None:
    """S0-10.3b: two seconds to the first event, ten to the last; whatever the bare arm takes."""
    assert misses(Results(waves=[engine, wave("bare", 6.0, first=2_001)])) == [missing]


def test_we_are_compared_with_the_best_durable_peer_only() -> None:
    waves = [
        wave("engine, light", 6.0, 5),
        wave("bare, light", 6.0, 4),
        wave("slow", 9, 30),
        wave("good", 9, 9),
        wave("fast", 9, 1),
    ]
    assert misses(Results(waves=waves, durable_peers=["slow"])) == []
    assert misses(Results(waves=waves, durable_peers=["slow", "good"])) == [
        "runs/s at 100 at once, against the best durable peer"
    ]


def test_streams_are_judged_by_what_an_event_adds_and_not_by_heartbeats() -> None:
    few, bare = crowd("engine", 10, cpu=1.5), crowd("bare", 1000, cpu=2.0)
    assert misses(Results(crowds=[few, crowd("engine", 1000, cpu=2.0), bare])) == []
    assert misses(Results(crowds=[few, crowd("engine", 1000, cpu=2.1, grown=61_000, links=5, errors=1), bare])) == [
        "streams that missed an event at 1000 open streams",
        "Redis connections at 1000 open streams",
        "memory per stream at 1000 open streams, against bare",
        "CPU per delivered event at 1000 open streams, against 10",
    ]


def test_cold_starts_and_quiet_days_are_judged() -> None:
    good = Results(cold={"engine": [150, 90, 100], "bare": [70, 60, 90]}, quiet_day=QuietDay(9, ["due"], 0, 0, 0.1))
    good.rerun_tokens = (900, 0)
    assert misses(good) == []
    bad = Results(cold={"engine": [120], "bare": [70]}, quiet_day=QuietDay(9, ["due", "due"], 3, 1, 0.1))
    bad.rerun_tokens = (900, 1)
    assert len(misses(bad)) == 4


def test_what_was_not_measured_is_not_judged() -> None:
    assert Results().bounds() == []
    assert misses(Results(waves=[wave("engine", 6.0)])) == []


def everything(**spoilt: Any) -> Results:
    """Each row of DESIGN §7, measured and held; ``spoilt`` are parts that are otherwise."""
    waves = {"engine": wave("engine", 6.0), "bare": wave("bare", 6.0)}
    waves |= {"engine, light": wave("engine, light", 5.0, 4), "peer": wave("peer", 9.0, 20)}
    streams = {"few": crowd("engine", 10, cpu=2.0), "many": crowd("engine", 1000, cpu=2.1)}
    streams |= {"bare streams": crowd("bare", 1000, cpu=2.0)}
    parts: dict[str, Any] = {
        "cold": {"engine": [100.0, 110.0, 900.0], "bare": [90.0, 100.0, 110.0]},
        "quiet_day": QuietDay(10_000, ["ai_due_goals"], 0, 0, 0.2),
        "rerun_tokens": (14_341, 0),
    }
    waves |= {name: part for name, part in spoilt.items() if name in waves}
    streams |= {name: part for name, part in spoilt.items() if name in streams}
    parts |= {name: part for name, part in spoilt.items() if name in parts}
    return Results(waves=list(waves.values()), crowds=list(streams.values()), durable_peers=["peer"], **parts)


MANY = crowd("engine", 1000, cpu=2.1)
DAY = QuietDay(10_000, ["ai_due_goals"], 0, 0, 0.2)
#: What misses one row of DESIGN §7, and how the row is named.
MISSES: dict[str, dict[str, Any]] = {
    "errors in all runs": {"engine": wave("engine", 6.0, runs=[seen(100)] * 99 + [seen(0, "TimeoutError")])},
    "service CPU per run": {"engine": wave("engine", 8.1)},
    "runs/s at 100 at once, against bare": {"engine": wave("engine", 6.0, seconds=17)},
    "runs/s at 100 at once, against the best durable peer": {"peer": wave("peer", 9.0, 7)},
    "POST to the first frame": {"engine": wave("engine", 6.0, first=151)},
    "Redis connections": {"many": replace(MANY, redis_connections=5)},
    "memory per stream": {"many": replace(MANY, grown=61_000_000)},
    "CPU per delivered event": {"many": replace(MANY, cpu=2.8)},
    "streams that missed an event": {"many": replace(MANY, errors=1)},
    "cold process to the first 201": {"cold": {"engine": [151.0], "bare": [100.0]}},
    "next market day of 10000 users, all moves below thresholds: statements": {
        "quiet_day": replace(DAY, calls=["ai_due_goals"] * 2)
    },
    "next market day of 10000 users, all moves below thresholds: rows written": {"quiet_day": replace(DAY, rows=1)},
    "model tokens": {"rerun_tokens": (14_341, 1)},
}


def recorded(folder: Path, results: Results) -> str:
    """The file that a bench leaves behind."""
    path = folder / "results.json"
    path.write_text(results.dump())
    return str(path)


@pytest.mark.parametrize("row", MISSES)
def test_a_bench_that_misses_any_one_row_fails_and_names_it(
    row: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S0-10.3b, DESIGN 7: from the record of what was measured to the exit code."""
    assert main(["--judge", recorded(tmp_path, everything(**MISSES[row]))]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"missed: {row}")


@pytest.mark.parametrize(("spoilt", "code"), [({}, 0), (MISSES["service CPU per run"], 1)], ids=["held", "missed"])
def test_the_command_ends_with_the_verdict(spoilt: dict[str, Any], code: int, tmp_path: Path) -> None:
    """S0-10.3b: what a script that calls ``python -m bench`` sees."""
    argv = [sys.executable, "-m", "bench", "--judge", recorded(tmp_path, everything(**spoilt))]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    assert ended.stdout.count("| yes |") + code == len(everything().bounds())
    assert ended.stderr.count("missed: ") == code


def test_what_was_measured_is_recorded_as_it_was() -> None:
    results = everything()
    assert Results.load(results.dump()) == results
    nobody = everything(engine=wave("engine", 6.0, runs=[seen(float("nan"), "TimeoutError")]))
    assert misses(Results.load(nobody.dump())) == misses(nobody) != []


def test_a_table_has_one_line_per_row_and_names_what_failed() -> None:
    results = Results(waves=[wave("engine", 9.0), wave("bare", 6.0)], statements={"engine": 27.0})
    text = markdown(results)
    assert "| service CPU per run, against bare | 2.50x | <= 2x | **no** |" in text
    assert "| engine | 100 | warm | 100 | 0 | 10.0 | 50/50/50 | 100/100/100 | 300/300/300 | 50.0 | 30.0 |" in text
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_csv_has_every_run_and_every_row() -> None:
    results = Results(waves=[wave("engine", 9.0), wave("bare", 6.0)])
    assert len(runs_csv(results).splitlines()) == 201
    head, engine, _ = waves_csv(results).splitlines()
    assert dict(zip(head.split(","), engine.split(","), strict=True))["first_p95_ms"] == "100.0"


def test_the_chart_is_an_image_with_a_line_for_each_arm() -> None:
    drawn = line_chart("CPU & load", "at once", {"engine": [(1, 26.6), (100, 19.7)], "bare": [(1, 20.0), (100, 16.5)]})
    root = ElementTree.fromstring(drawn)
    assert len(root.findall("{http://www.w3.org/2000/svg}polyline")) == 2
    assert "CPU &amp; load" in drawn
