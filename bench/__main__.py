"""``python -m bench``: measure DESIGN §7 side by side, print the tables, and fail by name for what is missed."""

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack
from bench import chart, peers, report
from bench.cold import first_answers
from bench.guard import guard_ms
from bench.load import Arm, Load, Wave
from bench.quiet import quiet_day, tokens_of_two_runs
from bench.results import LIGHT_ENGINE, Results
from bench.servers import BARE, ENGINE
from bench.streams import watch_crowds
from bench.verdict import missed, sentence
from bench.world import World

OUT: Final = ROOT / ".aicoach" / "bench"
DOCS: Final = ROOT / "docs"
#: All of what was measured, as ``--judge`` reads it.
RECORD: Final = "results.json"
PARTS: Final = ("quiet", "load", "streams", "cold")


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    rounds: int
    people: int
    #: (at once, warm runs) of each wave.
    sizes: Sequence[tuple[int, int]]
    crowd: int
    streams: tuple[int, int]
    events: int
    cold_starts: int


FULL: Final = Scale(3, 200, ((1, 20), (10, 60), (100, 200)), 10_000, (10, 1000), 10_000, 7)
QUICK: Final = Scale(1, 100, ((1, 10), (10, 30), (100, 100)), 10_000, (10, 1000), 10_000, 3)

OURS: Final = Arm(ENGINE, (sys.executable, "-m", "bench.engine"))
YARDSTICK: Final = Arm(BARE, (sys.executable, "-m", "bench.bare"))
LIGHT_OURS: Final = Arm(LIGHT_ENGINE, OURS.argv, peers.LIGHT)
LIGHT_BARE: Final = Arm("bare, light", YARDSTICK.argv, peers.LIGHT)
#: With a model on and next to no budget every card falls back to its template: shown, not compared.
TINY_BUDGET: Final = Arm("engine, model on, tiny budget", OURS.argv, {"AICOACH_LLM": "scripted"})


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything that was measured holds, else 1."""
    options = _options(arguments)
    if options.judge:
        results = Results.load(options.judge.read_bytes())
        print(report.verdicts(results))
    else:
        results = _measured(options)
        print(report.markdown(results))
    failures = missed(results.bounds())
    for bound in failures:
        print(sentence(bound), file=sys.stderr)
    return 1 if failures else 0


def _measured(options: argparse.Namespace) -> Results:
    """What is measured now; it is left in files as well."""
    # A terminated bench takes its servers down, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scale = QUICK if options.quick else FULL
    peer_arms = peers.prepare(OUT.parent / "bench-peers") if options.peers else []
    OUT.mkdir(parents=True, exist_ok=True)
    with Stack(OUT / "stack", parts=("postgres", "redis", "model"), seeded=False, report=print) as stack:
        results = measure(World(stack, scale.people), scale, options.rounds or scale.rounds, options.only, peer_arms)
    _write(results, OUT)
    if options.write_docs:
        _write_docs(results)
    return results


def measure(world: World, scale: Scale, rounds: int, only: Sequence[str], peer_arms: Sequence[Arm] = ()) -> Results:
    """All parts that are asked for, one after the other: each has the machine to itself."""
    results = Results(durable_peers=[arm.name for arm in peer_arms])
    logs = world.stack.home.logs
    world.clear()
    if "quiet" in only:
        _say(f"the next market day of {scale.crowd:,} users")
        world.sql("market")
        results.quiet_day = quiet_day(world, scale.crowd)
    world.fill()
    if "quiet" in only:
        results.rerun_tokens, results.guard_ms = tokens_of_two_runs(world), guard_ms(world)
    if "load" in only:
        results.statements, results.waves = _load(Load(world, logs), scale, rounds, peer_arms)
    if "streams" in only:
        _say(f"{scale.streams[1]:,} open streams")
        for arm in (OURS, YARDSTICK):
            results.crowds += watch_crowds(world, arm, logs, *scale.streams, scale.events)
    if "cold" in only:
        _say("cold starts")
        results.cold = first_answers(world, logs, scale.cold_starts)
    return results


def _load(load: Load, scale: Scale, rounds: int, peer_arms: Sequence[Arm]) -> tuple[dict[str, float], list[Wave]]:
    arms = [OURS, YARDSTICK, TINY_BUDGET]
    statements = {arm.name: load.statements(arm) for arm in arms}
    for number in range(1, rounds + 1):
        _say(f"round {number} of {rounds}: {', '.join(arm.name for arm in arms)}")
        load.round(arms, scale.sizes)
        if peer_arms:
            load.round([LIGHT_OURS, LIGHT_BARE, *peer_arms], scale.sizes[-1:])
    return statements, load.waves


def _write(results: Results, folder: Path) -> None:
    (folder / RECORD).write_text(results.dump())
    (folder / "table.md").write_text(report.markdown(results))
    (folder / "waves.csv").write_text(report.waves_csv(results))
    (folder / "runs.csv").write_text(report.runs_csv(results))
    (folder / "cost-against-load.svg").write_text(cost_chart(results))


def cost_chart(results: Results) -> str:
    """The server's own CPU per run against how many run at once, on warm processes."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in results.rows.values():
        if row.warm:
            lines.setdefault(row.arm, []).append((row.parallel, row.per_run("own") * 1000))
    return chart.line_chart("Server CPU per run in ms, without the coach's own code", "runs at once", lines)


def _write_docs(results: Results) -> None:
    """The generated half of docs/bench.md: everything below its marker."""
    page = DOCS / "bench.md"
    kept, marker, _ = page.read_text().partition("<!-- generated below -->\n")
    page.write_text(f"{kept}{marker}\n{report.markdown(results)}")
    (DOCS / "bench.svg").write_text(cost_chart(results))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small round")
    parser.add_argument("--rounds", type=int, help="interleaved rounds of runs (default 3)")
    parser.add_argument("--peers", action="store_true", help="LangGraph and DBOS too, in an environment of their own")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    record = f"judge what an earlier bench left in {RECORD}, and measure nothing"
    parser.add_argument("--judge", type=Path, metavar="FILE", help=record)
    parser.add_argument("--write-docs", action="store_true", help="put tables and chart into docs/")
    return parser.parse_args(arguments)


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
