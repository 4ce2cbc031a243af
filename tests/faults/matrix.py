"""What breaks: every row of the fault table, as data."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.faults import strikes
from tests.faults.steps import CLAIM_AFTER, CLAIM_BEFORE, OPEN, START_AFTER, STEPS, WORK, Step

if TYPE_CHECKING:
    from tests.faults.cells import Cell
    from tests.faults.ground import Ground

Act = Callable[["Ground", Sequence["Cell"]], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """``strike`` happens while every run stands at its step; they go on for ``seconds``, then it is ``heal``-ed.

    ``between`` puts a cutting proxy between service and part; ``doomed`` runs are killed at their step; ``days`` is
    how far the services' clock jumps; ``lease`` is long where the first executor is expected to finish, and
    ``patience`` (of a database call) short where it is expected to give up. All times in seconds.
    """

    name: str
    strike: Act = strikes.nothing
    heal: Act = strikes.nothing
    steps: tuple[Step, ...] = STEPS
    seconds: float = 0.0
    lease: int = 2
    patience: float = 10.0
    watched: bool = True
    doomed: bool = False
    store: Literal["postgres", "rest"] = "postgres"
    between: Literal["", "postgres", "redis", "service"] = ""
    days: int = 0


LONG = 30
UNSEEN = tuple(step for step in STEPS if step is not OPEN)
STARTED = (START_AFTER, OPEN, CLAIM_BEFORE, CLAIM_AFTER, *WORK)
#: One try of a database call that nobody answers; all three, and the pauses between them.
TRY, GIVES_UP = 0.5, 2.5

_killed = strikes.part_killed
_back = strikes.part_started
_lost, _half, _slow = strikes.way("drop"), strikes.way("half-open"), strikes.way("delay")
_mended, _reset = strikes.mended, strikes.reset

FAULTS = (
    Fault("service killed", doomed=True),
    Fault("service killed, nobody looks", doomed=True, watched=False, steps=UNSEEN),
    Fault("Postgres killed", _killed("postgres"), _back("postgres"), seconds=1.0),
    Fault("Postgres killed, nobody looks", _killed("postgres"), _back("postgres"), UNSEEN, seconds=1.0, watched=False),
    Fault("Redis killed", _killed("redis"), _back("redis"), seconds=0.5, lease=LONG),
    Fault("Redis killed, back empty", strikes.redis_restarted, lease=LONG),
    Fault("Redis flushed", strikes.redis_flushed, lease=LONG),
    Fault("REST gateway killed", _killed("lite"), _back("lite"), store="rest", seconds=1.0),
    Fault("Postgres: bytes lost", _lost, _mended, between="postgres", seconds=GIVES_UP, patience=TRY),
    Fault("Postgres: answers lost", _half, _mended, between="postgres", seconds=GIVES_UP, patience=TRY),
    Fault("Postgres: slow", _slow, _mended, between="postgres", lease=LONG),
    Fault("Postgres: reset", _reset, between="postgres", lease=LONG),
    Fault("Redis: bytes lost", _lost, _mended, between="redis", seconds=GIVES_UP, lease=LONG),
    Fault("Redis: answers lost", _half, _mended, between="redis", seconds=GIVES_UP, lease=LONG),
    Fault("Redis: slow", _slow, _mended, between="redis", lease=LONG),
    Fault("Redis: reset", _reset, between="redis", lease=LONG),
    Fault("clock a day ahead", strikes.clock_jumps, days=1, lease=LONG),
    Fault("clock a day behind", strikes.clock_jumps, days=-1, lease=LONG),
    Fault("two executors", strikes.taken_over, steps=STARTED, lease=LONG),
)

DISK_FULL = Fault("Postgres: disk full", strikes.disk_filled, strikes.disk_freed, seconds=1.0)

#: Between façade and service; a browser that got no answer asks again by itself.
FACADE_FAULTS = (
    Fault("façade killed", _killed("web"), _back("web"), between="service", lease=LONG),
    Fault("façade: bytes lost", _lost, _mended, between="service", seconds=1.0, lease=LONG),
    Fault("façade: answers lost", _half, _mended, between="service", seconds=1.0, lease=LONG),
    Fault("façade: slow", _slow, _mended, between="service", seconds=1.0, lease=LONG),
    Fault("façade: reset", _reset, between="service", lease=LONG),
)
#: What lasts for a whole run instead of happening at a step of it.
WHOLE_RUN, SLOW_READER, RECONNECTS = "whole run", "reader of one byte a second", "a thousand reconnects"
WORKER_KILLED = "worker killed"
#: Every row of the table, in its order.
ROWS = (
    *(fault.name for fault in FAULTS),
    DISK_FULL.name,
    *(fault.name for fault in FACADE_FAULTS),
    SLOW_READER,
    RECONNECTS,
    WORKER_KILLED,
)
