"""Bears service processes that are ready at once: it imports everything first and forks when asked.

Run as a program. Each line on stdin is a JSON object, ``{"env": {…}, "log": path}`` to start one or
``{"end": pid, "signal": n}``; each line on stdout is ``{"born": pid, "port": n}`` or ``{"dead": pid, "code": n}``
(negative: the signal). Only it may signal a child: it alone knows that the id still belongs to one. It listens
before it forks, so a child can be called from its first moment. When stdin ends, for whatever reason, every child
is killed.
"""

import json
import os
import select
import signal
import socket
import sys
from typing import Any

# Imported for the children: what a service loads when it is first asked for something included.
import asyncpg  # noqa: F401
import httptools  # noqa: F401
import postgrest.exceptions  # noqa: F401
import redis.asyncio  # noqa: F401
import uvicorn
import uvloop  # noqa: F401

import aicoach.app.main
import supabase  # noqa: F401
import tests.coaches.orchard  # noqa: F401


def main() -> None:
    """Bear and bury until stdin ends."""
    children: set[int] = set()
    pending = b""
    while True:
        readable, _, _ = select.select([0], [], [], 0.01)
        if readable:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                _obey(json.loads(line), children)
        for pid, code in _bury(children):
            _say({"dead": pid, "code": code})
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _obey(order: dict[str, Any], children: set[int]) -> None:
    if "end" not in order:
        children.add(_bear(order))
    elif order["end"] in children:
        os.kill(order["end"], order["signal"])


def _bear(wanted: dict[str, Any]) -> int:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    pid = os.fork()
    if pid == 0:
        _live(wanted, listener)
    _say({"born": pid, "port": listener.getsockname()[1]})
    listener.close()
    return pid


def _live(wanted: dict[str, Any], listener: socket.socket) -> None:
    """The child: a service like any other, until it is told to stop, or killed."""
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(wanted["env"])
    config = uvicorn.Config("tests.support.app:app", log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        sys.stdout.flush()
        os._exit(0)


def _bury(children: set[int]) -> list[tuple[int, int]]:
    dead = []
    for pid in list(children):
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            children.remove(pid)
            dead.append((pid, os.waitstatus_to_exitcode(status)))
    return dead


def _say(news: dict[str, int]) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    assert aicoach.app.main.app is not None
    main()
