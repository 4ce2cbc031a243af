"""One stack per home; a lock never outlives its holders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aicoach.local.errors import LocalError
from aicoach.local.lock import HomeLock, holder, is_held

HOLD = """
import sys, time
from pathlib import Path
from aicoach.local.lock import HomeLock
with HomeLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def hold_elsewhere(path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_stack_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    with hold_elsewhere(path) as other:
        try:
            assert holder(path) == other.pid
            with pytest.raises(LocalError, match=rf"already running \(pid {other.pid}\).*make down"):
                HomeLock(path).acquire()
        finally:
            other.kill()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    with hold_elsewhere(path) as other:
        other.kill()
    assert path.read_text().strip() == str(other.pid)
    with HomeLock(path):
        assert holder(path) == os.getpid()


def test_a_released_lock_is_free_and_names_nobody(tmp_path: Path) -> None:
    path = tmp_path / "up.lock"
    with HomeLock(path):
        assert is_held(path)
    assert not is_held(path)
    assert holder(path) is None


def test_a_home_that_is_being_cleared_away_is_waited_for_and_then_refused(tmp_path: Path) -> None:
    """The guard of a killed supervisor still holds the lock; the pid in the file is nobody's."""
    path = tmp_path / "up.lock"
    with hold_elsewhere(path) as guard:
        try:
            with subprocess.Popen([sys.executable, "-c", ""]) as ended:
                ended.wait()
            path.write_text(f"{ended.pid}\n")
            with pytest.raises(LocalError, match="still being cleared away"):
                HomeLock(path).acquire(patience=0.2)
        finally:
            guard.kill()


def test_nothing_is_held_where_nothing_was(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "up.lock")
    assert holder(tmp_path / "up.lock") is None
