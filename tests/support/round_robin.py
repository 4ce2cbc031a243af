"""A load balancer for tests: every TCP connection goes to the next service, one that is dead is passed over."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Final

from aicoach.local.ports import HOST

_PIECE: Final = 65536


class RoundRobin:
    """Knows nothing of HTTP, users or sessions: no stickiness."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._turn = ports, count()
        self.url = ""
        #: Connections that each port took.
        self.taken: Counter[int] = Counter()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its beginning to its end; closed at once when no service lives."""
        for _ in self._ports:
            port = self._ports[next(self._turn) % len(self._ports)]
            with suppress(OSError):
                answers, requests = await asyncio.open_connection(HOST, port)
                self.taken[port] += 1
                await _join(reader, writer, answers, requests)
                return
        writer.close()


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answers: asyncio.StreamReader,
    requests: asyncio.StreamWriter,
) -> None:
    pipes = {asyncio.create_task(_pipe(reader, requests)), asyncio.create_task(_pipe(answers, writer))}
    await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
    for pipe in pipes:
        pipe.cancel()
    await asyncio.gather(*pipes, return_exceptions=True)
    requests.close()
    writer.close()


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(_PIECE):
            sink.write(piece)
            await sink.drain()


@asynccontextmanager
async def round_robin(urls: Sequence[str]) -> AsyncIterator[RoundRobin]:
    """A balancer in front of services at these addresses; its own is ``balancer.url``."""
    balancer = RoundRobin([int(url.rpartition(":")[2]) for url in urls])
    server = await asyncio.start_server(balancer.meet, HOST, 0)
    balancer.url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield balancer
        server.close()
