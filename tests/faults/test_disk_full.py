"""The database's disk is full: callers are told to come back, and once there is room every run comes to its end."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from aicoach.local.stack import Stack
from tests.faults.conftest import TellRow
from tests.faults.ground import Ground, ground_on
from tests.faults.matrix import DISK_FULL

#: An empty database with our schema and the demo market, and room for one more piece of its log.
DISK_MEGABYTES = 120


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder on a disk of its own, which the test may fill."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=0755", "tmpfs", str(folder)]
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk of its own, and nobody's real disk is filled")
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a tmpfs (a container without CAP_SYS_ADMIN)")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
async def cramped(small_disk: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A stack on the small disk."""
    with Stack(small_disk, parts=("postgres", "redis"), durable=False) as stack:
        async with ground_on(stack, tmp_path_factory.mktemp("services"), Ground) as ground:
            yield ground


async def test_a_full_disk_loses_nothing(cramped: Ground, tell_row: TellRow) -> None:
    """Issue 5 item 1: S0-10.*; at every step of a run, each on a database without a byte to spare."""
    tell_row(DISK_FULL.name, await cramped.play(DISK_FULL, await cramped.undisturbed()))
