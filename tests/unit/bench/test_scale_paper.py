"""The sizing paper multiplies what was measured: whoever changes a figure of one run must change the day as well."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from aicoach.local.paths import ROOT

Row = Sequence[float]

_FOUR_HOURS: Final = 4 * 3600
_EVENTS_LIVE: Final = 15 * 60
_BUSY: Final = 0.6
_CONNECTIONS: Final = 4
_DOLLARS_A_COMMAND: Final = 0.20 / 100_000
#: How many runs, and the share of cards that is said, in each column of the day.
_DAYS: Final = ((50_000, 0.25), (200_000, 0.5), (1_000_000, 1.0))
_PAPER: Final = (ROOT / "docs/scale.md").read_text()


def _figures(cell: str) -> Row:
    """The numbers in a cell; ``62–67`` is two."""
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", cell)]


def _rows() -> Mapping[str, Sequence[str]]:
    lines = (line.strip("|").split("|") for line in _PAPER.splitlines() if line.startswith("| "))
    return {name.strip(): cells for name, *cells in lines}


ROWS: Final = _rows()


def per_run(name: str) -> tuple[float, float]:
    """A figure of one run: the first look, and nothing new; the middle of a range."""
    row = next(cells for row, cells in ROWS.items() if row.startswith(name))
    first, again = (sum(found) / len(found) for found in map(_figures, row[:2]))
    return first, again


def a_day(name: str) -> Row:
    """That figure for all runs of each of the three days."""
    first, again = per_run(name)
    return [runs * (again + said * (first - again)) for runs, said in _DAYS]


def a_second(name: str) -> Row:
    """That figure by the second, when everything is done within four hours."""
    return [each / _FOUR_HOURS for each in a_day(name)]


def tokens() -> Row:
    """Model tokens of each day, in and out."""
    share = [runs * said for runs, said in _DAYS]
    return [sum(_figures(ROWS["model tokens, in and out, 13 cards narrated"][0])) * each for each in share]


EXPECTED: Final[Mapping[str, Row]] = {
    "runs": [runs for runs, _ in _DAYS],
    "runs a second": [runs / _FOUR_HOURS for runs, _ in _DAYS],
    "SQL transactions a second": a_second("calls of SQL"),
    "our CPU, cores busy": [each / 1000 for each in a_second("our CPU, ms")],
    "PostgreSQL, cores busy": [each / 1000 for each in a_second("PostgreSQL CPU")],
    "Redis commands a second (all)": a_second("Redis commands"),
    "Redis memory for events, GB": [each * _EVENTS_LIVE / 1e6 for each in a_second("Redis memory")],
    "write-ahead log, GB": [each / 1e6 for each in a_day("write-ahead log")],
    "new rows, GB": [each / 1e6 for each in a_day("tables and indexes")],
    "model tokens, millions": [each / 1e6 for each in tokens()],
    "model, dollars": a_day("model cost"),
    "Redis by the command (0.20 dollars per 100,000), dollars": [
        each * _DOLLARS_A_COMMAND for each in a_day("Redis commands")
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_row_of_the_day_is_the_row_of_the_run_multiplied(name: str) -> None:
    """Issue 5 item 7: to the digits that are printed, and two percent."""
    for cell, exact in zip(ROWS[name], EXPECTED[name], strict=True):
        (printed,) = _figures(cell)
        digits = len(cell.strip().partition(".")[2])
        assert printed == pytest.approx(exact, rel=0.02, abs=0.51 * 10**-digits), (name, cell, exact)


def test_processes_and_connections_follow_from_the_processor_time() -> None:
    """Issue 5 item 7: rounded up, nobody is half a process."""
    processes = [math.ceil(cores / _BUSY) for cores in EXPECTED["our CPU, cores busy"]]
    assert [int(cell) for cell in ROWS["worker processes at 60 % busy"]] == processes
    connections = ROWS["connections the workers use at once (four a process)"]
    assert [int(cell) for cell in connections] == [each * _CONNECTIONS for each in processes]


def test_the_prose_says_what_the_tables_say() -> None:
    """Issue 5 item 7: a year of lively days, and the day's tokens against the default budget."""
    terabytes = 365 * EXPECTED["new rows, GB"][1] / 1000
    assert f"{terabytes:.1f} TB a year" in _PAPER
    looks = 20_000_000 / sum(_figures(ROWS["model tokens, in and out, 13 cards narrated"][0]))
    assert f"{round(looks, -1):,.0f} first looks" in _PAPER
