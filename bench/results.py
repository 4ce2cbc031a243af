"""Everything one bench has measured, and DESIGN §7 asked of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from pydantic import TypeAdapter

from bench.load import Wave
from bench.quiet import QuietDay
from bench.rows import Row, rows_of, spread
from bench.servers import BARE, ENGINE
from bench.stats import median, ratio
from bench.streams import Crowd
from bench.verdict import Bound

CROWDED = 100
LIGHT_ENGINE = "engine, light"


@dataclass
class Results:
    """What was measured; parts that were not asked for stay empty."""

    waves: list[Wave] = field(default_factory=list)
    #: Peers that keep a run across a crash; the others are shown and not compared with.
    durable_peers: Sequence[str] = ()
    statements: dict[str, float] = field(default_factory=dict)
    crowds: list[Crowd] = field(default_factory=list)
    cold: dict[str, list[float]] = field(default_factory=dict)
    quiet_day: QuietDay | None = None
    rerun_tokens: tuple[int, int] | None = None
    #: CPU milliseconds of the guard over all cards of one run, had a model written them.
    guard_ms: float = 0.0

    @property
    def rows(self) -> Mapping[tuple[str, int, bool], Row]:
        """The waves as rows."""
        return rows_of(self.waves)

    def dump(self) -> str:
        """All of it as JSON, so that it can be judged again."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str | bytes) -> "Results":
        """What ``dump`` wrote. Raises ValueError for anything else."""
        return TypeAdapter(cls).validate_python(json.loads(text))

    def bounds(self) -> list[Bound]:
        """Each row of DESIGN §7 that was measured."""
        return [*self._load(), *self._peers(), *self._streams(), *self._cold(), *self._quiet()]

    def _load(self) -> list[Bound]:
        rows = self.rows
        found = [Bound("errors in all runs", sum(row.errors for row in rows.values()), "<=", 0)] if rows else []
        ours, bare = (rows.get((arm, CROWDED, True)) for arm in (ENGINE, BARE))
        if ours is None or bare is None:
            return found
        cpu, theirs = ours.per_run("own") * 1000, bare.per_run("own") * 1000
        first, their_first = ours.ms("first", 0.95), bare.ms("first", 0.95)
        detail = f"{cpu:.1f} against {theirs:.1f} ms, {spread(rows, ENGINE, BARE, CROWDED, 'own')}"
        return [
            *found,
            Bound("service CPU per run, against bare", ratio(cpu, theirs), "<=", 2.0, "x", detail),
            Bound(
                "runs/s at 100 at once, against bare",
                ratio(ours.rate, bare.rate),
                *(">=", 0.6, "x"),
                f"{ours.rate:.1f} against {bare.rate:.1f}",
            ),
            Bound(
                "POST to the first frame with an id, p95 at 100 at once, against bare",
                ratio(first, their_first),
                *("<=", 1.5, "x"),
                f"{first:.0f} against {their_first:.0f} ms",
            ),
            Bound("first frame with an id, p95 at 100 at once", first, "<=", 2000, " ms", "S0-10.3b"),
            Bound("done, p95 at 100 at once", ours.ms("done", 0.95), "<=", 10_000, " ms", "S0-10.3b"),
        ]

    def _peers(self) -> list[Bound]:
        rows = self.rows
        ours = rows.get((LIGHT_ENGINE, CROWDED, True))
        rates = {arm: rows[arm, CROWDED, True].rate for arm in self.durable_peers if (arm, CROWDED, True) in rows}
        if ours is None or not rates:
            return []
        best = max(rates, key=lambda arm: rates[arm])
        detail = f"{ours.rate:.1f} against {rates[best]:.1f} of {best}"
        name = "runs/s at 100 at once, against the best durable peer"
        return [Bound(name, ratio(ours.rate, rates[best]), ">=", 2.0, "x", detail)]

    def _streams(self) -> list[Bound]:
        mine = sorted((crowd for crowd in self.crowds if crowd.arm == ENGINE), key=lambda crowd: crowd.streams)
        theirs = sorted((crowd for crowd in self.crowds if crowd.arm == BARE), key=lambda crowd: crowd.streams)
        if not mine or not theirs:
            return []
        few, many, bare = mine[0], mine[-1], theirs[-1]
        at = f"at {many.streams} open streams"
        memory = f"{many.memory / 1024:.0f} against {bare.memory / 1024:.0f} KiB"
        cpu = f"{many.event_cpu * 1e6:.0f} against {few.event_cpu * 1e6:.0f} µs at {few.streams}"
        return [
            Bound(f"streams that missed an event {at}", sum(crowd.errors for crowd in mine), "<=", 0),
            Bound(f"Redis connections {at}", many.redis_connections, "<=", 4),
            Bound(f"memory per stream {at}, against bare", ratio(many.memory, bare.memory), "<=", 1.5, "x", memory),
            Bound(
                f"CPU per delivered event {at}, against {few.streams}",
                ratio(many.event_cpu, few.event_cpu),
                *("<=", 1.5, "x", cpu),
            ),
        ]

    def _cold(self) -> list[Bound]:
        if not self.cold:
            return []
        ours, bare = median(self.cold[ENGINE]), median(self.cold[BARE])
        detail = f"{ours:.0f} against {bare:.0f} ms, median of {len(self.cold[ENGINE])} processes each"
        return [Bound("cold process to the first 201, against bare", ratio(ours, bare), "<=", 1.5, "x", detail)]

    def _quiet(self) -> list[Bound]:
        found = []
        if self.quiet_day is not None:
            day = self.quiet_day
            who = f"next market day of {day.people} users, all moves below thresholds"
            found += [
                Bound(f"{who}: statements", len(day.calls), "<=", 1, "", f"{day.calls}, {day.seconds:.2f} s"),
                Bound(f"{who}: rows written", day.rows, "<=", 0, "", f"{day.started} runs started"),
            ]
        if self.rerun_tokens is not None:
            first, again = self.rerun_tokens
            found.append(Bound("model tokens of an unchanged re-run", again, "<=", 0, "", f"{first} the first time"))
        return found
