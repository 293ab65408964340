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
from jobs.providers.guarded import FELL_BACK, GuardedReader
from jobs.providers.local_vision.reader import _SETTINGS, LocalTextReader
from jobs.providers.run import Run
from resilience.models import UsageRecord
from resilience.runtime import runtime
from tests import papers
from tests.fakes.azure_vision_server import KEY, LINES, FakeAzureVision
from tests.house.tree import ROOT
from tests.servers import ValkeyServer

TEXT = ("Heart failure is a clinical syndrome", "in which the heart cannot pump.")
PAGE = (
    "Photosynthesis turns light into sugar.",
    "Plants take carbon dioxide from the air,",
    "and water comes from the soil.",
    "Leaves look green to us.",
)
RUN = Run("document-1:1", "ann", "document", is_retry=False, wait=lambda seconds: False)


@pytest.fixture(scope="module")
def local() -> Iterator[LocalTextReader]:
    """On one thread: two wait for each other with the processor, which others want meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(_SETTINGS, "EngineConfig.onnxruntime.intra_op_num_threads", 1)
        yield LocalTextReader()


@pytest.fixture
def azure(settings: Settings, redis_server: ValkeyServer) -> Iterator[FakeAzureVision]:
    """Pictures are read by this server, behind a guard of this test's own."""
    with FakeAzureVision() as server:
        settings.PROVIDER_VISION = "azure"
        settings.AZURE_VISION_KEY, settings.AZURE_VISION_ENDPOINT = KEY, server.endpoint
        yield server


def test_lines_stay_lines(local: LocalTextReader) -> None:
    answer = local.read(papers.encoded(papers.page(*TEXT), "JPEG"))

    assert answer.value.text.split("\n") == list(TEXT)
    assert (answer.provider, answer.model) == ("local", "pp-ocrv6")


def test_letters_with_marks_are_read(local: LocalTextReader) -> None:
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", 32)
    except OSError:
        pytest.skip("fonts-dejavu-core is not installed")
    paper = Image.new("RGB", (800, 120), "white")
    ImageDraw.Draw(paper).text((30, 30), "Größe, corazón, à côté", fill="black", font=font)

    assert local.read(papers.encoded(paper)).value.text == "Größe, corazón, à côté"


def test_an_empty_page_is_read_as_nothing(local: LocalTextReader) -> None:
    assert local.read(papers.encoded(papers.page())).value.text == ""


def test_a_web_process_loads_no_engine_and_opens_no_file() -> None:
    engines = ("rapidocr", "onnxruntime", "cv2", "PIL", "pypdfium2", "azure")
    heavy = (*engines, "wordfreq", "simplemma", "numpy", "av")
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
    azure.read = lambda image: local.read(image).value.text.split("\n")

    answer = registry.text_reader(RUN).read(papers.encoded(papers.page(*TEXT)))

    assert answer.value.text.split("\n") == list(TEXT)
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
    assert reader.read(b"picture").value.text == "\n".join(LINES)
    runtime().operations.command_breaker("azure-vision", "force_open", actor="ops")

    answer = reader.read(papers.encoded(papers.page("Heart")))

    assert (answer.value.text, answer.provider, answer.notes) == ("Heart", "local", (FELL_BACK,))
    assert len(azure.served) == 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_or_its_head_is_turned(
    local: LocalTextReader, degrees: int
) -> None:
    turned = papers.page(*PAGE, size=(700, 900)).rotate(degrees, expand=True)

    seen = local.read(papers.encoded(turned)).value

    assert [line.text for line in seen.lines] == list(PAGE)
    assert seen.turned == degrees


def test_a_page_that_lies_askew_keeps_its_lines_apart(local: LocalTextReader) -> None:
    askew = papers.page(*PAGE, size=(900, 900)).rotate(6, fillcolor="white")

    lines = local.read(papers.encoded(askew)).value.lines

    assert [line.text for line in lines] == list(PAGE)
    assert all(a.bottom <= b.top + 10 for a, b in zip(lines, lines[1:], strict=False))


def test_letters_that_are_not_known_are_no_sure_reading(local: LocalTextReader) -> None:
    paper = papers.page("Фотосинтез происходит", "в зелёных растениях.", font="DejaVuSans.ttf")

    assert all(line.confidence < 0.5 for line in local.read(papers.encoded(paper)).value.lines)


def test_a_label_along_the_edge_is_read_and_turns_no_page(local: LocalTextReader) -> None:
    paper = papers.page(*PAGE, size=(700, 900))
    label = papers.page("Chapter 4 Plant biology", size=(500, 100)).rotate(270, expand=True)
    paper = papers.beside(label, paper)

    seen = local.read(papers.encoded(paper)).value

    assert seen.turned == 0
    assert "Chapter 4 Plant" in seen.text
