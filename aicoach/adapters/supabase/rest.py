"""REST through the supabase package, for deployments without TCP: a token of at most 60 s per call."""

import asyncio
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from aicoach.adapters.failpoints import NONE, Failpoints
from aicoach.adapters.supabase.transport import ENGINE, JOBS, refusal
from aicoach.core.errors import Unavailable
from aicoach.core.model import JsonObject

if TYPE_CHECKING:
    from supabase import AsyncClient

_TRIES: Final = 3
_LIFETIME: Final = 60


class RestTransport:
    """Calls functions through PostgREST as ``aicoach_engine``, with the user's id in the token's ``sub``.

    ``signing_key`` is a shared secret (HS256, a laptop) or a private PEM or JWK imported into the project
    (RS256 or ES256). Whoever holds it can mint any role.
    """

    def __init__(
        self,
        url: str,
        publishable_key: str,
        signing_key: str,
        *,
        key_id: str | None = None,
        timeout: float = 10.0,
        failpoints: Failpoints = NONE,
    ) -> None:
        self._url, self._key, self._signing_key, self._key_id = url, publishable_key, signing_key, key_id
        self._timeout, self._failpoints = timeout, failpoints
        self._client: AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def call(
        self, function: str, argument: JsonObject, *, user_id: UUID | None, read_only: bool = False
    ) -> JsonObject:
        """See Transport. An unknown 5xx is tried again: a gateway may hide why, and every function is idempotent."""
        await self._failpoints.hit(f"sql.{function}.before")
        for attempt in range(1, _TRIES + 1):
            try:
                answer = await self._once(function, argument, user_id)
                break
            except Unavailable:
                if attempt == _TRIES:
                    raise
                await asyncio.sleep(0.05 * 4 ** (attempt - 1))
        await self._failpoints.hit(f"sql.{function}.after")
        return answer

    async def _once(self, function: str, argument: JsonObject, user_id: UUID | None) -> JsonObject:
        import httpx
        from postgrest.exceptions import APIError

        builder = (await self._connected()).rpc(function, {"p": argument}).retry(False)
        # The builder's headers are its own copy: one caller's token never reaches another's request.
        builder.request.headers["Authorization"] = f"Bearer {self._mint(user_id)}"
        try:
            data: Any = (await builder.execute()).data
        except APIError as error:
            raise refusal(function, _sqlstate(error)) from error
        except httpx.HTTPError as error:
            raise Unavailable from error
        result: JsonObject = data
        return result

    def _mint(self, user_id: UUID | None) -> str:
        from jose import jwt

        now = int(time.time())
        claims: JsonObject = {"role": JOBS, "aud": "authenticated", "iat": now, "exp": now + _LIFETIME}
        if user_id is not None:
            claims |= {"role": ENGINE, "sub": str(user_id)}
        headers = {"kid": self._key_id} if self._key_id else None
        token: str = jwt.encode(claims, self._signer, algorithm=self._algorithm(), headers=headers)
        return token

    @cached_property
    def _signer(self) -> Any:
        """The key, read once: reading a private RSA key checks its primes, which takes longer than the call itself."""
        from jose import jwk

        return jwk.construct(self._signing_key, self._algorithm())

    def _algorithm(self) -> str:
        if "-----BEGIN" not in self._signing_key:
            return "HS256"
        return "RS256" if "RSA" in self._signing_key or len(self._signing_key) > 600 else "ES256"

    async def _connected(self) -> "AsyncClient":
        if self._client is not None:
            return self._client
        async with self._opening:
            if self._client is None:
                import httpx

                from supabase import AsyncClientOptions, acreate_client

                http = httpx.AsyncClient(timeout=self._timeout, follow_redirects=False, trust_env=False)
                self._client = await acreate_client(
                    self._url,
                    self._key,
                    options=AsyncClientOptions(httpx_client=http, auto_refresh_token=False, persist_session=False),
                )
        return self._client

    async def ping(self) -> None:
        """Raise Unavailable unless the gateway answers a question that only jobs may ask."""
        await self._once("ai_orphaned_sessions", {"limit": 1}, None)

    async def aclose(self) -> None:
        """Close the HTTP client."""
        client, self._client = self._client, None
        if client is not None and client.options.httpx_client is not None:
            await client.options.httpx_client.aclose()


def _sqlstate(error: Any) -> str:
    """The SQLSTATE a gateway kept, or a passing fault when it kept none of a server error."""
    code = str(error.code or "")
    if code.startswith("PT") or (len(code) == 5 and not code.isdigit()):
        return code
    return "08000" if code in {"", "SUP", "PGRST000", "PGRST001", "PGRST002", "PGRST003"} or code[:1] == "5" else code
