"""An operator at a terminal beside a real deployment: settings in a file, a `systemctl` that restarts the service."""

import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from aicoach.local import environment, postgres, redis
from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST, Ports
from aicoach.local.stack import Stack
from tests.runbook.page import Step

_END = "--- end of step"
#: The machine's own systemd is not ours to command: this one hands `restart aicoach` to the stack and waits.
_SYSTEMCTL = '#!/bin/sh\nexec curl -fsS -X POST "$SYSTEMCTL/$1/$2"\n'


class Operator:
    """Follows steps in one shell each time; remembers nothing but files."""

    def __init__(self, stack: Stack, home: Path, url: str) -> None:
        self.stack, self.home = stack, home
        self.settings = home / "service.env"
        self._systemctl = url
        self._bin = home / "bin"

    def arrive(self) -> None:
        """The settings file as a deployment has it, and the commands that a machine of an operator has."""
        self._bin.mkdir()
        (self._bin / "systemctl").write_text(_SYSTEMCTL)
        (self._bin / "systemctl").chmod(0o755)
        tool = redis.binary().with_name("redis-cli")
        (self._bin / "redis-cli").symlink_to(tool)
        (self.home / "bridge.pem").write_text(self.stack.bridge_private_pem)
        kept = {name: value for name, value in self.stack.env().items() if name.startswith("AICOACH_")}
        kept |= {"AICOACH_METRICS_TOKEN": "a-token-for-metrics-only", "AICOACH_JWT_PRIVATE_KEY": ""}
        # As a hosted Redis gives it: redis-cli before 7 takes a URL without a user for a user without a name.
        kept["AICOACH_REDIS_URL"] = kept["AICOACH_REDIS_URL"].replace("://:", "://default:")
        self.settings.write_text("".join(f"{name}={_quoted(value)}\n" for name, value in kept.items()))
        self.stack.start_part("service", self.current)

    def settle(self, **changes: str) -> None:
        """What was decided before the page is opened: the service runs with these settings, by their short names."""
        kept = self.current | {f"AICOACH_{name.upper()}": value for name, value in changes.items()}
        self.settings.write_text("".join(f"{name}={_quoted(value)}\n" for name, value in kept.items()))
        self.stack.restart_part("service", self.current)

    def asked(self, model: str) -> int:
        """How often the local endpoint was asked for this model's words, ever."""
        calls = httpx.get(f"{self._endpoint}/_calls").raise_for_status().json()["calls"]
        return sum(call["body"]["model"] == model for call in calls)

    def script(self, **told: object) -> None:
        """What the local endpoint shall answer."""
        httpx.post(f"{self._endpoint}/_script", json=told).raise_for_status()

    @property
    def _endpoint(self) -> str:
        return f"http://{HOST}:{self.stack.ports.model}"

    @property
    def current(self) -> dict[str, str]:
        """The settings as the file has them now."""
        return _read(self.settings)

    def follow(self, steps: Sequence[Step]) -> list[str]:
        """What each step printed; AssertionError, with all that was printed, when one ends with an error."""
        script = "\n".join(f"{step.commands}\necho '{_END}'" for step in steps)
        with self._shell(script) as shell:
            try:
                printed, _ = shell.communicate(timeout=60)
            finally:
                # What a step left running in the background ends with its shell.
                with suppress(ProcessLookupError):
                    os.killpg(shell.pid, signal.SIGKILL)
        assert shell.returncode == 0, f"exit {shell.returncode}\n{printed}"
        return printed.split(f"{_END}\n")[:-1]

    def _shell(self, script: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["bash", "-euc", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment(),
            cwd=ROOT,
            text=True,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        path = f"{self._bin}:{Path(sys.executable).parent}:{postgres.binaries()}:{os.environ['PATH']}"
        return environment.base() | {
            "PATH": path,
            "HOME": str(self.home),
            "SETTINGS": str(self.settings),
            "URL": self.stack.service_url,
            "OWNER_URL": self.stack.dsn_owner,
            "PERSON": self.stack.demo_users[0].user_id,
            "PORT": str(Ports.free().web),
            "SYSTEMCTL": self._systemctl,
        }


@contextmanager
def systemd(stack: Stack, settings: Path) -> Iterator[str]:
    """Restarts parts of the stack with the settings of the file, as systemd does; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _, action, unit = self.path.split("/")
            assert (action, unit) == ("restart", "aicoach"), self.path
            stack.restart_part("service", _read(settings))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Silent: pytest shows what matters."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def _read(settings: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in settings.read_text().splitlines())
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def _quoted(value: str) -> str:
    return shlex.quote(value.replace("\n", "\\n"))
