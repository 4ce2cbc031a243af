"""Turns observations into measurements, by the table of instruments; where they go is somebody else's affair."""

import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from aicoach.core.errors import CoachError
from aicoach.core.observe import About, Ended
from aicoach.core.ports import ModelFailure

#: Adds a value to an instrument, or takes its measure, under these labels.
Record = Callable[[float, Mapping[str, str]], None]
_NO_LABEL: Final = "none"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One row of instruments.toml."""

    name: str
    kind: Literal["counter", "histogram", "open"]
    unit: str
    help: str
    of: str
    value: str | None = None
    labels: Sequence[str] = ()
    buckets: Sequence[float] = ()


@cache
def instruments() -> tuple[Instrument, ...]:
    """The table."""
    table = tomllib.loads(Path(__file__).with_name("instruments.toml").read_text("utf-8"))
    return tuple(Instrument(**row) for row in table["instrument"])


def code_of(error: BaseException) -> str:
    """What kind of error this is, in one word: never its message, which may hold anything."""
    return error.code if isinstance(error, CoachError | ModelFailure) else type(error).__name__


class Meters:
    """An observer that measures."""

    def __init__(self, make: Callable[[Instrument], Record]) -> None:
        self._by_name: dict[str, list[tuple[Instrument, Record]]] = defaultdict(list)
        for instrument in instruments():
            self._by_name[instrument.of].append((instrument, make(instrument)))

    def __call__(self, name: str, about: About) -> Ended:
        """See core.observe.Observer."""
        meters, began = self._by_name.get(name, ()), time.perf_counter()
        for instrument, record in meters:
            if instrument.kind == "open":
                record(1, _labels(instrument, about))

        def end(error: BaseException | None) -> None:
            seen = about if error is None else {**about, "error": code_of(error)}
            for instrument, record in meters:
                record(_value(instrument, seen, time.perf_counter() - began), _labels(instrument, seen))

        return end


def _labels(instrument: Instrument, about: About) -> Mapping[str, str]:
    found = {label: about.get(label) for label in instrument.labels}
    return {label: _NO_LABEL if value is None else str(value) for label, value in found.items()}


def _value(instrument: Instrument, about: About, seconds: float) -> float:
    if instrument.kind == "open":
        return -1
    if instrument.value is not None:
        return float(about.get(instrument.value, 0))
    return seconds if instrument.kind == "histogram" else 1
