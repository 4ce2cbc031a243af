"""A TCP proxy on a loopback port that can be told to lose, slow or break what passes between two parts."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Literal

from aicoach.local.ports import HOST

#: ``drop``: bytes vanish both ways and nobody is told. ``half-open``: requests arrive, answers vanish.
#: ``delay``: every piece comes later. ``throttle``: every piece comes byte by byte.
Way = Literal["pass", "drop", "half-open", "delay", "throttle"]

_PIECE: Final = 65536
_RST: Final = struct.pack("ii", 1, 0)


class CuttingProxy:
    """Passes everything on to ``port`` until ``way`` says otherwise; connections made meanwhile suffer the same."""

    def __init__(self, port: int, *, late: float = 0.05, bytes_per_second: float = 200_000) -> None:
        self.way: Way = "pass"
        self.port = 0
        self._target, self._late, self._rate = port, late, bytes_per_second
        self._pipes: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        #: Those that were to hand on something that is lost.
        self._torn: set[asyncio.StreamWriter] = set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its beginning to its end."""
        try:
            answers, requests = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.close()
            return
        ends = {writer, requests}
        self._writers |= ends
        pipes = [self._pipe(reader, requests, "drop"), self._pipe(answers, writer, "half-open")]
        tasks = {asyncio.create_task(pipe, name="cutting proxy") for pipe in pipes}
        self._pipes |= tasks
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pipes -= tasks
        self._writers -= ends
        for end in ends:
            end.close()

    async def _pipe(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, lost: Way) -> None:
        with suppress(OSError):
            while piece := await source.read(_PIECE):
                if self.way == "delay":
                    await asyncio.sleep(self._late)
                elif self.way == "throttle":
                    await asyncio.sleep(len(piece) / self._rate)
                if self.way in {"drop", lost}:
                    self._torn.add(sink)
                    continue
                sink.write(piece)
                await sink.drain()

    def mend(self) -> None:
        """Pass everything from now on; a connection that lost bytes ends, because no network hands on the rest."""
        self.way = "pass"
        _reset(self._torn & self._writers)
        self._torn.clear()

    def reset(self) -> None:
        """End every connection with RST on both sides; new ones pass."""
        _reset(self._writers)

    async def aclose(self) -> None:
        """Cut what is left."""
        self.reset()
        for task in list(self._pipes):
            task.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)


def _reset(writers: set[asyncio.StreamWriter]) -> None:
    for writer in list(writers):
        tcp: socket.socket | None = writer.get_extra_info("socket")
        if tcp is not None:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        writer.transport.abort()


@asynccontextmanager
async def cutting_proxy(port: int, listen: int = 0) -> AsyncIterator[CuttingProxy]:
    """A proxy in front of the part that listens on ``port``; it listens on ``proxy.port``, any free one by default."""
    proxy = CuttingProxy(port)
    server = await asyncio.start_server(proxy.meet, HOST, listen)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.aclose()
        await server.wait_closed()
