"""A small HTTP server that hands out a NAV file, well or badly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class NavHost:
    """What it answers next; it remembers what it was asked."""

    body: bytes = b""
    status: str = "200 OK"
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    #: Announce this many bytes more than are sent.
    missing: int = 0
    #: Seconds between two bytes.
    pause: float = 0.0
    asked: list[bytes] = field(default_factory=list)
    url: str = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        request = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(request)
        try:
            await self._answer(writer, request)
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, request: bytes) -> None:
        status, body = self.status, self.body
        if self.etag and f"if-none-match: {self.etag}".encode() in request.lower():
            status, body = "304 Not Modified", b""
        headers = {"Content-Length": str(len(body) + self.missing), "Connection": "close"} | self.headers
        headers |= {"ETag": self.etag} if self.etag else {}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode())
        if not self.pause:
            writer.write(body)
        else:
            for byte in body:
                writer.write(bytes([byte]))
                await asyncio.sleep(self.pause)
        await writer.drain()


@asynccontextmanager
async def nav_host() -> AsyncIterator[NavHost]:
    """A host on a free port, until the block ends."""
    host = NavHost()
    server = await asyncio.start_server(host.handle, "127.0.0.1", 0)
    host.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/NAVAll.txt"
    async with server:
        yield host
