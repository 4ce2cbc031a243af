"""Runs under way in this process: each is owned by no request, and is awaited by whoever keeps the process alive."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from aicoach.app.logs import bind
from aicoach.core.errors import Unavailable
from aicoach.core.model import JsonObject, Run, Status
from aicoach.core.observe import observe
from aicoach.core.orchestrator import Orchestrator
from aicoach.core.ports import EventQueue, RunStore


class Runner:
    """Starts claimed runs as tasks and takes over orphans."""

    def __init__(self, orchestrator: Orchestrator, store: RunStore, queue: EventQueue) -> None:
        self._orchestrator, self._store, self._queue = orchestrator, store, queue
        self._tasks: dict[UUID, asyncio.Task[Status | None]] = {}
        self._claims: set[asyncio.Task[asyncio.Task[Status | None] | None]] = set()

    def start(self, run: Run, events: Sequence[JsonObject]) -> "asyncio.Task[Status | None]":
        """Carry out a claimed run from now on; the task outlives the request that asked for it."""
        task = asyncio.create_task(self._carry_out(run, events), name=f"run {run.session_id}")
        self._tasks[run.session_id] = task
        task.add_done_callback(lambda done: self._forget(run.session_id, done))
        return task

    async def adopt(self, user_id: UUID, session_id: UUID) -> bool:
        """Take over a session that nobody holds; False when there was nothing to take."""
        return await self._claim(user_id, session_id) is not None

    async def finish(self, user_id: UUID, session_id: UUID) -> bool:
        """Adopt a session and see it through; False when there was nothing to take."""
        task = await self._claim(user_id, session_id)
        if task is None:
            return False
        await task
        return True

    async def publish(self, session_id: UUID, events: Sequence[JsonObject]) -> None:
        """Tell open streams of durable events that no run of this process made."""
        for event in events:
            try:
                await self._queue.emit_event(session_id, event)
            except Unavailable:
                # Streams find them in the store at their next heartbeat.
                return

    async def drain(self, seconds: float) -> None:
        """Let runs end; those that do not in time are left to the next stream or sweep."""
        await asyncio.gather(*self._claims, return_exceptions=True)
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks.values()), timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self, user_id: UUID, session_id: UUID) -> "asyncio.Task[Status | None] | None":
        """Claim and start as one: whoever asked may leave in between, and the run would wait for its lease to end."""
        claim = asyncio.create_task(self._claim_and_start(user_id, session_id))
        self._claims.add(claim)
        claim.add_done_callback(self._claims.discard)
        return await asyncio.shield(claim)

    async def _claim_and_start(self, user_id: UUID, session_id: UUID) -> "asyncio.Task[Status | None] | None":
        claimed = await self._store.claim_session(user_id, session_id)
        return None if claimed is None else self.start(claimed.run, claimed.events)

    async def _carry_out(self, run: Run, events: Sequence[JsonObject]) -> Status | None:
        bind(session_id=str(run.session_id), user_id=run.user_id, epoch=run.epoch)
        with observe("run", coach=run.coach, epoch=run.epoch) as about:
            status = await self._orchestrator.carry_out(run, events)
            about["status"] = "left" if status is None else status.value
            return status

    def _forget(self, session_id: UUID, task: "asyncio.Task[Status | None]") -> None:
        if self._tasks.get(session_id) is task:
            del self._tasks[session_id]
