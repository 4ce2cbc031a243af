"""A small HTTP/1.1 server on loopback that answers with a JWKS, or with whatever a test wants."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self


class JwksHost:
    """Counts calls; ``status``, ``body``, ``headers`` and ``gate`` shape the answers."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.calls = 0
        self.status = 200
        self.headers: dict[str, str] = {}
        self.gate: asyncio.Event | None = None
        self.url = ""
        self.serve(*keys)

    def serve(self, *keys: dict[str, Any]) -> None:
        """Answer with these keys from now on."""
        self.body = json.dumps({"keys": keys}).encode()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/jwks.json"
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        lines = [f"HTTP/1.1 {self.status} X", f"content-length: {len(self.body)}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + self.body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
