"""Traces and metrics by OTLP over HTTP, with OpenTelemetry's SDK; its own OTEL_ variables set the rest."""

import asyncio
from collections.abc import Mapping
from typing import Final

from opentelemetry import context as otel_context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from aicoach.app.logs import context as log_context
from aicoach.app.telemetry.meters import Instrument, Meters, Record, code_of
from aicoach.core.observe import About, Ended, Observer

#: Observations that are spans; the others are only measured.
SPANS: Final = frozenset({"request", "run", "read", "agent", "narrate", "model", "commit", "relay", "finish", "job"})
#: What every span carries besides its own attributes, under the names that log lines use; the user is a hash.
_IDS: Final = ("session_id", "request_id", "user")
#: OpenTelemetry's own names for what is known about a request.
_HTTP: Final[Mapping[str, str]] = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
}


class _LoggedIds(RandomIdGenerator):
    """A trace that begins here has the id that its log lines have."""

    def generate_trace_id(self) -> int:
        return int(log_context().get("trace_id", "0"), 16) or super().generate_trace_id()


class OtlpExport:
    """Watches, and sends what it saw from threads of its own. The process's global providers stay untouched."""

    def __init__(self, endpoint: str, service_name: str) -> None:
        base, resource = endpoint.rstrip("/"), Resource.create({"service.name": service_name})
        self._tracers = TracerProvider(resource=resource, id_generator=_LoggedIds())
        self._tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{base}/v1/traces")))
        reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{base}/v1/metrics"))
        self._meters = MeterProvider(metric_readers=[reader], resource=resource)
        self._tracer, self._meter = self._tracers.get_tracer("aicoach"), self._meters.get_meter("aicoach")
        self._closed = False
        self.observers: tuple[Observer, ...] = (self._trace, Meters(self._make))

    def close(self) -> None:
        """Send what has not been sent; takes as long as the receiver does, within the exporters' timeouts."""
        if not self._closed:
            self._closed = True
            self._tracers.shutdown()
            self._meters.shutdown()

    def _trace(self, name: str, about: About) -> Ended:
        if name not in SPANS:
            return _nothing
        parent, kind = None, SpanKind.INTERNAL
        if name == "request":
            parent, kind = _caller(about), SpanKind.SERVER
        span = self._tracer.start_span(name, parent, kind)
        token = otel_context.attach(set_span_in_context(span))

        def end(error: BaseException | None) -> None:
            otel_context.detach(token)
            _describe(span, name, about, error)
            span.end()

        return end

    def _make(self, instrument: Instrument) -> Record:
        about = (instrument.name, instrument.unit, instrument.help)
        if instrument.kind == "histogram":
            bounds = list(instrument.buckets)
            return self._meter.create_histogram(*about, explicit_bucket_boundaries_advisory=bounds).record
        if instrument.kind == "open":
            return self._meter.create_up_down_counter(*about).add
        return self._meter.create_counter(*about).add


def _nothing(error: BaseException | None) -> None:
    """What is not a span has no end."""


def _caller(about: About) -> otel_context.Context:
    """The span that the request came from: of whoever called the façade, or none."""
    return TraceContextTextMapPropagator().extract({"traceparent": about.get("traceparent") or ""})


def _describe(span: Span, name: str, about: About, error: BaseException | None) -> None:
    ids = log_context()
    span.set_attributes({f"aicoach.{key}": ids[key] for key in _IDS if key in ids})
    known = {key: value for key, value in about.items() if value is not None and key != "traceparent"}
    names = _HTTP if name == "request" else {}
    span.set_attributes({names.get(key, f"aicoach.{key}"): value for key, value in known.items()})
    if name == "request":
        span.update_name(f"{about['method']} {about.get('route', '')}".strip())
    if error is not None and not isinstance(error, asyncio.CancelledError):
        # Only its kind: a message may hold what somebody typed.
        span.set_attribute("error.type", code_of(error))
    if error is not None or "error" in known or (name == "request" and known.get("status", 0) >= 500):
        span.set_status(Status(StatusCode.ERROR))
