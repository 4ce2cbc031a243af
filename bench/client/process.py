"""Starts the client beside the bench and talks to it in lines of JSON."""

import json
import subprocess
import sys
from typing import Any

from aicoach.local.paths import ROOT


class ClientProcess:
    """One job under way."""

    def __init__(self, kind: str, **job: Any) -> None:
        argv = [sys.executable, "-m", "bench.client"]
        self._popen = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._popen.stdin is not None
        self._popen.stdin.write(json.dumps({"kind": kind, **job}) + "\n")
        self._popen.stdin.close()

    def line(self) -> str:
        """The next line it says; RuntimeError when it ended instead."""
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        if not line:
            raise RuntimeError(f"The bench's client ended with {self._popen.wait()}.")
        return line.strip()

    def result(self) -> dict[str, Any]:
        """What came of the job; waits for it."""
        answer: dict[str, Any] = json.loads(self.line())
        self.close()
        return answer

    def close(self) -> None:
        """Wait for its end."""
        assert self._popen.stdout is not None
        self._popen.stdout.close()
        self._popen.wait()
