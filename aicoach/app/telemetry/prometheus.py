"""The page that Prometheus reads: every instrument, and the process itself, in a registry of its own."""

from collections.abc import Mapping
from typing import Final, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from aicoach.app.telemetry.meters import Instrument, Meters, Record

M = TypeVar("M", Counter, Gauge, Histogram)
_UNITS: Final[Mapping[str, str]] = {"s": "seconds"}


class PrometheusPage:
    """Watches, and shows what it saw."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self.observer = Meters(self._make)

    def text(self) -> bytes:
        """The page, in Prometheus's text format."""
        return generate_latest(self._registry)

    def _make(self, instrument: Instrument) -> Record:
        name, unit = instrument.name.replace(".", "_"), _UNITS.get(instrument.unit, "")
        about = (name, instrument.help, tuple(instrument.labels))
        if instrument.kind == "histogram":
            histogram = Histogram(*about, unit=unit, buckets=tuple(instrument.buckets), registry=self._registry)
            return lambda value, labels: _child(histogram, labels).observe(value)
        if instrument.kind == "open":
            gauge = Gauge(*about, registry=self._registry)
            return lambda value, labels: _child(gauge, labels).inc(value)
        counter = Counter(*about, registry=self._registry)
        return lambda value, labels: _child(counter, labels).inc(value)


def _child(metric: M, labels: Mapping[str, str]) -> M:
    return metric.labels(**labels) if labels else metric
