"""What was measured as Markdown tables and as CSV."""

import csv
import io
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import psutil

from bench.results import Results
from bench.rows import POINTS, Row
from bench.stats import median

_LOAD = (
    *("arm", "at once", "", "runs", "errors", "runs/s", "answer p50/p95/p99 ms", "first id p50/p95/p99 ms"),
    *("done p50/p95/p99 ms", "CPU ms", "coach ms", "words ms", "database ms", "Redis commands", "RSS MB"),
)


def markdown(results: Results) -> str:
    """Every table, the verdicts first."""
    parts = [f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {_machine()}.", verdicts(results)]
    if results.waves:
        load = table(_LOAD, (_load_cells(row) for row in results.rows.values()))
        parts += ["### Runs", "CPU, commands and statements are per run.", load]
    if results.statements:
        cells = ((arm, f"{count:.1f}") for arm, count in results.statements.items())
        parts += ["### Statements", table(("arm", "statements per run"), cells)]
    if results.crowds:
        parts += ["### Open streams", _streams(results)]
    if results.cold:
        starts = ((arm, *(f"{f(took):.0f}" for f in (min, median, max))) for arm, took in results.cold.items())
        parts += ["### Cold process to the first 201", table(("arm", "best ms", "median ms", "worst ms"), starts)]
    if results.guard_ms:
        parts.append(f"Guard: {results.guard_ms:.1f} ms of CPU for all cards of a run, had a model written them.")
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def waves_csv(results: Results) -> str:
    """One line per row of the load table, numbers unrounded."""
    head = ("arm", "at_once", "warm", "runs", "errors", "runs_per_second")
    times = [(name, share) for name in ("answered", "first", "done") for share in POINTS]
    costs = ("own", "coach", "words", "database_cpu", "commands")
    names = [*head, *(f"{name}_p{share * 100:.0f}_ms" for name, share in times), *(f"{c}_per_run" for c in costs)]
    lines = [
        [row.arm, row.parallel, row.warm, len(row.runs), row.errors, row.rate]
        + [row.ms(*time) for time in times]
        + [row.per_run(cost) for cost in costs]
        + [row.resident]
        for row in results.rows.values()
    ]
    return _csv([*names, "resident_bytes"], lines)


def runs_csv(results: Results) -> str:
    """One line per run: what its person waited for."""
    names = ("answered", "first", "done", "events", "error")
    lines = [
        [wave.arm, wave.parallel, wave.warm, *(run[name] for name in names)]
        for wave in results.waves
        for run in wave.runs
    ]
    return _csv(["arm", "at_once", "warm", "answered_ms", "first_ms", "done_ms", "events", "error"], lines)


def verdicts(results: Results) -> str:
    """Every row of DESIGN §7 that was measured, and whether it holds."""
    cells = (
        (b.name, f"{b.figure:.2f}{b.unit}", b.reach, "yes" if b.holds else "**no**", b.detail) for b in results.bounds()
    )
    return table(("what", "measured", "must be", "holds", "made of"), cells)


def _load_cells(row: Row) -> list[str]:
    times = ("/".join(f"{row.ms(name, share):.0f}" for share in POINTS) for name in ("answered", "first", "done"))
    cpu = (f"{row.per_run(name) * 1000:.1f}" for name in ("own", "coach", "words", "database_cpu"))
    kind = "warm" if row.warm else "cold"
    front = [row.arm, str(row.parallel), kind, str(len(row.runs)), str(row.errors), f"{row.rate:.1f}"]
    return [*front, *times, *cpu, f"{row.per_run('commands'):.0f}", f"{row.resident / 2**20:.0f}"]


def _streams(results: Results) -> str:
    head = ("arm", "streams", "events delivered", "streams that missed one", "CPU µs per event", "idle CPU ms/s")
    cells = (
        (
            *(crowd.arm, str(crowd.streams), str(crowd.delivered), str(crowd.errors)),
            f"{crowd.event_cpu * 1e6:.0f}",
            f"{crowd.idle_cpu / crowd.seconds * 1000:.0f}",
            f"{crowd.memory / 1024:.0f}",
            str(crowd.redis_connections),
        )
        for crowd in results.crowds
    )
    return table((*head, "KiB per stream", "Redis connections"), cells)


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}"


def _csv(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue()
