"""Files that nobody vouches for, taken apart by a process that may fail."""

import io
import os
import signal
from collections.abc import Callable

import pytest
from PIL import Image

from jobs.errors import UnreadableFile
from jobs.kinds.document.sandbox import REASONS, SandboxFailed, unpacked
from tests import papers

PDF = "application/pdf"


def text_of(content: bytes) -> list[str]:
    with unpacked(io.BytesIO(content), PDF) as document:
        pages = [document.page(page) for page in range(document.pages)]
    return ["\n".join(run["text"] for run in page["runs"]) for page in pages]


def picture_of(content: bytes, media_type: str = "image/png") -> Image.Image:
    with unpacked(io.BytesIO(content), media_type) as document:
        return Image.open(io.BytesIO(document.picture(0)))


def refusal_of(content: bytes, media_type: str = "image/png") -> str:
    try:
        with unpacked(io.BytesIO(content), media_type) as document:
            document.picture(0)
    except UnreadableFile as refused:
        return str(refused)
    return ""


def test_the_pages_of_a_pdf_are_its_real_pages() -> None:
    found = text_of(papers.pdf("The heart pumps blood.\nIt has four chambers.", "", "Page three"))

    assert found == ["The heart pumps blood.\nIt has four chambers.", "", "Page three"]


def test_a_page_of_a_pdf_can_be_seen() -> None:
    with unpacked(io.BytesIO(papers.pdf("Heart")), PDF) as document:
        seen = Image.open(io.BytesIO(document.picture(0)))

    assert seen.format == "JPEG"
    assert seen.size == (1700, 2200)


def test_no_script_of_a_pdf_is_run() -> None:
    assert text_of(papers.scripted_pdf()) == ["The heart pumps blood."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (papers.locked_pdf, "locked"),
        (lambda: papers.pdf(*["x"] * 501), "pages"),
        (lambda: papers.pdf("The heart pumps blood.")[:120], "broken"),
        (lambda: b"%PDF-1.7\n" + bytes(2000), "broken"),
        (bytes, "broken"),
    ],
    ids=["locked", "501 pages", "cut in half", "zeros", "empty"],
)
def test_a_pdf_that_cannot_be_read_is_refused_with_its_reason(
    content: Callable[[], bytes], reason: str
) -> None:
    assert refusal_of(content(), PDF) == REASONS[reason]


def test_a_pdf_that_inflates_without_end_ends_its_own_process_and_nothing_else() -> None:
    with unpacked(io.BytesIO(papers.pdf_bomb()), PDF) as document:
        with pytest.raises(SandboxFailed, match="too much memory or time"):
            document.page(0)
        assert document._process.wait(5) != 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (papers.vast_png, "pixels"),
        (lambda: papers.encoded(papers.page("Heart"), "JPEG")[:2000], "broken"),
        (
            lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "broken",
        ),
        (lambda: b"<!doctype html><img src=x>", "broken"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "broken"),
    ],
    ids=["30,000 x 30,000", "cut", "svg", "html", "no png"],
)
def test_a_picture_that_cannot_be_read_is_refused_with_its_reason(
    content: Callable[[], bytes], reason: str
) -> None:
    assert refusal_of(content()) == REASONS[reason]


def test_a_picture_is_turned_upright_from_all_eight_ways() -> None:
    upright = Image.new("RGB", (120, 80), "white")
    upright.paste("red", (0, 0, 60, 40))

    for orientation in range(1, 9):
        seen = picture_of(papers.turned(upright, orientation), "image/jpeg")
        assert seen.size == (120, 80), orientation
        red, _, _ = seen.getpixel((20, 20))
        _, green, _ = seen.getpixel((100, 60))
        assert red > 200, orientation
        assert seen.getpixel((20, 20))[1] < 60 < green, orientation


def test_a_large_picture_becomes_smaller_and_a_clear_one_gets_paper() -> None:
    wide = picture_of(papers.encoded(Image.new("L", (6000, 100), 0)))
    clear = picture_of(papers.encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "WEBP"))

    assert wide.size == (3000, 50)
    assert clear.getpixel((25, 25)) == (255, 255, 255)


def test_a_picture_of_an_iphone_can_be_seen() -> None:
    assert picture_of(papers.HEIC, "image/heic").size == (480, 200)


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with unpacked(io.BytesIO(papers.pdf("Heart")), PDF) as document:
        os.kill(document._process.pid, signal.SIGSTOP)
        document._patience_seconds = 0.1
        with pytest.raises(UnreadableFile, match="too much memory or time"):
            document.picture(0)


def test_the_process_knows_nothing_of_us_and_ends_with_its_file() -> None:
    with unpacked(io.BytesIO(papers.pdf("Heart")), PDF) as document:
        process = document._process
        with open(f"/proc/{process.pid}/environ", "rb") as environment:
            assert environment.read() == b""

    assert process.poll() is not None
