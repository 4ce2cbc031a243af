"""Whatever breaks, at whatever step of a run: nothing is lost, nothing is doubled, and every run comes to its end."""

from collections.abc import AsyncIterator, Iterator

import pytest

from aicoach.local.stack import Stack
from tests.faults.conftest import TellRow
from tests.faults.ground import Ground, ground_on
from tests.faults.matrix import FAULTS, Fault
from tests.faults.traces import Trace


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this module's own, because it is going to break."""
    with Stack(tmp_path_factory.mktemp("fragile"), parts=("postgres", "redis", "lite"), durable=False) as running:
        yield running


@pytest.fixture(scope="module")
async def ground(fragile: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """That stack, with a service on it that survives."""
    async with ground_on(fragile, tmp_path_factory.mktemp("services"), Ground) as standing:
        yield standing


@pytest.fixture(scope="module")
async def undisturbed(ground: Ground) -> Trace:
    """What every run of these rows must leave behind."""
    return await ground.undisturbed()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_nothing_is_lost_or_doubled_at_any_step(
    fault: Fault, ground: Ground, undisturbed: Trace, tell_row: TellRow
) -> None:
    """Issue 5 item 1: S0-10.*; each cell ends as the committed table says."""
    tell_row(fault.name, await ground.play(fault, undisturbed))
