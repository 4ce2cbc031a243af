"""Runs a built function as the host does: its own Python, its own files, and the host's wrapper around the app.

The wrapper (``vercel_runtime`` in the function) connects to the host's socket, says on which port it listens, and for
each request when the handler began and when it ended: after "end" the host may freeze or stop the process.
"""

import asyncio
import json
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from scripts.vercel_build.output import Function
from scripts.vercel_build.tools import python312

#: No site-packages and nothing of a user's: what is imported is Python's or the function's.
ALONE = ("-s", "-S")
_MESSAGE_BYTES = 2**20


class Invocations:
    """What the host hears from one function."""

    def __init__(self) -> None:
        self.port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.ended: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.fatal: list[str] = []

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read messages until the function hangs up."""
        try:
            while True:
                self._take(json.loads((await reader.readuntil(b"\0"))[:-1]))
        except asyncio.IncompleteReadError:
            writer.close()

    def _take(self, message: Mapping[str, Any]) -> None:
        payload = message["payload"]
        if message["type"] == "server-started":
            self.port.set_result(payload["httpPort"])
        elif message["type"] == "end":
            self.ended[payload["context"]["requestId"]].set()
        elif message["type"] == "unrecoverable-error":
            self.fatal.append(payload["message"])


class Instance:
    """One process of a function."""

    def __init__(self, process: asyncio.subprocess.Process, invocations: Invocations, url: str) -> None:
        self._process, self._invocations = process, invocations
        self.web = httpx.AsyncClient(base_url=url, timeout=60)
        self._last = 0

    def invocation(self) -> dict[str, str]:
        """The headers by which the host names one request; its number is in ``x-vercel-internal-request-id``."""
        self._last += 1
        return {
            "x-vercel-internal-request-id": str(self._last),
            "x-vercel-internal-invocation-id": f"iad1::{self._last}",
        }

    def has_ended(self, invocation: Mapping[str, str]) -> asyncio.Event:
        """Set once the host may freeze the process, as far as this request is concerned."""
        return self._invocations.ended[int(invocation["x-vercel-internal-request-id"])]

    async def cut(self) -> None:
        """What the host does when a request has lasted as long as it may."""
        self._process.kill()
        await self._process.wait()

    async def aclose(self) -> None:
        """Stop it, as the host stops one that it needs no more."""
        await self.web.aclose()
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()


@asynccontextmanager
async def instance(function: Function, env: Mapping[str, str], log: Path) -> AsyncIterator[Instance]:
    """A process of the function that takes requests; gone when the block ends."""
    invocations = Invocations()
    # A socket's path must be short, and a test's own folder seldom is.
    with tempfile.TemporaryDirectory() as folder, log.open("wb") as output:
        path = f"{folder}/ipc"
        host = await asyncio.start_unix_server(invocations.listen, path, limit=_MESSAGE_BYTES)
        process = await asyncio.create_subprocess_exec(
            *(python312(), *ALONE, function.settings["handler"].replace(".vc_handler", ".py")),
            cwd=function.folder,
            env={**env, **function.settings["environment"], "VERCEL_IPC_PATH": path},
            stdout=output,
            stderr=output,
        )
        dead = asyncio.ensure_future(process.wait())
        await asyncio.wait({invocations.port, dead}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        assert invocations.port.done(), "\n".join([*invocations.fatal, log.read_text()])
        running = Instance(process, invocations, f"http://127.0.0.1:{invocations.port.result()}")
        try:
            yield running
        finally:
            await running.aclose()
            await dead
            host.close()
