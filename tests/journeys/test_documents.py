"""Documents through real processes: large files in bounded memory, read by a worker, gone afterwards, served to nobody."""

from pathlib import Path

from tests import papers
from tests.clients import form
from tests.stack import CONTENT, Process, Stack, frozen_worker

MEGABYTE = 1 << 20
# Those that fit on the page: what runs off it is not read.
LINES = "\n".join(line for line in papers.lines_of(CONTENT, 30).splitlines() if len(line) < 90)


def uploads(stack: Stack) -> list[Path]:
    """But what tells the folder itself from another (unilingo/processes/one_folder.py)."""
    files = (stack.data_dir / "uploads").rglob("*")
    return [path for path in files if path.is_file() and path.name != ".id"]


def peak_mib(process: Process) -> float:
    status = "".join(Path(f"/proc/{pid}/status").read_text() for pid in process.pids)
    return sum(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM")) / 1024


def test_a_large_pdf_becomes_cards_and_leaves_nothing(stack: Stack) -> None:
    large = papers.pdf(LINES) + b"%" * (20 * MEGABYTE)
    body, content_type = form({"pdf": [("cells.pdf", large)]})
    before = peak_mib(stack.webs[0])

    sent = stack.client("ann").post("/api/process-pdf", body, Content_Type=content_type)

    assert sent.status == 202
    assert peak_mib(stack.webs[0]) - before < 15
    read = stack.ended("ann", sent.json["jobId"])
    assert read["result"]["pages"] == [LINES]
    assert uploads(stack) == []

    asked = {"documentJobId": read["jobId"], "subject": "Biology", "topic": "Cells"}
    cards = stack.client("ann").post("/api/ai/generate-flashcards", asked, Prefer="wait=30")
    assert len(cards.json["flashcards"]) >= 3


def test_who_waits_finds_the_text_where_old_clients_look_for_it(stack: Stack) -> None:
    body, content_type = form({"pdf": [("cells.pdf", papers.pdf("The heart pumps blood."))]})

    answer = stack.client("ann").post("/api/process-pdf?wait=30", body, Content_Type=content_type)

    assert answer.status == 200
    assert answer.json["text"] == answer.json["result"]["text"] == "The heart pumps blood."
    assert answer.json["result"]["pageCount"] == 1


def test_a_form_that_is_larger_than_any_file_may_be_is_not_read(stack: Stack) -> None:
    body, content_type = form({"pdf": [("x.pdf", bytes(28 * MEGABYTE))]})
    before = peak_mib(stack.webs[0])

    answer = stack.client("ann").post("/api/process-pdf", body, Content_Type=content_type)

    assert (answer.status, answer.json["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert peak_mib(stack.webs[0]) - before < 5


def test_a_file_is_at_no_address_while_it_waits(stack: Stack) -> None:
    body, content_type = form({"pdf": [("x.pdf", papers.pdf("Waiting"))]})

    with frozen_worker(stack):
        sent = stack.client("ann").post("/api/process-pdf", body, Content_Type=content_type).json
        (kept,) = uploads(stack)

        assert kept.stat().st_mode & 0o777 == 0o600
        for prefix in ("/uploads", "/media", "/static", ""):
            assert stack.client("ann").get(f"{prefix}/{sent['jobId']}/0").status == 404
    assert stack.ended("ann", sent["jobId"])["status"] == "completed"
