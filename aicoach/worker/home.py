"""Where a worker process lives: one event loop in a thread of its own, and one service, both made after the fork."""

import asyncio
import os
import threading
from collections.abc import Awaitable
from typing import Final, TypeVar

from aicoach.app.bootstrap import Container, build
from aicoach.app.settings import Settings

_LOOK_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 10.0
T = TypeVar("T")


class Home:
    """Runs coroutines for the synchronous tasks of this process; connections stay open from task to task."""

    def __init__(self, settings: Settings) -> None:
        self.wired: Container = build(settings)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="worker loop", daemon=True)
        self._thread.start()
        self._watch = asyncio.run_coroutine_threadsafe(_end_with(os.getppid()), self._loop)

    def run(self, work: Awaitable[T]) -> T:
        """Its result, or what it raises."""

        async def wait() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result()

    def close(self) -> None:
        """Let go of all connections."""
        self._watch.cancel()
        asyncio.run_coroutine_threadsafe(self.wired.aclose(), self._loop).result(
            self.wired.settings.drain_seconds + _CLOSE_SECONDS
        )
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CLOSE_SECONDS)
        self._loop.close()


async def _end_with(parent: int) -> None:
    """A parent that was killed cannot end its children; what this one was doing, a lease or a sweep gives to others."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(_LOOK_SECONDS)
    os._exit(1)
