"""Traces, as a collector that speaks OTLP receives them."""

import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.people import ASKED, GENERATE, signed_in
from tests.stack import ROOT
from tests.unilingo.test_boot import _environment
from unilingo import tracing
from unilingo.common import spans

STUDY_TEXT = "the mitochondrion is the powerhouse"


class Collector:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.recorder: tracing.TracerRecorder

    def spans(self) -> dict[str, Any]:
        self.recorder.provider.force_flush()
        found: dict[str, Any] = {}
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found |= {span.name: span for span in scope.spans}
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    fake = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            fake.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        fake.recorder = tracing.start(f"http://127.0.0.1:{server.server_port}", "1.2.3")
        spans.use(fake.recorder)
        yield fake
        spans.use(None)
        fake.recorder.provider.shutdown()
        server.shutdown()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_request_run_and_call_of_a_job_are_one_trace_that_bears_its_id(
    collector: Collector,
) -> None:
    job_id = signed_in("ann").post(GENERATE, ASKED).json()["jobId"]
    # As a worker would do it later, which knows nothing but the job.
    with spans.span("run flashcards", job_id=job_id), spans.span("call openai"):
        pass

    found = collector.spans()

    request, run, call = (
        found[name] for name in (f"POST {GENERATE}", "run flashcards", "call openai")
    )
    trace = uuid.UUID(job_id.partition("-")[2]).bytes
    assert {one.trace_id for one in (request, run, call)} == {trace}
    assert run.parent_span_id == request.span_id
    assert call.parent_span_id == run.span_id
    assert request.end_time_unix_nano > request.start_time_unix_nano


@pytest.mark.django_db
def test_a_request_without_a_job_has_a_trace_of_its_own(collector: Collector) -> None:
    signed_in("ann").get("/api/jobs")

    found = collector.spans()["GET /api/jobs"]

    assert len(found.trace_id) == 16
    assert found.parent_span_id == b""


def test_an_error_is_told_by_its_type_alone(collector: Collector) -> None:
    with pytest.raises(ValueError, match="powerhouse"), spans.span("call openai"):
        raise ValueError(STUDY_TEXT)

    assert collector.spans()["call openai"].status.message == "ValueError"
    assert all(STUDY_TEXT.encode() not in body for body in collector.bodies)


def test_without_the_packages_the_setting_stops_the_start(tmp_path: Path) -> None:
    absent = "import sys; sys.modules['opentelemetry'] = None\n"
    ended = subprocess.run(
        [sys.executable, "-c", absent + "import django; django.setup()"],
        env=_environment(
            tmp_path,
            DJANGO_SETTINGS_MODULE="unilingo.settings",
            OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:4318",
        ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("unilingo: OTEL_EXPORTER_OTLP_ENDPOINT needs opentelemetry-sdk")
    assert ended.stderr.count("\n") == 1
