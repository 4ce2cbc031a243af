"""A small service behind the real edge, and a client that speaks to it."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from aicoach.app.auth.key_source import StaticKeys
from aicoach.app.logs import configure_logging
from tests.integration.edge.small_service import SmallContainer, small_service
from tests.support.logs import logging_put_back
from tests.unit.edge.minting import minter


class QuietSettings:
    """Log as in production."""

    log_level = "info"


@pytest.fixture
def container() -> SmallContainer:
    return SmallContainer(StaticKeys(minter("owner").pem))


@pytest.fixture
async def client(container: SmallContainer) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(small_service(container), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


@pytest.fixture
def production_logs() -> Iterator[None]:
    """The real pipeline, undone afterwards."""
    with logging_put_back():
        configure_logging(QuietSettings())
        yield
