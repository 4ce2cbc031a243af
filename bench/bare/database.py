"""The same SQL functions in the same statements, through asyncpg and nothing else."""

import json
from typing import Any
from uuid import UUID

import asyncpg

_BEGIN = "begin{mode}; set local role aicoach_engine; set local request.jwt.claims = '{claims}'"


async def _keep(_: asyncpg.Connection) -> None:
    """Nothing to reset: only ``set local`` is used."""


class Database:
    """A pool as the service has it: ten connections, no prepared statements, because of transaction poolers."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Make the pool; connections are opened when first used."""
        self._pool = await asyncpg.create_pool(
            self._dsn, min_size=0, max_size=10, statement_cache_size=0, reset=_keep, server_settings={"jit": "off"}
        )

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close()

    async def call(self, function: str, argument: dict[str, Any], user_id: UUID, *, read_only: bool = False) -> Any:
        """One function in one transaction, as the user's engine."""
        assert self._pool is not None
        claims = json.dumps({"role": "aicoach_engine", "sub": str(user_id)})
        async with self._pool.acquire() as connection:
            await connection.execute(_BEGIN.format(mode=" read only" if read_only else "", claims=claims))
            try:
                answer = await connection.fetchval(f"select public.{function}($1::jsonb)::text", json.dumps(argument))
                await connection.execute("commit")
            except asyncpg.PostgresError:
                await connection.execute("rollback")
                raise
        return json.loads(answer)
