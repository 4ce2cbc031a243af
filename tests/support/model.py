"""A run with a model behind it, and everything that left the service while it went on."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import SecretStr
from redis.asyncio import Redis

from aicoach.app.settings import Settings
from aicoach.local.scripted_model import ScriptedModel
from tests.support.service import Client
from tests.support.sse import read_frames

#: The endpoint's key in tests: it must be found nowhere.
KEY = "sk-scripted-key-canary"


def with_model(settings: Settings, model: ScriptedModel, **changes: Any) -> Settings:
    """The settings with this model behind them, and with little patience."""
    patience = {"llm_seconds": 2.5, "llm_silence_seconds": 0.5, "llm_card_seconds": 9.0}
    chosen = {"llm": "scripted", "openai_base_url": model.base_url, "openai_api_key": SecretStr(KEY)}
    limits = {"llm_day_tokens": None, "llm_scope_tokens": None, "llm_session_tokens": None}
    return settings.model_copy(update={**chosen, "llm_model": "scripted", **patience, **limits, **changes})


@dataclass
class Recording:
    """One run: its durable events, every frame that a browser got, every payload that went through Redis."""

    session_id: UUID
    events: list[dict[str, Any]] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)
    rows: str = ""

    @property
    def done(self) -> dict[str, Any]:
        """The last event."""
        return self.events[-1]

    @property
    def cards(self) -> dict[str, dict[str, Any]]:
        """Committed cards by kind."""
        found = [event["insight"] for event in self.events if event["type"] == "insight"]
        return {card["kind"]: card for card in found}

    @property
    def published(self) -> list[dict[str, Any]]:
        """Every event that passed through Redis, transient ones too, in order."""
        return [json.loads(payload) for payload in self.payloads]

    @property
    def tokens(self) -> list[dict[str, Any]]:
        """Sentences that were told while a card was being written."""
        return [event for event in self.published if event["type"] == "token"]

    @property
    def wire(self) -> str:
        """All that left the service, as one text in which nothing is escaped."""
        said = [*self.frames, *self.payloads, self.rows]
        return "\n".join([*said, *(plain for text in said for plain in _unescaped(text))])


class Recorder:
    """Listens to everything that is published, from before a run starts."""

    def __init__(self, redis: Redis, owner: asyncpg.Connection) -> None:
        self._redis, self._owner = redis, owner
        self._heard: list[tuple[str, str]] = []

    async def run(self, client: Client, **body: Any) -> Recording:
        """Start a run and watch it to its end."""
        async with self.listening():
            recording = Recording(await client.start(**body))
            await self.watch(client, recording)
        return await self.complete(recording)

    async def run_all(self, asked: Sequence[tuple[Client, Mapping[str, Any]]]) -> list[Recording]:
        """Several people's runs, side by side."""
        async with self.listening():
            started = [Recording(await client.start(**body)) for client, body in asked]
            await asyncio.gather(*(self.watch(who, run) for (who, _), run in zip(asked, started, strict=True)))
        return [await self.complete(recording) for recording in started]

    async def watch(self, client: Client, recording: Recording) -> None:
        """One connection of a browser, until it ends; frames as they came."""
        url = f"/api/aicoach/stream?sessionId={recording.session_id}"
        headers = client.person.headers
        async with client.http.stream("GET", url, headers=headers, timeout=60) as response:
            assert response.status_code == 200, await response.aread()
            async for frame in read_frames(response):
                recording.frames.append(frame.raw)
                if frame.event is not None and frame.event["id"] is not None:
                    recording.events.append(frame.event)

    async def complete(self, recording: Recording) -> Recording:
        """Add what was published and what is stored of the session; raises when there is no end."""
        name = str(recording.session_id)
        recording.payloads = [payload for channel, payload in self._heard if name in channel]
        recording.rows = "\n".join([await stored(self._owner, recording.session_id), await self._kept(name)])
        assert recording.done["type"] == "done"
        return recording

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear all channels until the block ends."""
        async with self._redis.pubsub() as pubsub:
            await pubsub.psubscribe("*")
            listener = asyncio.create_task(self._listen(pubsub))
            try:
                yield
                await asyncio.sleep(0.05)
            finally:
                listener.cancel()
                with suppress(asyncio.CancelledError):
                    await listener

    async def _listen(self, pubsub: Any) -> None:
        async for message in pubsub.listen():
            if message["type"] == "pmessage":
                self._heard.append((message["channel"].decode(), message["data"].decode()))

    async def _kept(self, name: str) -> str:
        """The notes and the stream that Redis holds of a session."""
        texts = []
        async for key in self._redis.scan_iter(match=f"*{name}*"):
            kind = await self._redis.type(key)
            value = await self._redis.xrange(key) if kind == b"stream" else await self._redis.get(key)
            texts.append(_readable(value))
        return "\n".join(texts)


async def stored(owner: asyncpg.Connection, session_id: UUID) -> str:
    """Every row of a session that holds words: cards, hints, ledger, events; not what the person typed."""
    texts = []
    for table in ("ai_insights", "ai_recommendations", "ai_events"):
        rows = await owner.fetch(f"select to_jsonb(t)::text as row from {table} t where session_id = $1", session_id)
        texts += [row["row"] for row in rows]
    return "\n".join(texts)


def walk(value: Any) -> Iterator[str]:
    """Every text inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def _unescaped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        bare = line.removeprefix("data:").strip()
        if bare.startswith("{"):
            yield from walk(json.loads(bare))


def _readable(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | tuple):
        return "\n".join(_readable(item) for item in value)
    if isinstance(value, dict):
        return "\n".join(_readable(item) for pair in value.items() for item in pair)
    return str(value)
