"""Waves of all rounds as rows: one per arm, number at once, and cold or warm."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.load import Wave
from bench.stats import percentile

POINTS: Final = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Row:
    """What all waves of one kind saw and cost together."""

    arm: str
    parallel: int
    warm: bool
    waves: Sequence[Wave]

    @property
    def runs(self) -> list[dict[str, Any]]:
        """Every run."""
        return [run for wave in self.waves for run in wave.runs]

    @property
    def errors(self) -> int:
        """Runs that did not go as they must."""
        return sum(bool(run["error"]) for run in self.runs)

    @property
    def rate(self) -> float:
        """Good runs a second."""
        return (len(self.runs) - self.errors) / sum(wave.seconds for wave in self.waves)

    def per_run(self, name: str) -> float:
        """A wave's sum (``own``, ``coach``, ``words``, ``database_cpu``, ``commands``) per run."""
        return float(sum(getattr(wave, name) for wave in self.waves)) / len(self.runs)

    def ms(self, name: str, share: float) -> float:
        """A percentile of ``answered``, ``first`` or ``done`` over all good runs."""
        return percentile([run[name] for wave in self.waves for run in wave.good], share)

    @property
    def resident(self) -> int:
        """The most memory the process held after a wave, in bytes."""
        return max(wave.resident for wave in self.waves)


def rows_of(waves: Iterable[Wave]) -> dict[tuple[str, int, bool], Row]:
    """Rows by arm, number at once and warm, in the order they were first measured."""
    grouped: dict[tuple[str, int, bool], list[Wave]] = {}
    for wave in waves:
        grouped.setdefault((wave.arm, wave.parallel, wave.warm), []).append(wave)
    return {key: Row(*key, members) for key, members in grouped.items()}


def spread(rows: Mapping[tuple[str, int, bool], Row], ours: str, theirs: str, parallel: int, name: str) -> str:
    """The ratio of a cost in each round, lowest and highest: how far to trust the whole one."""
    mine, other = (rows.get((arm, parallel, True)) for arm in (ours, theirs))
    if mine is None or other is None:
        return "not measured"
    pairs = zip(mine.waves, other.waves, strict=False)
    each = [_of(a, name) / _of(b, name) if _of(b, name) > 0 else math.nan for a, b in pairs]
    return f"rounds {min(each):.2f} to {max(each):.2f}"


def _of(wave: Wave, name: str) -> float:
    return float(getattr(wave, name)) / len(wave.runs)
