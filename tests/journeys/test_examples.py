"""Whoever copies a line of /api/docs, or of the guide before them, into a shell gets what it promises."""

import base64
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import offices, papers
from tests.house.tree import ROOT
from tests.speech import as_file, speak
from tests.stack import Stack, frozen_worker, wait_until
from tests.up import manage
from unilingo.openapi.examples import GUIDE

CURL = shutil.which("curl")
KNOWN = subprocess.check_output([CURL, "--help", "all"], text=True) if CURL else ""
pytestmark = pytest.mark.skipif("--json" not in KNOWN, reason="needs curl 7.82 or newer")

HEART = "The heart pumps blood."
# What would have an end before the others have read it.
LAST = ("undo_review", "delete_card", "delete_lesson", "erase_profile")
FENCE = re.compile(r"^```sh\n(.*?)\n```$", re.DOTALL | re.MULTILINE)


@dataclass
class Shell:
    """A learner's folder of files, and what has been filled in."""

    stack: Stack
    folder: Path
    filled_in: dict[str, str] = field(default_factory=dict)

    def run(self, line: str, seconds: int = 20) -> tuple[int, str]:
        """The status of the answer, and what was printed."""
        curl = (
            f"curl() {{ command curl -sS -m {seconds} -w '%{{stderr}}<%{{http_code}}>' \"$@\"; }}"
        )
        given = self.stack.environment | {"URL": self.stack.url, **self.filled_in}
        command = ["bash", "-c", f"{curl}\n{line}"]
        ran = subprocess.run(command, cwd=self.folder, env=given, capture_output=True)
        [status] = re.findall(rb"<(\d+)>", ran.stderr)
        return int(status), ran.stdout.decode(errors="replace")

    def fill_in(self, name: str, given: str) -> None:
        assert given, name
        self.filled_in[name] = given


@pytest.fixture(scope="module")
def shell(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    folder = tmp_path_factory.mktemp("learner")
    (folder / "notes.pdf").write_bytes(papers.pdf(HEART))
    (folder / "photo.jpg").write_bytes(papers.encoded(papers.page(HEART), "JPEG"))
    (folder / "slides.pptx").write_bytes(offices.pptx(offices.shape(HEART)))
    (folder / "reading.wav").write_bytes(as_file(speak(HEART), "wav"))
    (folder / "cards.csv").write_text("front,back\nxylem,what carries the water\n")
    named = stack.environment | {"DJANGO_SUPERUSER_PASSWORD": "correct horse battery staple"}
    made = ["createsuperuser", "--noinput", "--username", "ann", "--email", "ann@example.org"]
    assert manage(named, *made).returncode == 0
    return Shell(stack, folder)


def test_every_operation_has_an_example_that_runs(shell: Shell) -> None:
    left = _examples(shell.stack)

    def answer(name: str, seconds: int = 20) -> Any:
        status, said = shell.run(left.pop(name), seconds)
        assert status in (200, 201, 202), (name, status, said)
        return json.loads(said) if said.startswith("{") else said

    other_work = left["generate_flashcards"].replace("Cells", "Walls")
    shell.fill_in("TOKEN", answer("issue_token")["token"])
    shell.fill_in("USER_ID", _subject(shell.filled_in["TOKEN"]))
    shell.fill_in("NAME", "openai")
    shell.fill_in("UNIT_ID", "vocabulary")
    for asked in ("generate_lesson", "generate_flashcards"):
        shell.fill_in("JOB_ID", answer(asked)["jobId"])
        wait_until(lambda: _is_done(shell), 60, asked)
    shell.fill_in("LESSON_ID", answer("lessons")["lessons"][0]["id"])
    shell.fill_in("CARD_ID", answer("keep_cards")["flashcards"][0]["id"])
    answer("review_card")
    assert "event: connected" in answer("job_events", seconds=1)
    for name in sorted(left.keys() - {"cancel_job", "retry_job", *LAST}):
        answer(name)
    with frozen_worker(shell.stack):
        shell.fill_in("JOB_ID", json.loads(shell.run(other_work)[1])["jobId"])
        answer("cancel_job")
        answer("retry_job")
    for name in LAST:
        answer(name)
    assert not left


def test_every_line_of_the_guide_runs(shell: Shell) -> None:
    token, work, status, stream, wrong = FENCE.findall((ROOT / GUIDE).read_text("utf-8"))

    shell.fill_in("TOKEN", json.loads(shell.run(token)[1])["token"])
    shell.fill_in("JOB_ID", json.loads(shell.run(work)[1])["jobId"])
    assert "event: completed" in shell.run(stream)[1]
    assert '"completed"' in shell.run(status)[1]
    assert "MISSING_FIELDS" in shell.run(wrong)[1]


def _examples(stack: Stack) -> dict[str, str]:
    document = stack.client().get("/api/schema?format=json").json
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    return {one["operationId"]: FENCE.findall(one["description"])[0] for one in operations}


def _subject(token: str) -> str:
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims["sub"]


def _is_done(shell: Shell) -> bool:
    line = 'curl "$URL/api/job-status/$JOB_ID" -H "Authorization: Bearer $TOKEN"'
    return bool(json.loads(shell.run(line)[1])["status"] == "completed")
