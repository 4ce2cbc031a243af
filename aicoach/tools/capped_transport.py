"""An HTTP transport that reads only so much of an answer: an endpoint cannot fill this process's memory."""

from collections.abc import AsyncIterator

import httpx2


class TooMuch(httpx2.ReadError):
    """The answer is longer than any that could be meant, or packed so that its length cannot be told."""


class CappedTransport(httpx2.AsyncBaseTransport):
    """Passes requests on, and answers up to ``most`` bytes. Raises TooMuch for what is longer or compressed."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, most: int) -> None:
        self._inner, self._most = inner, most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx2."""
        # A few packed bytes may be gigabytes.
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise TooMuch("compressed")
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _CappedStream(response.stream, self._most)
        return response

    async def aclose(self) -> None:
        """See httpx2."""
        await self._inner.aclose()


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner, self._left = inner, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._inner:
            self._left -= len(piece)
            if self._left < 0:
                raise TooMuch("too long")
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()
