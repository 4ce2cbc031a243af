"""The typed Store: every method is one SQL function, whichever transport carries it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from aicoach.adapters.supabase.transport import Transport
from aicoach.core.model import JsonObject, Plan, Run, Status
from aicoach.core.ports import Claimed, Committed, DailyRule, Digest, Limits, Started, StartRequest, TaskResult, Usage
from aicoach.core.wire import insight_json, plan_json, read_run


@dataclass(frozen=True, slots=True)
class Orphan:
    """A run that nobody holds."""

    session_id: UUID
    user_id: UUID
    coach: str


@dataclass(frozen=True, slots=True)
class Due:
    """A user whose portfolio deserves a look; ``since`` tells one time of being due from the next."""

    user_id: UUID
    why: str
    since: str | None


@dataclass(frozen=True, slots=True)
class DuePage:
    """Those due among the ``checked`` people that were looked at, and behind whom to go on: None is the end."""

    users: Sequence[Due]
    checked: int
    next: UUID | None


class SupabaseStore:
    """What runs and people read and write; raises only errors of our family."""

    def __init__(self, transport: Transport, *, lease_seconds: int = 30) -> None:
        self.transport = transport
        self._lease = lease_seconds

    # The life of a run

    async def start_session(self, request: StartRequest) -> Started:
        """Start a run or find the one that is meant; see ``ai_start_session`` for the outcomes."""
        argument = {
            "scope_id": str(request.scope_id),
            "coach": request.coach,
            "focus": list(request.focus),
            "agents": list(request.agents),
            "params": dict(request.params),
            "trigger": request.trigger,
            "idempotency_key": request.idempotency_key,
            "request_hash": request.request_hash,
            "as_of": request.as_of.isoformat() if request.as_of else None,
            "lease_seconds": self._lease,
            "runs_per_user": request.runs_per_user,
            "call_id": str(uuid4()),
        }
        answer = await self.transport.call("ai_start_session", argument, user_id=request.user_id)
        epoch = answer.get("epoch")
        run = read_run(answer["session"], epoch) if epoch else None
        return Started(answer["outcome"], answer["session"] or {}, run, answer.get("events", []))

    async def claim_session(self, user_id: UUID, session_id: UUID) -> Claimed | None:
        """Take over a session whose lease is not fresh; None when there is nothing to take."""
        argument = {"session_id": str(session_id), "lease_seconds": self._lease, "call_id": str(uuid4())}
        answer = await self.transport.call("ai_claim_session", argument, user_id=user_id)
        if not answer["claimed"]:
            return None
        return Claimed(read_run(answer["session"], answer["epoch"]), answer["events"])

    async def renew_session(self, run: Run, plan: Plan | None = None) -> bool:
        """Keep the lease, and store the plan the first time; True when a cancel was asked for."""
        argument = _fenced(run) | {"lease_seconds": self._lease, "plan": plan_json(plan) if plan else None}
        answer = await self.transport.call("ai_renew_session", argument, user_id=run.user_id)
        return bool(answer["cancel_requested"])

    async def read_snapshot(self, run: Run, function: str, params: Mapping[str, Any]) -> JsonObject:
        """Call a STABLE snapshot function, read only, as of the run's ``as_of``."""
        argument = {"as_of": run.as_of.isoformat(), **params}
        return await self.transport.call(function, argument, user_id=run.user_id, read_only=True)

    async def seen_recently(self, run: Run, topics: Sequence[JsonObject]) -> frozenset[str]:
        """Which of these topics the ledger would hold back now."""
        argument = {"session_id": str(run.session_id), "topics": list(topics)}
        answer = await self.transport.call("ai_seen_recently", argument, user_id=run.user_id, read_only=True)
        return frozenset(answer["seen"])

    async def commit_task(self, run: Run, result: TaskResult) -> Committed:
        """Everything a task leaves behind, in one transaction; a repeat returns the first one's rows."""
        error = {"code": result.error, "retryable": result.retryable} if result.error else None
        argument = _fenced(run) | {
            "task": result.task,
            "attempts": result.attempts,
            "ms": result.ms,
            "insights": [insight_json(insight) for insight in result.insights],
            "error": error,
        }
        answer = await self.transport.call("ai_commit_task", argument, user_id=run.user_id)
        return Committed(answer["events"], answer["skipped"])

    async def finish_session(self, run: Run, status: Status, error: str | None = None) -> Committed:
        """The final status and the ``done`` event; a repeat returns the first one's."""
        argument = _fenced(run) | {"status": status.value, "error": {"code": error} if error else None}
        answer = await self.transport.call("ai_finish_session", argument, user_id=run.user_id)
        return Committed(answer["events"])

    async def cancel_session(self, user_id: UUID, session_id: UUID) -> JsonObject:
        """Ask the owner of a run to stop, or stop an orphan here: ``{outcome, session, events}``."""
        return await self.transport.call("ai_cancel_session", {"session_id": str(session_id)}, user_id=user_id)

    async def reserve_tokens(
        self, run: Run, task: str, attempt: int, most: Usage, cost: Decimal, limits: Limits
    ) -> str | None:
        """Reserve an upper bound; the name of the limit that is reached, None when it was reserved."""
        argument = _fenced(run) | {
            "task": task,
            "attempt": attempt,
            "tokens_in": most.tokens_in,
            "tokens_out": most.tokens_out,
            "cost": str(cost),
            "session_limit": limits.session,
            "scope_limit": limits.scope,
            "day_limit": limits.day,
        }
        answer = await self.transport.call("ai_reserve_tokens", argument, user_id=run.user_id)
        return None if answer["granted"] else str(answer["reason"])

    async def settle_tokens(self, run: Run, task: str, attempt: int, usage: Usage, cost: Decimal) -> None:
        """Charge what an attempt used, at most what it reserved, once."""
        argument = _fenced(run) | {
            "task": task,
            "attempt": attempt,
            "tokens_in": usage.tokens_in,
            "tokens_out": usage.tokens_out,
            "cost": str(cost),
        }
        await self.transport.call("ai_settle_tokens", argument, user_id=run.user_id)

    # What a person sees and says

    async def read_events(self, user_id: UUID, session_id: UUID, after: int) -> tuple[JsonObject, Sequence[JsonObject]]:
        """A session and its durable events above ``after``, from one snapshot; NotFound for a stranger's."""
        argument = {"session_id": str(session_id), "after": after}
        answer = await self.transport.call("ai_get_session", argument, user_id=user_id, read_only=True)
        return answer["session"], answer["events"]

    async def get_session(self, user_id: UUID, session_id: UUID) -> JsonObject:
        """``{session, insights}`` where insights is a count; NotFound for a stranger's."""
        argument = {"session_id": str(session_id)}
        return await self.transport.call("ai_get_session", argument, user_id=user_id, read_only=True)

    async def list_insights(self, user_id: UUID, cursor: UUID | None, limit: int, **filters: Any) -> JsonObject:
        """``{insights, cursor}``, newest first; no cursor on the last page. ``filters``: see ``ai_list_insights``."""
        argument = {"cursor": str(cursor) if cursor else None, "limit": limit, **filters}
        return await self.transport.call("ai_list_insights", argument, user_id=user_id, read_only=True)

    async def answer_recommendation(self, user_id: UUID, recommendation_id: UUID, status: str) -> JsonObject:
        """Accept, dismiss or finish a hint; NotFound for a stranger's."""
        argument = {"id": str(recommendation_id), "status": status}
        return await self.transport.call("ai_answer_recommendation", argument, user_id=user_id)

    async def record_feedback(self, user_id: UUID, feedback: JsonObject) -> JsonObject:
        """A thumb on an insight; a repeat replaces. NotFound for a stranger's."""
        return await self.transport.call("ai_record_feedback", feedback, user_id=user_id)

    async def get_prefs(self, user_id: UUID) -> JsonObject:
        """Preferences, or the defaults."""
        return await self.transport.call("ai_get_prefs", {}, user_id=user_id, read_only=True)

    async def put_prefs(self, user_id: UUID, prefs: JsonObject) -> JsonObject:
        """Store preferences; an absent key keeps its value."""
        return await self.transport.call("ai_put_prefs", prefs, user_id=user_id)

    async def import_transactions(
        self, user_id: UUID, transactions: Sequence[JsonObject], *, dry_run: bool, **asked: Any
    ) -> JsonObject:
        """Add lines of a statement, each once. ``asked``: openings, tell_known; see ``ai_import_transactions``."""
        argument = {"transactions": list(transactions), "dry_run": dry_run, **asked}
        return await self.transport.call("ai_import_transactions", argument, user_id=user_id)

    async def list_folios(self, user_id: UUID) -> Sequence[tuple[str, str]]:
        """Fund house and keyed hash of every folio that is stored for this person."""
        answer = await self.transport.call("ai_list_folios", {}, user_id=user_id, read_only=True)
        return [(folio["amc"], folio["folio_hash"]) for folio in answer["folios"]]

    async def import_balances(
        self, user_id: UUID, as_of: date, balances: Sequence[JsonObject], *, dry_run: bool
    ) -> JsonObject:
        """Add what a depository statement says was held on a day; see ``ai_import_balances``."""
        argument = {"as_of": as_of.isoformat(), "balances": list(balances), "dry_run": dry_run}
        return await self.transport.call("ai_import_balances", argument, user_id=user_id)

    async def export(self, user_id: UUID) -> JsonObject:
        """Every row of this person's, by table, numbers as text."""
        return await self.transport.call("ai_export", {}, user_id=user_id, read_only=True)

    async def delete_me(self, user_id: UUID) -> JsonObject:
        """Delete every row of this person's; how many, by table."""
        return await self.transport.call("ai_delete_me", {}, user_id=user_id)

    # Digests

    async def digest_cards(self, user_id: UUID, coach: str, since: datetime, until: datetime) -> JsonObject:
        """``{locale, cards}``: the last card of each topic between two moments, the weightiest first."""
        argument = {"coach": coach, "since": since.isoformat(), "until": until.isoformat()}
        return await self.transport.call("ai_digest_cards", argument, user_id=user_id, read_only=True)

    async def record_digest(self, user_id: UUID, coach: str, week: str, locale: str, digest: Digest) -> bool:
        """Store the digest of an ISO week, once; False when there is one already."""
        argument = {"coach": coach, "week": week, "locale": locale, **asdict(digest)}
        answer = await self.transport.call("ai_record_digest", argument, user_id=user_id)
        return bool(answer["recorded"])

    async def get_digest(self, user_id: UUID, coach: str, week: str | None = None) -> JsonObject | None:
        """The stored digest of a week, or the latest one; None when there is none."""
        argument = {"coach": coach, "week": week}
        answer = await self.transport.call("ai_get_digest", argument, user_id=user_id, read_only=True)
        found: JsonObject | None = answer["digest"]
        return found

    # Questions across users: jobs only

    async def due_users(
        self, rule: DailyRule, after: UUID | None, limit: int, as_of: datetime | None = None
    ) -> DuePage:
        """Those due for a run among the next people behind ``after``, by user id; at most ``limit``."""
        page = {"after": str(after) if after else None, "limit": limit}
        argument = {**rule.argument, **page, "as_of": as_of.isoformat() if as_of else None}
        answer = await self.transport.call(rule.function, argument, user_id=None, read_only=True)
        due = [Due(UUID(row["user_id"]), row["why"], row["since"]) for row in answer["users"]]
        return DuePage(due, int(answer["checked"]), UUID(answer["next"]) if answer["next"] else None)

    async def due_digests(
        self, coach: str, week: str, since: datetime, until: datetime, after: UUID | None, limit: int
    ) -> Sequence[UUID]:
        """A page of those who are owed the digest of a week, by user id."""
        argument = {
            "coach": coach,
            "week": week,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "after": str(after) if after else None,
            "limit": limit,
        }
        answer = await self.transport.call("ai_due_digests", argument, user_id=None, read_only=True)
        return [UUID(row["user_id"]) for row in answer["users"]]

    async def upsert_navs(self, rows: Sequence[JsonObject]) -> JsonObject:
        """Bring in NAVs, numbers and dates as text: ``{schemes_added, schemes_changed, navs_added}``."""
        return await self.transport.call("ai_upsert_navs", {"navs": list(rows)}, user_id=None)

    async def orphaned_sessions(self, limit: int) -> Sequence[Orphan]:
        """Runs that nobody holds, oldest first."""
        answer = await self.transport.call("ai_orphaned_sessions", {"limit": limit}, user_id=None, read_only=True)
        rows = answer["sessions"]
        return [Orphan(UUID(row["session_id"]), UUID(row["user_id"]), row["coach"]) for row in rows]


def _fenced(run: Run) -> JsonObject:
    return {"session_id": str(run.session_id), "epoch": run.epoch}
