"""Outlives a killed supervisor just long enough to take down every process it had started.

The supervisor holds the only write end of a pipe to this process and names each part's process group on
it. When the supervisor ends, however it ends, the pipe closes, and whatever is still named is stopped.
It is run as a file by a bare interpreter, so it imports the standard library only.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 5.0


def main(token: str) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        verb, pid, *stop = line.split()
        if verb == "watch":
            groups[int(pid)] = int(stop[0])
        else:
            groups.pop(int(pid), None)
    take_down(groups, token)


def take_down(groups: dict[int, int], token: str) -> None:
    """Stop the named groups, youngest first; then whatever else carries this stack's token."""
    for pid, stop in reversed(groups.items()):
        _signal_group(pid, stop)
    deadline = time.monotonic() + PATIENCE
    while any(_group_alive(pid) for pid in groups) and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in groups:
        _signal_group(pid, signal.SIGKILL)
    for pid in _carriers(token):
        _kill(pid)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _group_alive(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _carriers(token: str) -> Iterator[int]:
    """Processes with the token in their environment: started, but not yet named when the supervisor died."""
    needle = f"AICOACH_STACK={token}".encode()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            found = needle in entry.read_bytes()
        except OSError:
            continue
        if found and int(entry.parent.name) != os.getpid():
            yield int(entry.parent.name)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    main(sys.argv[1])
