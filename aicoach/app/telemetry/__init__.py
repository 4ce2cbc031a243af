"""Traces and metrics of what core and app observe: sent by OTLP, or read at /metrics, each only when switched on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicoach.app.settings import Settings
from aicoach.core.observe import watch

if TYPE_CHECKING:
    from aicoach.app.telemetry.otlp import OtlpExport
    from aicoach.app.telemetry.prometheus import PrometheusPage


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Who watches this process. Nothing of OpenTelemetry's SDK or of Prometheus is imported unless it is."""

    otlp: "OtlpExport | None" = None
    page: "PrometheusPage | None" = None
    stops: tuple[Callable[[], None], ...] = ()

    @classmethod
    def start(cls, settings: Settings) -> "Telemetry":
        """Watch from now on, as the settings say; nothing touches the network before there is something to send."""
        otlp, page = _otlp(settings), _page(settings)
        observers = (*(otlp.observers if otlp else ()), *((page.observer,) if page else ()))
        return cls(otlp, page, tuple(watch(observer) for observer in observers))

    async def aclose(self) -> None:
        """Stop watching, and send what has not been sent; again is nothing."""
        for stop in self.stops:
            stop()
        if self.otlp is not None:
            await asyncio.to_thread(self.otlp.close)


def _otlp(settings: Settings) -> "OtlpExport | None":
    if not settings.otlp_endpoint:
        return None
    from aicoach.app.telemetry.otlp import OtlpExport

    return OtlpExport(settings.otlp_endpoint, settings.otel_service_name)


def _page(settings: Settings) -> "PrometheusPage | None":
    if not settings.metrics_token.get_secret_value():
        return None
    from aicoach.app.telemetry.prometheus import PrometheusPage

    return PrometheusPage()
