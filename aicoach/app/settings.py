"""Every setting, in one place: environment variables with the prefix ``AICOACH_``."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _private_on_the_way(url: str) -> str:
    """What a secret or a price travels by: https, or this machine."""
    parts = urlsplit(url)
    if url and not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"})
    ):
        raise ValueError("must be https (or http to this machine)")
    return url


SafeUrl = Annotated[str, AfterValidator(_private_on_the_way)]
_RATE = r"[1-9]\d{0,8}/(second|minute|hour|day)"
#: Such as ``6/minute;30/hour``; empty is no limit.
Rate = Annotated[str, Field(pattern=rf"^({_RATE}(;{_RATE})*)?$")]


class Settings(BaseSettings):
    """The service's settings. Secrets have no default: what needs one fails closed without it."""

    model_config = SettingsConfigDict(env_prefix="AICOACH_", extra="ignore", frozen=True, populate_by_name=True)

    env: Literal["local", "preview", "production"] = "production"
    log_user_key: SecretStr = Field(
        SecretStr(""), description="Keys the hash of users in logs, so that lines of many processes match"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    store: Literal["postgres", "rest"] = Field("postgres", description="Which transport carries the SQL functions")
    database_url: SecretStr = SecretStr("")
    database_pool: int = Field(10, ge=1, le=100)
    database_statement_cache: int = Field(0, ge=0, description="0 behind a transaction pooler")
    database_timeout: float = Field(10.0, gt=0)
    supabase_url: str = ""
    supabase_publishable_key: SecretStr = SecretStr("")
    supabase_jwt_key: SecretStr = Field(
        SecretStr(""), description="Signs the engine's tokens over REST: a shared secret or a private key"
    )
    supabase_jwt_kid: str | None = None

    redis_url: SecretStr = SecretStr("")

    jwt_public_key: str = Field("", description="One or two PEMs, one after the other, while a key is rotated")
    jwks_url: str = ""
    jwt_issuer: str = "aicoach-web"
    jwt_audience: str = "aicoach"

    folio_key: SecretStr = Field(
        SecretStr(""), description="Keys the hash of folio numbers; changed, old folios are not recognised any more"
    )

    cron_secret: SecretStr = SecretStr("")
    cron_secret_previous: SecretStr = SecretStr("")

    llm: Literal["off", "scripted", "on"] = Field("off", description="Without a key the model stays off as well")
    openai_base_url: str | None = Field(
        None, validation_alias=AliasChoices("AICOACH_OPENAI_BASE_URL", "OPENAI_BASE_URL")
    )
    openai_api_key: SecretStr = Field(
        SecretStr(""), validation_alias=AliasChoices("AICOACH_OPENAI_API_KEY", "OPENAI_API_KEY")
    )
    llm_model: str = "gpt-4o-mini"
    llm_max_tokens: int = Field(500, ge=16, le=4000)
    llm_temperature: float | None = Field(None, ge=0, le=2, description="Not sent when unset")
    llm_seconds: float = Field(20.0, gt=0, description="One attempt is cut after this long")
    llm_silence_seconds: float = Field(10.0, gt=0, description="A stream that says nothing for this long is cut")
    llm_card_seconds: float = Field(45.0, gt=0, description="All attempts at one card together")
    llm_session_tokens: int | None = Field(60_000, ge=0)
    llm_scope_tokens: int | None = Field(200_000, ge=0, description="Per scope and UTC day")
    llm_day_tokens: int | None = Field(20_000_000, ge=0, description="For everyone per UTC day")
    llm_prices: dict[str, tuple[Decimal, Decimal]] = Field(
        default={"gpt-4o-mini": (Decimal("0.15"), Decimal("0.60"))},
        description="US dollars per million tokens, in and out, by model",
    )

    research: Literal["off", "on"] = Field(
        "off", description="Ask a search service for the market note of weekly digests; without a key it stays off"
    )
    research_url: SafeUrl = Field("https://api.perplexity.ai", description="Any OpenAI-compatible search endpoint")
    research_key: SecretStr = SecretStr("")
    research_model: str = "sonar"
    research_seconds: float = Field(20.0, gt=0, description="A search is cut after this long")

    lease_seconds: int = Field(30, ge=1, le=300)
    heartbeat_seconds: float = Field(10.0, gt=0)
    stream_seconds: float = Field(240.0, gt=0, description="A stream is rotated after this long")
    host_limit_seconds: float = Field(300.0, gt=20, description="The host ends a request after this long")
    streams_per_user: int = Field(6, ge=1)
    runs_per_user: int = Field(3, ge=1, description="A person's runs, of all coaches, that are carried out at once")
    limit_starts: Rate = Field("6/minute;30/hour", description="Runs that one person may start")
    limit_imports: Rate = Field("20/hour", description="Statements that one person may send, previews included")
    limit_streams: Rate = Field("300/minute", description="Streams that one person may open, reconnects included")
    limit_writes: Rate = Field("60/minute", description="Feedback and every other change, by person")
    limit_reads: Rate = Field("300/minute", description="Every other question, by person")
    limit_refusals: Rate = Field("600/minute", description="By address: answers of 401, before it hears 429")
    trusted_proxies: int = Field(
        0, ge=0, le=10, description="Proxies of our own that append to X-Forwarded-For; 0: the header is ignored"
    )
    job_seconds: float = Field(240.0, gt=0, description="A job call stops taking new work after this long")
    job_runs_at_once: int = Field(4, ge=1, le=50, description="A job call carries out this many runs side by side")
    jobs: Literal["inline", "celery"] = Field("inline", description="celery: cron calls only hand jobs to workers")
    worker_batch: int = Field(10, ge=1, le=100, description="People in one task of a worker")
    worker_page: int = Field(5000, ge=1, le=5000, description="People that are planned for, and wait, at a time")
    worker_attempts: int = Field(3, ge=1, description="Work that breaks its worker this often is a dead letter")
    worker_visibility_seconds: int = Field(
        600, ge=1, description="A task that no worker finished is given to another one after this long"
    )
    self_url: SafeUrl = Field("", description="Where this service can call itself to go on with a long job")
    navs_url: SafeUrl = "https://www.amfiindia.com/spages/NAVAll.txt"
    navs_seconds: float = Field(60.0, gt=0, description="Fetching the NAV file is cut after this long")
    drain_seconds: float = Field(20.0, ge=0, description="On shutdown, runs get this long to end")

    otlp_endpoint: str = Field(
        "",
        validation_alias=AliasChoices("AICOACH_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        description="Where traces and metrics go by OTLP over HTTP; other OTEL_ variables hold too",
    )
    otel_service_name: str = Field(
        "aicoach", validation_alias=AliasChoices("AICOACH_OTEL_SERVICE_NAME", "OTEL_SERVICE_NAME")
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Opens /metrics to whoever brings it, 16 bytes or more; empty: there is no /metrics"
    )

    failpoints: str = Field("", description="Kill, delay or fail at named points; local mode only")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Settings from a mapping of environment variables instead of the process's own."""
        prefix = "AICOACH_"
        named = {name.removeprefix(prefix).lower(): value for name, value in env.items() if name.startswith(prefix)}
        return cls(**{name: value for name, value in named.items() if name in cls.model_fields})  # type: ignore[arg-type]

    @field_validator("llm_prices", mode="before")
    @classmethod
    def _prices_may_be_text(cls, prices: object) -> object:
        """As from_env hands them on; pydantic-settings reads the process's own environment as JSON itself."""
        return json.loads(prices) if isinstance(prices, str) else prices

    @model_validator(mode="after")
    def _failpoints_stay_local(self) -> Self:
        if self.failpoints and self.env != "local":
            raise ValueError("AICOACH_FAILPOINTS is honoured with AICOACH_ENV=local only")
        return self

    @property
    def worker_task_seconds(self) -> float:
        """A worker's task is killed after this long: its runs had ``drain_seconds`` to end, and it as long to go on."""
        return self.job_seconds + 2 * self.drain_seconds

    @cached_property
    def cron_secrets(self) -> tuple[str, ...]:
        """The cron secrets that are accepted now; two while one is rotated, none when none is set."""
        both = (self.cron_secret.get_secret_value(), self.cron_secret_previous.get_secret_value())
        return tuple(secret for secret in both if secret)

    @property
    def model_is_on(self) -> bool:
        """True when a language model may be asked."""
        return self.llm != "off" and bool(self.openai_api_key.get_secret_value())

    @property
    def research_is_on(self) -> bool:
        """True when a search service may be asked."""
        return self.research == "on" and bool(self.research_key.get_secret_value())

    @property
    def trusts_someone(self) -> bool:
        """True when a key is configured that can verify tokens."""
        return bool(self.jwt_public_key or self.jwks_url)

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings without which a deployment cannot work, by the names an operator knows."""
        needed = {
            "AICOACH_JWT_PUBLIC_KEY or AICOACH_JWKS_URL": self.trusts_someone,
            "AICOACH_REDIS_URL": self.redis_url.get_secret_value(),
            "AICOACH_CRON_SECRET": self.cron_secret.get_secret_value(),
        }
        if self.store == "postgres":
            needed["AICOACH_DATABASE_URL"] = self.database_url.get_secret_value()
        else:
            needed["AICOACH_SUPABASE_URL"] = self.supabase_url
            needed["AICOACH_SUPABASE_PUBLISHABLE_KEY"] = self.supabase_publishable_key.get_secret_value()
            needed["AICOACH_SUPABASE_JWT_KEY"] = self.supabase_jwt_key.get_secret_value()
        return tuple(name for name, value in needed.items() if not value)

    @property
    def rotation_seconds(self) -> float:
        """How long one stream connection lives: well before the host would cut it."""
        return min(self.stream_seconds, self.host_limit_seconds - 20)
