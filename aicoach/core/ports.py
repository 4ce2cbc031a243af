"""What core needs from the world: a store, an event queue, a language model, a clock."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from types import TracebackType
from typing import Any, Protocol, Self
from uuid import UUID

from aicoach.core.model import Insight, JsonObject, Plan, Run, Status


class SnapshotSource(Protocol):
    """Read-only access to what a user owns; it has no method that writes."""

    async def read_snapshot(self, run: Run, function: str, params: Mapping[str, Any]) -> JsonObject:
        """Call the STABLE SQL ``function`` for the run's user, read only; numbers come as text."""
        ...


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What ``ai_start_session`` needs; ``request_hash`` tells a repeated request from another one.

    ``agents`` is what the coach knows: an empty ``focus`` becomes what the person prefers of it, all when that is
    nothing. ``runs_per_user`` is how many runs of the user may be carried out at once, None any number.
    """

    user_id: UUID
    scope_id: UUID
    coach: str
    focus: tuple[str, ...]
    params: Mapping[str, Any]
    trigger: str = "manual"
    idempotency_key: str | None = None
    request_hash: str | None = None
    as_of: datetime | None = None
    agents: tuple[str, ...] = ()
    runs_per_user: int | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The answer to a start: ``outcome`` is one of those of ``ai_start_session``; ``too_many_runs`` has no session.

    ``run`` is set when this caller now owns the run and must carry it out.
    """

    outcome: str
    session: JsonObject
    run: Run | None
    events: Sequence[JsonObject]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that this process owns from now on, with the durable events the claim made."""

    run: Run
    events: Sequence[JsonObject]


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What one task leaves behind: insights, or the code of the error that stopped it."""

    task: str
    insights: Sequence[Insight] = ()
    error: str | None = None
    retryable: bool = False
    attempts: int = 1
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Committed:
    """Durable events in id order, and the topics that the ledger held back."""

    events: Sequence[JsonObject]
    skipped: Sequence[str] = ()


class RunStore(SnapshotSource, Protocol):
    """What a run reads and writes. Every write is idempotent and fenced by the run's epoch (LeaseLost)."""

    async def claim_session(self, user_id: UUID, session_id: UUID) -> Claimed | None:
        """Take over a session whose lease is not fresh; None while someone else holds it, or it is final."""
        ...

    async def renew_session(self, run: Run, plan: Plan | None = None) -> bool:
        """Keep the lease and store the plan, once; True when a cancel was asked for."""
        ...

    async def commit_task(self, run: Run, result: TaskResult) -> Committed:
        """Insights, hints, ledger, events and checkpoint in one transaction; a repeat returns the first's."""
        ...

    async def finish_session(self, run: Run, status: Status, error: str | None = None) -> Committed:
        """The final status and the ``done`` event in one transaction."""
        ...

    async def read_events(self, user_id: UUID, session_id: UUID, after: int) -> tuple[JsonObject, Sequence[JsonObject]]:
        """The session and its durable events with an id above ``after``, from one snapshot; NotFound."""
        ...

    async def seen_recently(self, run: Run, topics: Sequence[JsonObject]) -> frozenset[str]:
        """Which of these topics the ledger would hold back now; rows of this session are ignored."""
        ...


class EventQueue(Protocol):
    """The fast, forgetful way to a browser. Losing all of it loses nothing but liveness."""

    async def emit_event(self, session_id: UUID, event: JsonObject) -> None:
        """Publish one event; a durable one (with an id) also stays for replay until its time to live."""
        ...

    async def last_id(self, session_id: UUID) -> int:
        """The id of the last durable event published, 0 when none is kept."""
        ...

    def follow(self, session_id: UUID, after: int) -> "Subscription":
        """Listen from ``after`` on; enter it before reading the store, so that nothing falls between."""
        ...


class Subscription(Protocol):
    """Live events of one session."""

    @property
    def healthy(self) -> bool:
        """False while the queue cannot be relied on to wake this reader in time."""
        ...

    def advance(self, event_id: int) -> None:
        """Go on after ``event_id``: the reader got everything up to it elsewhere."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def next(self, timeout: float) -> JsonObject | None:
        """The next event; None after ``timeout`` seconds of silence, or at once when the queue is lost.

        Ids may have gaps: ask the store.
        """
        ...


class Clock(Protocol):
    """Time that tests can hold still. Leases use the database's clock, not this one."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...


