"""Events through Redis: the same commands as the service sends, and one Pub/Sub connection for all streams."""

import asyncio
import json
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis


class Live:
    """Publishes, and hands what comes over Pub/Sub to whoever listens."""

    def __init__(self, url: str) -> None:
        pool = BlockingConnectionPool.from_url(url, protocol=2, max_connections=3)
        self._redis = Redis(connection_pool=pool)
        self._pubsub = Redis.from_url(url, protocol=2).pubsub()
        self._inboxes: dict[str, asyncio.Queue[str]] = {}
        self._subscribed: dict[str, asyncio.Future[None]] = {}
        self._turn = asyncio.Lock()
        self._reader: asyncio.Task[None] | None = None

    async def publish(self, session_id: str, event: dict[str, Any]) -> None:
        """A durable event is kept for fifteen minutes as well."""
        line, channel = json.dumps(event, separators=(",", ":")), f"aicoach:live:{session_id}"
        if event["id"] is None:
            await self._redis.publish(channel, line)
            return
        key = f"aicoach:events:{session_id}"
        pipe = self._redis.pipeline(transaction=True)
        pipe.xadd(key, {"e": line}, id=f"{event['id']}-0", maxlen=1000, approximate=True)
        pipe.pexpire(key, 900_000)
        pipe.publish(channel, line)
        await pipe.execute()

    async def listen(self, session_id: str) -> "asyncio.Queue[str]":
        """The inbox of a session; from the return on nothing is missed."""
        channel = f"aicoach:live:{session_id}"
        inbox = self._inboxes[channel] = asyncio.Queue()
        confirmed = self._subscribed[channel] = asyncio.get_running_loop().create_future()
        async with self._turn:
            await self._pubsub.subscribe(channel)
            if self._reader is None:
                self._reader = asyncio.create_task(self._read())
        await confirmed
        return inbox

    async def leave(self, session_id: str) -> None:
        """Stop listening."""
        channel = f"aicoach:live:{session_id}"
        self._inboxes.pop(channel, None)
        async with self._turn:
            await self._pubsub.unsubscribe(channel)

    async def close(self) -> None:
        """Close every socket."""
        if self._reader is not None:
            self._reader.cancel()
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        await self._redis.aclose()

    async def _read(self) -> None:
        # It ends when nobody listens; ``listen`` would, too, and lose the next subscriber.
        while True:
            message = await self._pubsub.get_message(timeout=10.0) if self._pubsub.subscribed else None
            if message is None:
                await asyncio.sleep(0 if self._pubsub.subscribed else 0.001)
                continue
            channel = message["channel"].decode()
            if message["type"] == "message" and channel in self._inboxes:
                self._inboxes[channel].put_nowait(message["data"].decode())
            elif message["type"] == "subscribe" and channel in self._subscribed:
                self._subscribed.pop(channel).set_result(None)
