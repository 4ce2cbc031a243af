"""A run from claim to done: read, plan once, judge, say, commit, then emit. Read this first."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aicoach.core.errors import CoachError, LeaseLost, NotFound, Unavailable
from aicoach.core.lease import CancelRequested, Lease
from aicoach.core.model import Coach, Finding, Insight, JsonObject, Plan, Run, Status, Task
from aicoach.core.narrator import Narrator, Voice
from aicoach.core.observe import note, observe
from aicoach.core.ports import Clock, Committed, EventQueue, RunStore, TaskResult
from aicoach.core.relay import Relay
from aicoach.core.wire import topic_json

_log: Final = logging.getLogger("aicoach.run")

#: An agent that took longer than this goes to a worker thread the next time, so that streams stay smooth.
_SLOW_SECONDS: Final = 0.005
#: A run claimed this often will not end by itself.
_MAX_CLAIMS: Final = 200


class Orchestrator:
    """Carries out runs of any coach. Any number may work at once, in any number of processes."""

    def __init__(
        self,
        store: RunStore,
        queue: EventQueue,
        coaches: Mapping[str, Coach[Any]],
        narrator: Narrator,
        clock: Clock,
        *,
        renew_seconds: float = 10.0,
    ) -> None:
        self._store, self._queue, self._coaches = store, queue, coaches
        self._narrator, self._clock, self._renew = narrator, clock, renew_seconds
        self._took: dict[tuple[str, str], float] = {}

    async def carry_out(self, run: Run, events: Sequence[JsonObject]) -> Status | None:
        """Bring a claimed run to its end and say how it ended. ``events`` are those that the claim made.

        None when it did not end here: it returns early, writing nothing more, when another executor took over,
        and leaves the run to the next stream or sweep when the store is down. Cancellation of the task gives the
        lease back.
        """
        try:
            relay = await self._relay(run)
            await relay.publish(events)
            async with Lease(self._store, run, self._renew) as lease:
                status, error = await self._work(run, lease, relay)
                with observe("finish", status=status.value, error=error):
                    finished = await self._store.finish_session(run, status, error)
            await relay.publish(finished.events)
            await relay.drain()
            _log.info("run_finished", extra={"status": status.value})
        except LeaseLost:
            _log.warning("run_fenced_off")
        except NotFound:
            _log.info("run_deleted_by_its_person")
        except Unavailable:
            _log.error("run_left_for_later")
        else:
            return status
        return None

    async def _relay(self, run: Run) -> Relay:
        """A relay that starts after the queue's last entry; a resumed run also publishes what a crash kept back."""
        if run.epoch == 1:
            return Relay(self._queue, run.session_id)
        try:
            published = await self._queue.last_id(run.session_id)
        except Unavailable:
            published = 0
        relay = Relay(self._queue, run.session_id, published)
        _, backlog = await self._store.read_events(run.user_id, run.session_id, published)
        await relay.publish(backlog)
        return relay

    async def _work(self, run: Run, lease: Lease, relay: Relay) -> tuple[Status, str | None]:
        """All tasks; the final status, and the code of what ended the run when it failed."""
        if run.epoch > _MAX_CLAIMS:
            return Status.FAILED, "too_many_attempts"
        try:
            return await self._steps(run, lease, relay), None
        except CancelRequested:
            return Status.CANCELLED, None
        except (LeaseLost, NotFound, Unavailable):
            raise
        except CoachError as error:
            _log.exception("run_failed")
            return Status.FAILED, error.code
        except Exception:  # noqa: BLE001 - a defect ends this run as failed, never the process
            _log.exception("run_failed")
            return Status.FAILED, "internal"

    async def _steps(self, run: Run, lease: Lease, relay: Relay) -> Status:
        coach = self._coaches[run.coach]
        voice = self._narrator.voice(coach, run, relay)
        await relay.tell(self._clock.now(), "reading", 0.05)
        with observe("read", coach=run.coach):
            snapshot = await coach.read(self._store, run)
        plan = await self._plan(run, coach, snapshot, lease, relay)
        failed = {key for key, status in run.done_tasks.items() if status == "failed"}
        async with _side_by_side() as saying:
            for index, task in enumerate(plan.tasks):
                if task.key in run.done_tasks:
                    continue
                lease.check()
                await relay.tell(self._clock.now(), "computing", 0.1 + 0.8 * index / len(plan.tasks), task.key)
                outcome, ms = await self._judge(coach, task, snapshot)
                first = [saying[need] for need in task.needs if need in saying]
                settling = self._settle(run, voice, task, outcome, ms, relay, first)
                saying[task.key] = asyncio.create_task(settling, name=task.key)
                if not voice.costs:
                    # Nothing to wait for but the store: cards come in the order of the plan.
                    await saying[task.key]
        lease.check()
        failed |= {key for key, said in saying.items() if not said.result()}
        if not failed:
            return Status.COMPLETED
        return Status.FAILED if len(failed) == len(plan.tasks) else Status.PARTIAL

    async def _plan(self, run: Run, coach: Coach[Any], snapshot: object, lease: Lease, relay: Relay) -> Plan:
        """The plan that the first owner stored, or the one this owner makes and stores."""
        if run.plan is not None:
            return run.plan
        await relay.tell(self._clock.now(), "planning", 0.1)
        plan = coach.plan(run.focus, snapshot)
        lease.note_cancel(await self._store.renew_session(run, plan))
        return plan

    async def _judge(
        self, coach: Coach[Any], task: Task, snapshot: object
    ) -> tuple[Sequence[Finding] | Exception, int]:
        """One agent's findings, or what went wrong with it; and how many milliseconds it took."""
        agent, name = coach.agents[task.agent], (coach.name, task.agent)
        began = time.perf_counter()
        try:
            # Unknown agents start in a thread: the first look at a large portfolio must not stall a stream.
            slow = self._took.get(name, 1.0) > _SLOW_SECONDS
            with observe("agent", coach=coach.name, task=task.key) as about:
                findings = await asyncio.to_thread(agent, snapshot) if slow else agent(snapshot)
                about["findings"] = len(findings)
        except Exception as error:  # noqa: BLE001 - a failing agent degrades the run, whatever it raised
            _log.exception("agent_failed", extra={"task": task.key})
            return error, round((time.perf_counter() - began) * 1000)
        took = self._took[name] = time.perf_counter() - began
        return findings, round(took * 1000)

    async def _settle(
        self,
        run: Run,
        voice: Voice,
        task: Task,
        outcome: Sequence[Finding] | Exception,
        ms: int,
        relay: Relay,
        first: Sequence["asyncio.Task[bool]"],
    ) -> bool:
        """Words, then what must come ``first``, then commit, then emit. False when the task failed.

        A failed task only degrades the run: the others go on.
        """
        if isinstance(outcome, Exception):
            return await self._give_up(run, task, outcome, ms, relay)
        try:
            insights = await self._say(run, voice, task, outcome, relay)
            await asyncio.gather(*first)
            committed = await self._commit(run, TaskResult(task.key, insights, ms=ms))
        except (LeaseLost, NotFound, Unavailable):
            raise
        except Exception as error:  # noqa: BLE001 - as above: the other tasks go on
            _log.exception("task_failed", extra={"task": task.key})
            return await self._give_up(run, task, error, ms, relay)
        await relay.publish(committed.events)
        return True

    async def _give_up(self, run: Run, task: Task, error: Exception, ms: int, relay: Relay) -> bool:
        """Commit the failure itself, so that a resumed run does not try again; always False."""
        code = error.code if isinstance(error, CoachError) else "agent_failed"
        result = TaskResult(task.key, error=code, retryable=getattr(error, "retryable", False), ms=ms)
        await relay.publish((await self._commit(run, result)).events)
        return False

    async def _commit(self, run: Run, result: TaskResult) -> Committed:
        with observe("commit", task=result.task, error=result.error) as about:
            committed = await self._store.commit_task(run, result)
            about.update(cards=len(result.insights), skipped=len(committed.skipped))
        return committed

    async def _say(
        self, run: Run, voice: Voice, task: Task, findings: Sequence[Finding], relay: Relay
    ) -> list[Insight]:
        """Words for all findings, side by side; what the ledger will hold back costs no model call."""
        quiet: frozenset[str] = frozenset()
        if voice.costs and findings:
            quiet = await self._store.seen_recently(run, [topic_json(finding.topic) for finding in findings])
            await relay.tell(self._clock.now(), "narrating", 0.5, task.key)
        with observe("narrate", task=task.key, cards=len(findings)):
            words = (voice.say(finding, task.key, free=finding.topic.key in quiet) for finding in findings)
            insights = list(await asyncio.gather(*words))
        for insight in insights:
            note("card", coach=run.coach, source=insight.source, reason=insight.reason)
        return insights


@asynccontextmanager
async def _side_by_side() -> AsyncIterator[dict[str, "asyncio.Task[bool]"]]:
    """Tasks that run beside the block: all are awaited; a cancelled run still commits what it had begun."""
    tasks: dict[str, asyncio.Task[bool]] = {}
    try:
        yield tasks
        await asyncio.gather(*tasks.values())
    except CancelRequested:
        await asyncio.gather(*tasks.values())
        raise
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
