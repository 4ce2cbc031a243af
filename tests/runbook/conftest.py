"""A deployment of the runbook's own: procedures change its passwords, so nobody else's tests may be beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aicoach.local.stack import Stack
from tests.runbook.operator import Operator, systemd


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Postgres and Redis with the demo people, a model that runs here, and the service as a process."""
    home: Path = tmp_path_factory.mktemp("runbook")
    with Stack(home, parts=("postgres", "redis", "model"), durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def operator(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Somebody with the page open, and the service running with the settings of the file."""
    home = tmp_path_factory.mktemp("operator")
    with systemd(stack, home / "service.env") as url:
        somebody = Operator(stack, home, url)
        somebody.arrive()
        yield somebody
