"""A receiver of OTLP that reads what it is sent, and services that are watched."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from aicoach.app.bootstrap import Container, build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.local.scripted_model import ScriptedModel, running
from tests.coaches.jars import COACH as JARS
from tests.conftest import ALL_COACHES
from tests.support.model import with_model
from tests.support.people import Person
from tests.support.service import Client, serve


@dataclass(frozen=True)
class Span:
    """A span as it arrived, with its ids in hex."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    failed: bool
    about: dict[str, Any]


@dataclass
class Receiver:
    """What arrived; complete once the sender was closed."""

    url: str = ""
    raw: list[bytes] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    #: By name and labels: a sum's value, or how often a histogram was told something.
    metrics: dict[tuple[str, frozenset[tuple[str, Any]]], float] = field(default_factory=dict)
    service_names: set[str] = field(default_factory=set)

    def named(self, name: str) -> list[Span]:
        """All spans of this name."""
        return [span for span in self.spans if span.name == name]

    def metric(self, name: str, **labels: str) -> float:
        """The sum over all series that have these labels."""
        wanted = set(labels.items())
        return sum(value for (found, about), value in self.metrics.items() if found == name and wanted <= about)

    def take_traces(self, body: bytes) -> None:
        """Read one export of spans."""
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            self.service_names.add(str(_plain(resource.resource.attributes)["service.name"]))
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                self.spans.append(Span(span.name, *ids, span.status.code == 2, _plain(span.attributes)))

    def take_metrics(self, body: bytes) -> None:
        """Read one export of metrics; the last one holds the totals."""
        request = ExportMetricsServiceRequest.FromString(body)
        found = [metric for one in request.resource_metrics for scope in one.scope_metrics for metric in scope.metrics]
        for metric in found:
            for point in (*metric.sum.data_points, *metric.histogram.data_points):
                value = getattr(point, "count", 0) or getattr(point, "as_int", 0) or getattr(point, "as_double", 0)
                self.metrics[metric.name, frozenset(_plain(point.attributes).items())] = value


def _plain(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in attributes}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Listens until the test ends."""
    app, heard = FastAPI(openapi_url=None), Receiver()

    @app.post("/v1/{kind}")
    async def take(kind: str, request: Request) -> Response:
        body = await request.body()
        heard.raw.append(body)
        heard.take_traces(body) if kind == "traces" else heard.take_metrics(body)
        return Response(media_type="application/x-protobuf")

    async with serve(app) as url:
        heard.url = url
        yield heard


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    """A model that answers well until told otherwise."""
    async with running() as served:
        yield served


Visit = Callable[..., Awaitable[tuple[Client, Container]]]


@pytest.fixture
async def visit(settings: Callable[..., Settings], model: ScriptedModel, person: Person) -> AsyncIterator[Visit]:
    """Somebody at a service with a model behind it, over HTTP; ``llm="off"`` leaves it out."""
    async with AsyncExitStack() as stack:

        async def make(**changes: Any) -> tuple[Client, Container]:
            wired = build(with_model(settings(), model, **changes), {**ALL_COACHES, JARS.name: JARS})
            stack.push_async_callback(wired.aclose)
            url = await stack.enter_async_context(serve(create_app(wired)))
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30))
            return Client(http, person), wired

        yield make


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads its own variables: a machine's must not decide what is sampled or sent where."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
