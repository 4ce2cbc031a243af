"""How the parts of a stack are broken and mended again."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import asyncpg
from redis.asyncio import Redis

from aicoach.local.errors import LocalError
from aicoach.local.stack import Stack
from tests.faults.traces import is_final, sessions_of
from tests.support.cutting_proxy import Way
from tests.support.runs import let_lease_end

if TYPE_CHECKING:
    from tests.faults.cells import Cell
    from tests.faults.ground import Ground

Act = Callable[["Ground", Sequence["Cell"]], Awaitable[None]]

REVIVAL_SECONDS = 20.0


async def nothing(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Nothing breaks, or nothing needs mending."""


def part_killed(name: str) -> Act:
    """SIGKILL one part of the stack."""

    async def act(ground: "Ground", cells: Sequence["Cell"]) -> None:
        await asyncio.to_thread(ground.stack.kill_part, name)

    return act


def part_started(name: str) -> Act:
    """Start a killed part again, on its old port."""

    async def act(ground: "Ground", cells: Sequence["Cell"]) -> None:
        await revive(ground.stack, name)

    return act


async def revive(stack: Stack, name: str) -> None:
    """Start a killed part again; a database refuses for a moment, while processes of the dead one still end."""
    async with asyncio.timeout(REVIVAL_SECONDS):
        while True:
            try:
                await asyncio.to_thread(stack.restart_part, name)
            except (LocalError, subprocess.CalledProcessError):
                await asyncio.sleep(0.05)
            else:
                return


async def redis_restarted(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Killed and back at once, with nothing in it."""
    await asyncio.to_thread(ground.stack.kill_part, "redis")
    await revive(ground.stack, "redis")


async def redis_flushed(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Everything in it is forgotten; connections stay."""
    async with Redis.from_url(ground.redis_url) as client:
        await client.flushall()


def way(chosen: Way) -> Act:
    """What the proxy does from now on."""

    async def act(ground: "Ground", cells: Sequence["Cell"]) -> None:
        ground.cut.way = chosen

    return act


async def mended(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Everything passes again."""
    ground.cut.mend()


async def reset(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Every connection is reset once; new ones pass."""
    ground.cut.reset()


async def clock_jumps(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """The services' clock is wrong from now on; the database's is not."""
    ground.clock.jump()


async def taken_over(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """While the first executor stands still, another one adopts the run and finishes it."""
    owners = [cell.browser.person.user_id for cell in cells]
    sessions = [(owner, (await sessions_of(ground.database, owner))[0]) for owner in owners]
    for _, session_id in sessions:
        await let_lease_end(ground.database, session_id)
    async with ground.second() as second:
        await asyncio.gather(*(second.runner.finish(*session) for session in sessions))
        async with asyncio.timeout(REVIVAL_SECONDS):
            # An open stream of the first process may have been quicker; then that run is under way there.
            while not await is_final(ground.database, [session_id for _, session_id in sessions]):
                await asyncio.sleep(0.02)


async def disk_filled(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Nothing more fits on the database's disk; at the next piece of its log the server itself gives up."""
    await asyncio.to_thread(_fill, ground.stack)
    server = ground.stack.processes["postgres"]
    async with asyncio.timeout(REVIVAL_SECONDS):
        while server.alive:
            try:
                await ground.database.execute(_MORE_LOG)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.05)


async def disk_freed(ground: "Ground", cells: Sequence["Cell"]) -> None:
    """Somebody made room, and started the server again."""
    (ground.stack.home.path / _BALLAST).unlink()
    ground.stack.kill_part("postgres")
    await revive(ground.stack, "postgres")


_BALLAST = "ballast"
_MORE_LOG = "select pg_logical_emit_message(true, 'filler', 'words'), pg_switch_wal()"


def _fill(stack: Stack) -> None:
    with (stack.home.path / _BALLAST).open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(65536))
