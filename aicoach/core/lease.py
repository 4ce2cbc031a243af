"""Keeps a run's lease fresh while it works, and learns that it was cancelled or taken over."""

import asyncio
import logging
from types import TracebackType
from typing import Final

from aicoach.core.errors import LeaseLost, NotFound, Unavailable
from aicoach.core.model import Run
from aicoach.core.ports import RunStore

_log: Final = logging.getLogger("aicoach.lease")


class CancelRequested(Exception):
    """Someone asked this run to stop."""


class Lease:
    """``async with Lease(...)``: renews until the block ends; a lost lease cancels the block as LeaseLost."""

    def __init__(self, store: RunStore, run: Run, every: float) -> None:
        self._store, self._run, self._every = store, run, every
        self._cancel = False
        self._lost = False
        self._owner: asyncio.Task[object] | None = None
        self._beat: asyncio.Task[None] | None = None

    def note_cancel(self, requested: bool) -> None:
        """Remember a cancel that a write of the run itself has learned of."""
        self._cancel = self._cancel or requested

    def check(self) -> None:
        """Raise CancelRequested when it is time to stop: called between steps."""
        if self._cancel:
            raise CancelRequested

    async def __aenter__(self) -> "Lease":
        self._owner = asyncio.current_task()
        self._beat = asyncio.create_task(self._keep(), name="lease")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        if self._lost and kind is asyncio.CancelledError and self._owner is not None:
            self._owner.uncancel()
            raise LeaseLost from error

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                self.note_cancel(await self._store.renew_session(self._run))
            except (LeaseLost, NotFound):
                self._lost = True
                if self._owner is not None:
                    self._owner.cancel()
                return
            except Unavailable:
                # The SQL functions fence us off if someone else takes over meanwhile.
                _log.warning("lease_not_renewed")
