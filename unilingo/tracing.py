"""Traces to an OpenTelemetry collector (OTEL_EXPORTER_OTLP_ENDPOINT): request, run and provider calls of a job as one.

The trace's id is the UUID in the job's id, and the span of the request that asked for it has the UUID's second half as
its own: so whoever runs the job knows both without being told. No texts go out, those of errors included.
"""

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from unilingo.configuration import env

if TYPE_CHECKING:  # an optional package
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

_NEEDED = "needs opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http to be installed"
_HALF = (1 << 64) - 1
# The job whose request is being recorded: its ids are asked for by the SDK.
_calls: ContextVar[uuid.UUID | None] = ContextVar("asking", default=None)


def start(endpoint: str, version: str) -> "TracerRecorder":
    """Once in each process. Without the packages the start is stopped."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    except ImportError:
        env.refuse("OTEL_EXPORTER_OTLP_ENDPOINT", _NEEDED)

    class JobIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            job = _calls.get()
            return job.int if job else super().generate_trace_id()

        def generate_span_id(self) -> int:
            job = _calls.get()
            return job.int & _HALF if job else super().generate_span_id()

    resource = Resource.create({"service.name": "unilingo", "service.version": version})
    provider = TracerProvider(resource=resource, id_generator=JobIds())
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return TracerRecorder(provider)


class TracerRecorder:
    """A Recorder (unilingo/common/spans.py) over OpenTelemetry's SDK."""

    def __init__(self, provider: "TracerProvider") -> None:
        self.provider = provider
        self._tracer = provider.get_tracer("unilingo")

    @contextmanager
    def span(self, name: str, job_id: str, facts: Mapping[str, str]) -> Iterator[None]:
        from opentelemetry.trace import StatusCode

        job = _uuid_of(job_id)
        with self._tracer.start_as_current_span(
            name,
            context=_asked_by(job) if job else None,
            attributes={**facts, **({"job.id": job_id} if job_id else {})},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def request(self, name: str, seconds: float, job_id: str, facts: Mapping[str, str]) -> None:
        ended = time.time_ns()
        began = ended - round(seconds * 1e9)
        asking = _calls.set(_uuid_of(job_id))
        try:
            span = self._tracer.start_span(name, attributes=dict(facts), start_time=began)
        finally:
            _calls.reset(asking)
        span.end(ended)


def _uuid_of(job_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(job_id.partition("-")[2])
    except ValueError:
        return None


def _asked_by(job: uuid.UUID) -> "Context":
    from opentelemetry import trace

    asked = trace.SpanContext(
        trace_id=job.int,
        span_id=job.int & _HALF,
        is_remote=True,
        trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
    )
    return trace.set_span_in_context(trace.NonRecordingSpan(asked))
