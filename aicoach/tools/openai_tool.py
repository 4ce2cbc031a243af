"""Asks any OpenAI-compatible endpoint for one schema-checked text: an answer that fits, or a typed failure."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from aicoach.core.ports import Answer, ModelFailure, Prompt, Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

#: An answer larger than this is nonsense, whatever it says.
_MAX_CHARS: Final = 20_000
#: The same on the wire, where every few characters are wrapped in a line of their own.
_MAX_BYTES: Final = 4_000_000
#: Bytes per token when an endpoint does not say what it used: on the safe side for every script.
_BYTES_PER_TOKEN: Final = 2
_PER_MILLION: Final = Decimal(1_000_000)
#: What ends a sentence, as JSON writes it (a line break is an escape), and how soon after it the next one begins.
_ENDS: Final = frozenset(".!?।॥…\\")
_GAP: Final = 12
#: No single answer uses more; whoever says so is not believed.
_MOST_TOKENS: Final = 10_000_000
#: One more try than there are parameters that an endpoint may refuse.
_MOST_PARAMETERS: Final = 6


Hear = Callable[[str], Awaitable[None]]


class Narration(BaseModel):
    """The only thing a model may answer."""

    model_config = ConfigDict(extra="forbid")

    body: str = Field(min_length=1, max_length=4_000)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Which endpoint, which model, and what one attempt may take. ``prices`` are per million tokens in and out."""

    base_url: str | None
    api_key: str
    model: str
    max_tokens: int = 500
    temperature: float | None = None
    seconds: float = 20.0
    silence_seconds: float = 10.0
    prices: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


class OpenAITool:
    """``core.ports.LanguageModel`` over HTTP; the client package is imported at the first call."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: AsyncOpenAI | None = None
        self._connecting = asyncio.Lock()
        self._refused: set[str] = set()

    @property
    def name(self) -> str:
        """Which model answers."""
        return self._endpoint.model

    @property
    def max_tokens(self) -> int:
        """The most one answer may have."""
        return self._endpoint.max_tokens

    def cost(self, usage: Usage) -> Decimal:
        """By the price table; a model that is not in it costs nothing that we know of."""
        price_in, price_out = self._endpoint.prices.get(self.name, (Decimal(0), Decimal(0)))
        return (price_in * usage.tokens_in + price_out * usage.tokens_out) / _PER_MILLION

    async def complete(self, prompt: Prompt, on_body: Hear | None = None) -> Answer:
        """One attempt, cut by its deadline; see LanguageModel. A parameter the model refuses is not sent again."""
        received = _Received()
        await self._connect()
        try:
            async with asyncio.timeout(self._endpoint.seconds):
                await self._read(prompt, received, on_body)
            narration = Narration.model_validate_json(received.text)
        except TimeoutError as error:
            raise ModelFailure("model_timeout", usage=received.usage_of(prompt)) from error
        except ValidationError as error:
            raise ModelFailure("model_parse", usage=received.usage_of(prompt)) from error
        return Answer(narration.body, received.usage_of(prompt), self.name)

    async def _read(self, prompt: Prompt, received: "_Received", on_body: Hear | None) -> None:
        import httpx2
        import openai

        try:
            async for text in self._chunks(prompt, received):
                received.text += text
                if len(received.text) > _MAX_CHARS:
                    raise ModelFailure("model_too_long", usage=received.usage_of(prompt))
                if on_body is not None and _ends_a_sentence(received.text, len(text)):
                    await on_body(_body_so_far(received.text))
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, RecursionError) as error:
            # An endpoint may answer anything at all; the client package is not built for that.
            raise _failure(error, received.usage_of(prompt), heard=bool(received.text)) from error

    async def _chunks(self, prompt: Prompt, received: "_Received") -> AsyncIterator[str]:
        async with await self._open(prompt) as stream:
            async for chunk in stream:
                received.usage = _usage(chunk.usage) or received.usage
                for choice in chunk.choices:
                    if choice.delta.content:
                        yield choice.delta.content

    async def _open(self, prompt: Prompt) -> Any:
        import openai

        if self._client is None:
            raise ModelFailure("model_unreachable")
        for _ in range(_MOST_PARAMETERS):
            wanted = {name: value for name, value in self._parameters().items() if name not in self._refused}
            try:
                return await self._client.chat.completions.create(
                    model=self.name,
                    messages=[
                        {"role": "system", "content": prompt.system},
                        {"role": "user", "content": prompt.user},
                    ],
                    stream=True,
                    **wanted,
                )
            except openai.BadRequestError as error:
                refused = _refused_parameter(error, wanted)
                if refused is None:
                    raise
                self._refused.add(refused)
        raise ModelFailure("model_refused")

    def _parameters(self) -> dict[str, Any]:
        schema = {"name": "narration", "strict": True, "schema": Narration.model_json_schema()}
        reasoning = self.name.startswith(("o1", "o3", "o4", "gpt-5"))
        limit = "max_completion_tokens" if reasoning or "max_tokens" in self._refused else "max_tokens"
        wanted: dict[str, Any] = {
            limit: self.max_tokens,
            "response_format": {"type": "json_schema", "json_schema": schema},
            "stream_options": {"include_usage": True},
        }
        if self._endpoint.temperature is not None and not reasoning:
            wanted["temperature"] = self._endpoint.temperature
        return wanted

    async def _connect(self) -> None:
        """Make the client, in a thread: the package takes a second to import, and no stream may wait for that."""
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make_client)

    def _make_client(self) -> "AsyncOpenAI":
        import httpx2
        from openai import DEFAULT_CONNECTION_LIMITS, AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        from aicoach.tools.capped_transport import CappedTransport

        transport = CappedTransport(httpx2.AsyncHTTPTransport(limits=DEFAULT_CONNECTION_LIMITS), _MAX_BYTES)
        timeout = Timeout(self._endpoint.silence_seconds, connect=5.0)
        return AsyncOpenAI(
            api_key=self._endpoint.api_key,
            base_url=self._endpoint.base_url,
            timeout=timeout,
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(
                transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
            ),
        )

    async def aclose(self) -> None:
        """Close the HTTP client."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


