"""The arms as processes: one uvicorn each, on a port of its own, with a log of its own."""

import http.client
import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST, Ports
from bench.client.http import BadAnswer

ENGINE: Final = "engine"
BARE: Final = "bare"
PATIENCE: Final = 60.0


@dataclass(frozen=True)
class Server:
    """One arm that answers."""

    arm: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Of the process that serves."""
        return self.process.pid

    def meter(self) -> dict[str, float]:
        """CPU seconds of the coach's own code and of its words in this process."""
        status, body = ask(self.port, "GET", "/bench/meter")
        if status != 200:
            raise BadAnswer(f"the meter answered {status}")
        counted: dict[str, float] = json.loads(body)
        return counted


@contextmanager
def serving(arm: str, env: Mapping[str, str], log: Path, argv: Sequence[str]) -> Iterator[Server]:
    """A fresh process of an arm, started by ``argv`` and a port; gone when the block ends."""
    port = Ports.free().service
    command = [*argv, "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, port)
        yield Server(arm, port, process)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ask(port: int, method: str, path: str, token: str = "", body: str | None = None) -> tuple[int, bytes]:
    """One request on a connection of its own; OSError when nobody listens yet."""
    link = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        link.request(method, path, body, headers if token else {})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if ask(port, "GET", "/api/aicoach/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The arm did not come up: {process.args!r}; its log says why.")
