"""The built-in reader of pictures: what it reads, through its own door and through the cloud's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pytest_django import Settings

from jobs.providers import registry
from jobs.providers.guarded import FELL_BACK, GuardedReader, Run
from jobs.providers.local_vision.reader import LocalTextReader
from resilience.models import UsageRecord
from resilience.runtime import runtime
from tests import papers
from tests.fakes.azure_vision_server import KEY, LINES, FakeAzureVision
from tests.house.tree import ROOT
from tests.servers import ValkeyServer

TEXT = ("Heart failure is a clinical syndrome", "in which the heart cannot pump.")
RUN = Run("document-1:1", "ann", "document", is_retry=False, wait=lambda seconds: False)


@pytest.fixture(scope="module")
def local() -> LocalTextReader:
    return LocalTextReader()


@pytest.fixture
def azure(settings: Settings, redis_server: ValkeyServer) -> Iterator[FakeAzureVision]:
    """Pictures are read by this server, behind a guard of this test's own."""
    with FakeAzureVision() as server:
        settings.PROVIDER_VISION = "azure"
        settings.AZURE_VISION_KEY, settings.AZURE_VISION_ENDPOINT = KEY, server.endpoint
        _forget()
        yield server
        runtime().store.client.close()
        _forget()


def _forget() -> None:
    registry.forget()
    runtime.cache_clear()


def test_lines_stay_lines(local: LocalTextReader) -> None:
    answer = local.read(papers.encoded(papers.page(*TEXT), "JPEG"))

    assert answer.value.split("\n") == list(TEXT)
    assert (answer.provider, answer.model) == ("local", "pp-ocrv6")


def test_letters_with_marks_are_read(local: LocalTextReader) -> None:
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", 32)
    except OSError:
        pytest.skip("fonts-dejavu-core is not installed")
    paper = Image.new("RGB", (800, 120), "white")
    ImageDraw.Draw(paper).text((30, 30), "Größe, corazón, à côté", fill="black", font=font)

    assert local.read(papers.encoded(paper)).value == "Größe, corazón, à côté"


def test_an_empty_page_is_read_as_nothing(local: LocalTextReader) -> None:
    assert local.read(papers.encoded(papers.page())).value == ""


def test_a_web_process_loads_no_engine_and_opens_no_file() -> None:
    heavy = ("rapidocr", "onnxruntime", "cv2", "PIL", "pypdfium2", "azure")
    program = f"import sys, unilingo.asgi; print([n for n in {heavy} if n in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "[]"


def test_the_engine_keeps_no_id_of_this_machine_and_tells_nobody(tmp_path: Path) -> None:
    program = "import unilingo.settings, onnxruntime"
    environment = os.environ | {"HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_the_way_to_the_cloud_runs_whole_without_a_cloud(
    azure: FakeAzureVision, local: LocalTextReader
) -> None:
    azure.read = lambda image: local.read(image).value.split("\n")

    answer = registry.text_reader(RUN).read(papers.encoded(papers.page(*TEXT)))

    assert answer.value.split("\n") == list(TEXT)
    record = UsageRecord.objects.get()
    assert (record.provider, record.images, str(record.cost_usd)) == (
        "azure-vision",
        1,
        "0.001500000",
    )


@pytest.mark.django_db
def test_the_built_in_reader_reads_while_the_breaker_is_open(
    azure: FakeAzureVision, settings: Settings
) -> None:
    settings.FALLBACK_VISION = "local"
    reader = registry.text_reader(RUN)
    assert isinstance(reader, GuardedReader)
    assert reader.read(b"picture").value == "\n".join(LINES)
    runtime().operations.command_breaker("azure-vision", "force_open", actor="ops")

    answer = reader.read(papers.encoded(papers.page("Heart")))

    assert (answer.value, answer.provider, answer.notes) == ("Heart", "local", (FELL_BACK,))
    assert len(azure.served) == 1
