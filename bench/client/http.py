"""As much of HTTP/1.1 and of server-sent events as the bench needs, on a bare asyncio transport."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

HOST = "127.0.0.1"


class BadAnswer(Exception):
    """The server did not answer what it must."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One server-sent event; ``id`` is None for a transient one, ``data`` is empty for a comment."""

    id: int | None
    data: bytes

    @property
    def is_done(self) -> bool:
        """True for the last event of a session."""
        return self.id is not None and b'"type":"done"' in self.data


def parse_frame(block: bytes) -> Frame:
    """What stands between two blank lines."""
    event_id, data = None, b""
    for line in block.split(b"\n"):
        if line.startswith(b"id: "):
            event_id = int(line[4:])
        elif line.startswith(b"data: "):
            data = line[6:]
    return Frame(event_id, data)


class Connection:
    """One keep-alive connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of this machine."""
        return cls(*await asyncio.open_connection(HOST, port, limit=2**20))

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def post(self, path: str, token: str, body: bytes) -> tuple[int, bytes]:
        """Status and body."""
        head = f"POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        status, headers = await self._head()
        return status, await self._reader.readexactly(int(headers[b"content-length"]))

    async def stream(self, path: str, token: str) -> AsyncIterator[Frame]:
        """Frames as they come, until the server ends the stream; BadAnswer for any status but 200."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n\r\n".encode())
        status, headers = await self._head()
        if status != 200 or headers.get(b"transfer-encoding") != b"chunked":
            raise BadAnswer(f"stream answered {status}")
        pending = b""
        while chunk := await self._chunk():
            *blocks, pending = (pending + chunk).split(b"\n\n")
            for block in blocks:
                yield parse_frame(block)

    async def _head(self) -> tuple[int, dict[bytes, bytes]]:
        text = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = text[:-4].split(b"\r\n")
        pairs = (line.partition(b": ") for line in lines)
        return int(first.split(b" ", 2)[1]), {name.lower(): value for name, _, value in pairs}

    async def _chunk(self) -> bytes:
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        return (await self._reader.readexactly(size + 2))[:-2]
