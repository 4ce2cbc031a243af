"""The only file that knows everyone: settings in, a wired service out. Nothing here touches the network."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aicoach.adapters.failpoints import FailpointQueue, Failpoints
from aicoach.adapters.supabase import SupabaseStore, Transport
from aicoach.app.auth.key_source import KeySource
from aicoach.app.auth.keys import KeySet
from aicoach.app.limits import IMPORTS, READS, REFUSALS, STARTS, STREAMS, WRITES, RateLimits
from aicoach.app.runner import Runner
from aicoach.app.settings import Settings
from aicoach.app.telemetry import Telemetry
from aicoach.coaches.goals import COACH as GOALS
from aicoach.core.errors import Unavailable
from aicoach.core.model import Coach
from aicoach.core.narrator import Narrator
from aicoach.core.orchestrator import Orchestrator
from aicoach.core.ports import Clock, Limits
from aicoach.memory.kv_store import RedisEventQueue
from aicoach.tools.openai_tool import Endpoint, OpenAITool

#: An unconfigured service may be imported, answers probes and refuses to start.
NOWHERE: Final = "redis://127.0.0.1:1"
COACHES: Final[Mapping[str, Coach[Any]]] = {GOALS.name: GOALS}


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()


class NoKeys(KeySource):
    """Nobody is trusted until a key is configured."""

    async def keys(self, kid: str | None = None) -> KeySet:
        """Raise Unavailable, always."""
        raise Unavailable("No key is configured that could verify a token.")


@dataclass(frozen=True, slots=True)
class Container:
    """Everything a request may need, made once per process."""

    settings: Settings
    clock: Clock
    coaches: Mapping[str, Coach[Any]]
    store: SupabaseStore
    queue: RedisEventQueue
    runner: Runner
    key_source: KeySource
    model: OpenAITool | None
    limits: RateLimits
    telemetry: Telemetry
    research: OpenAITool | None

    async def aclose(self) -> None:
        """Let runs end, then let go of all connections."""
        await self.runner.drain(self.settings.drain_seconds)
        await self.queue.aclose()
        await self.store.transport.aclose()
        await self.key_source.aclose()
        if self.model is not None:
            await self.model.aclose()
        if self.research is not None:
            await self.research.aclose()
        await self.telemetry.aclose()


def build(settings: Settings, coaches: Mapping[str, Coach[Any]] = COACHES, clock: Clock | None = None) -> Container:
    """Wire a service; raises ValueError for settings that cannot work."""
    clock = clock or SystemClock()
    failpoints = Failpoints(settings.failpoints)
    store = SupabaseStore(_transport(settings, failpoints), lease_seconds=settings.lease_seconds)
    queue = RedisEventQueue(settings.redis_url.get_secret_value() or NOWHERE)
    emitter = FailpointQueue(queue, failpoints) if settings.failpoints else queue
    renew = settings.lease_seconds / 3
    model = _model(settings)
    narrator = Narrator() if model is None else _model_narrator(settings, model, store, queue, clock)
    orchestrator = Orchestrator(store, emitter, coaches, narrator, clock, renew_seconds=renew)
    key_source = KeySource.from_settings(settings, clock) if settings.trusts_someone else NoKeys()
    runner = Runner(orchestrator, store, queue)
    limits = _limits(settings, queue, clock, model)
    telemetry = Telemetry.start(settings)
    research = _research(settings)
    return Container(settings, clock, coaches, store, queue, runner, key_source, model, limits, telemetry, research)


def _limits(settings: Settings, queue: RedisEventQueue, clock: Clock, model: OpenAITool | None) -> RateLimits:
    rules = {
        STARTS: settings.limit_starts,
        IMPORTS: settings.limit_imports,
        STREAMS: settings.limit_streams,
        WRITES: settings.limit_writes,
        READS: settings.limit_reads,
        REFUSALS: settings.limit_refusals,
    }
    # Only a run that may ask a model costs money: without one, runs go on when nobody can count them.
    return RateLimits(rules, queue, clock, frozenset() if model is None else frozenset({STARTS}))


def _model(settings: Settings) -> OpenAITool | None:
    if not settings.model_is_on:
        return None
    return OpenAITool(
        Endpoint(
            base_url=settings.openai_base_url,
            api_key=settings.openai_api_key.get_secret_value(),
            model=settings.llm_model,
            max_tokens=settings.llm_max_tokens,
            temperature=settings.llm_temperature,
            seconds=settings.llm_seconds,
            silence_seconds=settings.llm_silence_seconds,
            prices=settings.llm_prices,
        )
    )


def _research(settings: Settings) -> OpenAITool | None:
    if not settings.research_is_on:
        return None
    key, seconds = settings.research_key.get_secret_value(), settings.research_seconds
    return OpenAITool(Endpoint(settings.research_url, key, settings.research_model, seconds=seconds))


def _model_narrator(
    settings: Settings, model: OpenAITool, store: SupabaseStore, queue: RedisEventQueue, clock: Clock
) -> Narrator:
    from aicoach.core.model_voice import ModelNarrator

    limits = Limits(settings.llm_session_tokens, settings.llm_scope_tokens, settings.llm_day_tokens)
    return ModelNarrator(model, store, queue, clock, limits, settings.llm_card_seconds)


def _transport(settings: Settings, failpoints: Failpoints) -> Transport:
    if settings.store == "rest":
        from aicoach.adapters.supabase.rest import RestTransport

        return RestTransport(
            settings.supabase_url,
            settings.supabase_publishable_key.get_secret_value(),
            settings.supabase_jwt_key.get_secret_value(),
            key_id=settings.supabase_jwt_kid,
            timeout=settings.database_timeout,
            failpoints=failpoints,
        )
    from aicoach.adapters.supabase.postgres import PostgresTransport

    return PostgresTransport(
        settings.database_url.get_secret_value(),
        size=settings.database_pool,
        statement_cache=settings.database_statement_cache,
        timeout=settings.database_timeout,
        failpoints=failpoints,
    )
