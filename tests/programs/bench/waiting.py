"""How long short work takes behind ten learners with five photos each and a scan of two hundred pages, and alone."""

import time
import uuid
from collections.abc import Callable
from statistics import median

from tests import papers
from tests.clients import form
from tests.programs.bench.documents import LINES
from tests.programs.bench.report import Table
from tests.stack import Stack, running_stack

LEARNERS, PHOTOS, PAGES = 10, 5, 200
ROUNDS, PAUSE_SECONDS = 5, 5.0
SIZE = (850, 1100)


def main() -> None:
    table = Table("Seconds to the result of short work, median (longest)", ("alone", "behind"))
    shorts: dict[str, Callable[[Stack], str]] = {"PDF with text": _pdf, "flashcards": _flashcards}
    with running_stack(LOG_LEVEL="warning") as stack:
        for short in shorts.values():
            _seconds(stack, short)  # what is loaded with the first job is not of the scene
        alone = [[_seconds(stack, short) for short in shorts.values()] for _ in range(ROUNDS)]
        _begin_long_work(stack)
        behind = []
        for _ in range(ROUNDS):
            behind.append([_seconds(stack, short) for short in shorts.values()])
            time.sleep(PAUSE_SECONDS)
    for number, name in enumerate(shorts):
        table.row(name, *(_shown([one[number] for one in rounds]) for rounds in (alone, behind)))
    table.print()


def _begin_long_work(stack: Stack) -> None:
    scan = papers.pdf(*[papers.Scan(papers.page(*LINES[:10], size=SIZE))] * PAGES)
    _send(stack, "scanner", "/api/process-pdf", {"pdf": [("scan", scan)]})
    for number in range(LEARNERS):
        pages = [papers.page(*LINES, _unique(), size=SIZE) for _ in range(PHOTOS)]
        photos = [("photo", papers.encoded(page, "JPEG")) for page in pages]
        _send(stack, f"learner {number}", "/api/process-image", {"images": photos})


def _seconds(stack: Stack, short: Callable[[Stack], str]) -> float:
    began = time.perf_counter()
    job_id = short(stack)
    stack.ended("reader", job_id, seconds=900)
    return time.perf_counter() - began


def _pdf(stack: Stack) -> str:
    return _send(stack, "reader", "/api/process-pdf", {"pdf": [("text", papers.pdf(_unique()))]})


def _flashcards(stack: Stack) -> str:
    return stack.submit("reader")


def _send(stack: Stack, user: str, path: str, files: dict[str, list[tuple[str, bytes]]]) -> str:
    body, content_type = form(files)
    job_id: str = stack.client(user).post(path, body, Content_Type=content_type).json["jobId"]
    return job_id


def _unique() -> str:
    return str(uuid.uuid4())


def _shown(seconds: list[float]) -> str:
    return f"{median(seconds):.1f} ({max(seconds):.1f})"
