"""One stack per home: a lock the kernel gives back whenever its holders are gone, so it never goes stale."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from aicoach.local.errors import LocalError


class HomeLock:
    """Held by the supervisor and by its guard; it is free again when both are gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = -1

    def __enter__(self) -> "HomeLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self, patience: float = 15.0) -> None:
        """Take the lock or raise LocalError; waits `patience` seconds for a killed stack to be cleared away."""
        deadline = time.monotonic() + patience
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while not _try_lock(fd):
            pid = holder(self.path)
            if pid is not None or time.monotonic() > deadline:
                os.close(fd)
                raise LocalError(_refusal(self.path.parent, pid))
            time.sleep(0.1)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self.fd = fd

    def release(self) -> None:
        if self.fd >= 0:
            os.ftruncate(self.fd, 0)
            os.close(self.fd)
            self.fd = -1


def holder(path: Path) -> int | None:
    """The pid of the living supervisor that holds this lock, or None."""
    try:
        with path.open() as file:
            if _try_lock(file.fileno()):
                return None
            pid = int(file.read().strip() or 0)
    except (FileNotFoundError, ValueError):
        return None
    return pid if pid and _alive(pid) else None


def is_held(path: Path) -> bool:
    """Whether a supervisor or the guard that clears up after it still holds this lock."""
    try:
        with path.open() as file:
            return not _try_lock(file.fileno())
    except FileNotFoundError:
        return False


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _refusal(home: Path, pid: int | None) -> str:
    if pid is None:
        return f"The stack in {home} is still being cleared away; try again in a moment."
    return f"The stack in {home} is already running (pid {pid}). Use it, or stop it with `make down`."