class _Received:
    """What came so far, and what it cost."""

    def __init__(self) -> None:
        self.text = ""
        self.usage: Usage | None = None

    def usage_of(self, prompt: Prompt) -> Usage:
        """As the endpoint says, or an estimate that is rather too high."""
        if self.usage is not None:
            return self.usage
        return Usage(prompt.size // _BYTES_PER_TOKEN, len(self.text.encode()) // _BYTES_PER_TOKEN)


def _usage(told: Any) -> Usage | None:
    """What an endpoint says it used, if that can be: two counts, each within reason."""
    counts = [getattr(told, name, None) for name in ("prompt_tokens", "completion_tokens")]
    if all(type(count) is int and 0 <= count <= _MOST_TOKENS for count in counts):
        return Usage(*counts)  # type: ignore[arg-type]
    return None


def _ends_a_sentence(text: str, new: int) -> bool:
    """Whether there may be a sentence more to tell: reading all of it again for every word would cost too much."""
    return any(char in _ENDS for char in text[-new - _GAP :])


def _body_so_far(text: str) -> str:
    try:
        partial = from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return ""
    body = partial.get("body", "") if isinstance(partial, dict) else ""
    return body if isinstance(body, str) else ""


def _failure(error: Exception, usage: Usage, *, heard: bool) -> ModelFailure:
    """What went wrong, in our words; ``heard`` says that an answer had begun."""
    import httpx2
    import openai

    from aicoach.tools.capped_transport import TooMuch

    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ModelFailure("model_timeout", usage=usage)
    if isinstance(error, openai.RateLimitError):
        return ModelFailure("model_rate_limited", wait=_retry_after(error.response))
    if isinstance(error, openai.APIStatusError):
        code = "model_error" if error.status_code >= 500 else "model_refused"
        return ModelFailure(code, wait=_retry_after(error.response))
    if isinstance(error, TooMuch) or isinstance(error.__cause__, TooMuch):
        return ModelFailure("model_too_long", usage=usage)
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        return ModelFailure("model_unreachable", usage=usage if heard else None)
    # An API error without a status is the endpoint's own word in the middle of its answer.
    told = isinstance(error, openai.APIError) and not isinstance(error, openai.APIResponseValidationError)
    return ModelFailure("model_error" if told else "model_parse", usage=usage)


def _retry_after(response: Any) -> float | None:
    """Seconds, from the header; a date or nonsense counts as nothing."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.replace(".", "", 1).isdigit() else None


def _refused_parameter(error: Any, sent: Mapping[str, Any]) -> str | None:
    """Which optional parameter a 400 complains about, by the endpoint's own word."""
    body = error.body if isinstance(error.body, dict) else {}
    words = f"{body.get('param', '')} {body.get('message', '')}"
    return next((name for name in sent if name in words), None)
