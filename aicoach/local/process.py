"""Starting, watching and ending one part, in a process group of its own and under the guard's eye."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aicoach.local.errors import LocalError
from aicoach.local.paths import HERE

STOP_PATIENCE = 10.0
# Receives progress lines for a person.
Tell = Callable[[str], None]


def silent(line: str) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class Launch:
    """How one part is started, how to see that it is ready, and which signal asks it to stop."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    cwd: Path
    ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    stdin: bytes = b""
    patience: float = 60.0


class Guard:
    """The watcher that ends what we started if we are killed."""

    def __init__(self, lock_fd: int | None = None) -> None:
        self.token = secrets.token_hex(8)
        self._process = subprocess.Popen(
            [sys.executable, "-E", "-S", str(HERE / "guard.py"), self.token],
            stdin=subprocess.PIPE,
            pass_fds=() if lock_fd is None else (lock_fd,),
            start_new_session=True,
            cwd="/",
            env={"PATH": os.defpath},
        )

    def watch(self, pid: int, stop: signal.Signals) -> None:
        self._say(f"watch {pid} {stop.value}")

    def forget(self, pid: int) -> None:
        self._say(f"forget {pid}")

    def close(self) -> None:
        """Close the pipe and wait; the guard ends whatever is still named."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            try:
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()
            except BrokenPipeError:
                # Somebody killed the guard: the stack itself can still be used and stopped in order.
                return


class Process:
    """One running part."""

    def __init__(self, launch: Launch, log: Path, guard: Guard) -> None:
        self.launch = launch
        self.log = log
        self._guard = guard
        self._log_start = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                launch.argv,
                stdin=subprocess.PIPE if launch.stdin else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**launch.env, "AICOACH_STACK": guard.token},
                cwd=launch.cwd,
                start_new_session=True,
            )
        guard.watch(self.pid, launch.stop_signal)
        if self._popen.stdin is not None:
            self._popen.stdin.write(launch.stdin)
            self._popen.stdin.close()

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._popen.poll()

    @property
    def alive(self) -> bool:
        return self.returncode is None

    def wait_ready(self) -> None:
        """Return when the part answers; raise LocalError when it ends or stays silent."""
        deadline = time.monotonic() + self.launch.patience
        while not self.launch.ready():
            if not self.alive:
                raise LocalError(self.epitaph())
            if time.monotonic() > deadline:
                raise LocalError(
                    f"{self.launch.name} did not answer within {self.launch.patience:.0f} s; see {self.log}"
                )
            time.sleep(0.03)

    def stop(self) -> None:
        """Ask the part to stop, wait, and insist after ten seconds."""
        if self.alive:
            self._signal(self.launch.stop_signal)
            try:
                self._popen.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
        self._bury()

    def kill(self) -> None:
        """SIGKILL, for tests of what a crash leaves behind."""
        self._signal(signal.SIGKILL)
        self._bury()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; raises subprocess.TimeoutExpired after `timeout` seconds."""
        code = self._popen.wait(timeout)
        self._bury()
        return code

    def epitaph(self) -> str:
        """One sentence on how it ended, and the last lines it wrote."""
        return f"{self.launch.name} ended with code {self.returncode}; see {self.log}\n{self.tail()}"

    def tail(self, lines: int = 12) -> str:
        """The last lines this process wrote to its log."""
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            text = file.read().decode(errors="replace")
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def _bury(self) -> None:
        self._popen.wait()
        # A leader that is gone may leave followers in its group; they go too, before the guard forgets it.
        self._signal(signal.SIGKILL)
        self._guard.forget(self.pid)


def run_tool(name: str, argv: list[str], env: Mapping[str, str], cwd: Path, log: Path, guard: Guard) -> None:
    """Run something that ends by itself; raise LocalError with its last lines when it fails."""
    # What an interrupted installation leaves is thrown away, so there is nothing to be polite about.
    process = Process(Launch(name, argv, env, cwd, lambda: True, stop_signal=signal.SIGKILL), log, guard)
    try:
        code = process.wait()
    except BaseException:
        process.kill()
        raise
    if code:
        raise LocalError(process.epitaph())