EventStream = AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked; ``version`` names the files it was made from and their hash."""

    system: str
    user: str
    version: str

    @property
    def size(self) -> int:
        """UTF-8 bytes: no tokenizer makes more tokens than that."""
        return len(self.system.encode()) + len(self.user.encode())


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that one attempt used."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, already fitting the schema it was asked for."""

    body: str
    usage: Usage
    model: str


class ModelFailure(Exception):
    """One attempt gave nothing that may be used. ``usage`` is what it cost all the same, if known."""

    def __init__(self, code: str, *, wait: float | None = None, usage: Usage | None = None) -> None:
        super().__init__(code)
        self.code, self.wait, self.usage = code, wait, usage


class LanguageModel(Protocol):
    """A model that only words given facts: no tools, no memory."""

    @property
    def name(self) -> str:
        """Which model answers."""
        ...

    @property
    def max_tokens(self) -> int:
        """The most one answer may have."""
        ...

    async def complete(self, prompt: Prompt, on_body: Callable[[str], Awaitable[None]] | None = None) -> Answer:
        """One attempt. ``on_body`` gets the whole body so far, again and again. Raises ModelFailure, no other."""
        ...

    def cost(self, usage: Usage) -> Decimal:
        """What the usage costs, by the price table."""
        ...


class Notes(Protocol):
    """A forgetful shelf for outputs that are not worth paying for twice."""

    async def put_note(self, key: str, value: Any, ttl: float) -> bool:
        """Keep a JSON value for ``ttl`` seconds; False when that failed."""
        ...

    async def get_note(self, key: str) -> Any | None:
        """The value, or None when it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How many tokens may be spent: per session, per scope and day, per day in all. None: no limit."""

    session: int | None
    scope: int | None
    day: int | None


class BudgetStore(Protocol):
    """Reserve before asking, settle after; what was never settled is charged as reserved when the run ends."""

    async def reserve_tokens(
        self, run: Run, task: str, attempt: int, most: Usage, cost: Decimal, limits: Limits
    ) -> str | None:
        """Reserve what an attempt uses at most: None when reserved, else the name of the limit that is reached."""
        ...

    async def settle_tokens(self, run: Run, task: str, attempt: int, usage: Usage, cost: Decimal) -> None:
        """Charge what was used, at most what was reserved, once."""
        ...


@dataclass(frozen=True, slots=True)
class DailyRule:
    """Who is due for a coach's daily run: a SQL function of the jobs, and what the coach tells it.

    Beside ``argument`` it is told ``as_of`` (null: now), ``limit``, and ``after``, a user's id or null. It looks at the
    people behind that user, in the order of ids, at no more of them than it can judge well within the database's time
    limit, however many there are; and answers ``users`` [{user_id, why, since}], at most ``limit`` (``since`` tells one
    time of being due from the next), ``checked``, how many people it looked at, and ``next``, the user behind whom to
    ask again: with nobody due as well, until it is null because nobody is left.
    """

    function: str
    argument: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a coach said in a week, as plain text; ``cards`` is how many of its cards are told."""

    subject: str
    body: str
    cards: int


@dataclass(frozen=True, slots=True)
class DigestRule:
    """A coach's weekly digest: ``compose(cards, locale, since, until)`` finds the words, or None for no cards.

    ``zone`` says where the coach's weeks begin: with Monday, as ISO 8601 counts them.
    """

    compose: Callable[[Sequence[JsonObject], str, date, date], Digest | None]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class ResearchRule:
    """A coach's weekly market note: ``question(locale)`` goes to a search service and must hold nothing about anybody.

    ``hosts`` may be cited, with or without ``www.``; ``add(digest, text, links, locale)`` shows a note in a digest.
    """

    question: Callable[[str], Prompt]
    hosts: frozenset[str]
    add: Callable[[Digest, str, Sequence[str], str], Digest]
