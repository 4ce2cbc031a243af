"""A superuser's connection in a transaction that is always undone: to arrange, to become somebody, and to look."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from aicoach.local.stack import Stack
from tests.support.rls_rows import Rows


@pytest.fixture
async def db(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """Everything a test does here is gone when it ends."""
    # A call that never ends is a fault like any other, not a suite that hangs.
    connection = await asyncpg.connect(stack.dsn_owner, server_settings={"statement_timeout": "5000"})
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
def rows(db: asyncpg.Connection) -> Rows:
    """Rows of any table, undone with the test."""
    return Rows(db)


@pytest.fixture
def service_login(stack: Stack) -> str:
    """How the pool logs in."""
    return stack.dsn_service
