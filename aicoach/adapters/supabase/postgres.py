"""Pooled Postgres: role and claims are set inside each transaction, so nothing of one caller outlives it."""

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aicoach.adapters.failpoints import NONE, Failpoints
from aicoach.adapters.supabase.transport import ENGINE, JOBS, refusal
from aicoach.core.errors import Unavailable
from aicoach.core.model import JsonObject

if TYPE_CHECKING:
    import asyncpg

_TRIES: Final = 3
_LOGIN: Final = "select rolsuper or rolbypassrls as unbound from pg_catalog.pg_roles where rolname = current_user"


async def _keep(_: "asyncpg.Connection") -> None:
    """Releasing needs no reset: only ``set local`` is used, and it ends with its transaction."""


class PostgresTransport:
    """asyncpg over a transaction pooler: no prepared statement is kept (``statement_cache`` 0)."""

    def __init__(
        self,
        dsn: str,
        *,
        size: int = 10,
        statement_cache: int = 0,
        timeout: float = 10.0,
        failpoints: Failpoints = NONE,
    ) -> None:
        self._dsn, self._size, self._cache = dsn, size, statement_cache
        self._timeout, self._failpoints = timeout, failpoints
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def call(
        self, function: str, argument: JsonObject, *, user_id: UUID | None, read_only: bool = False
    ) -> JsonObject:
        """See Transport. A connection that broke is tried again with a new one, at most three times."""
        await self._failpoints.hit(f"sql.{function}.before")
        text = json.dumps(argument, separators=(",", ":"))
        for attempt in range(1, _TRIES + 1):
            try:
                answer = await self._once(function, text, user_id, read_only)
                break
            except Unavailable:
                if attempt == _TRIES:
                    raise
                await asyncio.sleep(0.05 * 4 ** (attempt - 1))
        await self._failpoints.hit(f"sql.{function}.after")
        return answer

    async def _once(self, function: str, text: str, user_id: UUID | None, read_only: bool) -> JsonObject:
        import asyncpg

        try:
            async with asyncio.timeout(self._timeout), (await self._connected()).acquire() as connection:
                # One round trip; the only variable is a UUID in its canonical form.
                await connection.execute(_begin(user_id, read_only))
                try:
                    answer = await connection.fetchval(f"select public.{function}($1::jsonb)::text", text)
                    await connection.execute("commit")
                except BaseException:
                    await _roll_back(connection)
                    raise
        except asyncpg.PostgresError as error:
            raise refusal(function, error.sqlstate or "") from error
        except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise Unavailable from error
        result: JsonObject = json.loads(answer)
        return result

    async def _connected(self) -> "asyncpg.Pool":
        if self._pool is not None:
            return self._pool
        async with self._opening:
            if self._pool is None:
                import asyncpg

                self._pool = await asyncpg.create_pool(
                    self._dsn,
                    min_size=0,
                    max_size=self._size,
                    statement_cache_size=self._cache,
                    max_inactive_connection_lifetime=60,
                    timeout=5,
                    command_timeout=self._timeout,
                    reset=_keep,
                    server_settings={"application_name": "aicoach", "jit": "off"},
                )
        return self._pool

    async def ping(self) -> None:
        """Raise Unavailable unless the pool answers with a login that row level security binds."""
        import asyncpg

        try:
            async with asyncio.timeout(2), (await self._connected()).acquire() as connection:
                unbound: Any = await connection.fetchval(_LOGIN)
        except (
            OSError,
            TimeoutError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
        ) as error:
            raise Unavailable from error
        if unbound:
            raise Unavailable("The database login is not bound by row level security.")

    async def aclose(self) -> None:
        """Close the pool; what is still running is given two seconds."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(2):
                await pool.close()
        except TimeoutError:
            pool.terminate()


def _begin(user_id: UUID | None, read_only: bool) -> str:
    role = JOBS if user_id is None else ENGINE
    claims = {"role": role} if user_id is None else {"role": role, "sub": str(UUID(str(user_id)))}
    mode = " read only" if read_only else ""
    return f"begin{mode}; set local role {role}; set local request.jwt.claims = '{json.dumps(claims)}'"


async def _roll_back(connection: "asyncpg.Connection") -> None:
    """Leave no transaction behind: a connection that cannot even roll back is thrown away."""
    import asyncpg

    try:
        async with asyncio.timeout(2):
            await connection.execute("rollback")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        connection.terminate()
