"""`manage.py demo` and `manage.py generate` as somebody in a terminal meets them."""

import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.management.commands.demo import NEXT
from tests.forks import Popen
from tests.servers import free_port
from tests.stack import CONTENT, ROOT
from tests.up import Up, data_folder, manage, processes_of, refusals, running_up
from unilingo.configuration.addresses import embedded_socket

TO_TYPE = "".join(
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/running.md")
)
SUBJECT = ("--subject", "Biology", "--topic", "Cells")


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    with data_folder() as environment, running_up(environment) as running:
        yield running


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "notes.md"
    file.write_text(CONTENT, encoding="utf-8")
    return file


def test_demo_shows_the_progress_and_then_the_cards(up: Up) -> None:
    ended = manage(up.environment, "demo")

    assert ended.returncode == 0, ended.stderr
    assert "docs/samples/cardiology.txt" in ended.stdout
    assert "manage.py generate docs/samples/" in ended.stdout.splitlines()[-2]
    for heading in ("Front", "Back", "Example"):
        assert heading in ended.stdout
    shown = [int(line.split("%")[0]) for line in ended.stderr.splitlines() if "%" in line]
    assert shown == sorted(shown)
    assert len(set(shown)) > 2
    assert shown[-1] == 100


def test_a_terminal_gets_a_progress_bar(up: Up, text: Path) -> None:
    controller, terminal = pty.openpty()
    command = [sys.executable, "manage.py", "generate", str(text), *SUBJECT, "--json"]
    with Popen(
        command,
        cwd=ROOT,
        env=up.environment | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        shown = _everything_from(controller)
        assert process.stdout is not None
        json.loads(process.stdout.read())

    assert "━" in shown
    assert "100%" in shown


def test_json_is_all_that_is_printed(up: Up, text: Path) -> None:
    ended = manage(up.environment, "generate", str(text), *SUBJECT, "--json")

    result = json.loads(ended.stdout)
    assert result["topics"] == ["Cells"]
    assert len(result["flashcards"]) >= 10


def test_a_deck_for_anki_is_written_and_like_all_else_for_its_own_account_alone(
    up: Up, text: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cells.apkg"

    ended = manage(up.environment, "generate", str(text), *SUBJECT, "--apkg", str(out))

    assert ended.stdout == f"Wrote {out}; Anki takes it with File, Import.\n"
    assert "collection.anki2" in zipfile.ZipFile(out).namelist()
    written = {out, embedded_socket(up.data_dir), *up.data_dir.rglob("*")} - {up.log}
    names = {path.name for path in written}
    assert {"db.sqlite3-wal", "secret-key", "server.log", "appendonlydir"} <= names
    assert {path for path in written if path.stat().st_mode & 0o077} == set()


def test_what_is_said_to_be_typed_does_what_is_promised(up: Up, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "cards.apkg"
    typed = re.findall(r"^(?:  )?\S+ manage\.py (generate .+)$", TO_TYPE + NEXT, re.MULTILINE)
    assert len(typed) == 5
    for line in typed:
        named = re.sub(r"\w+\.apkg", str(out), line.replace("notes.md", str(text)))
        words, _, given = named.partition(" < ")
        words, _, written = words.partition(" > ")
        stdin = Path(given).read_bytes() if given else b""
        ended = manage(up.environment, *shlex.split(words), stdin=stdin)
        assert ended.returncode == 0, ended.stderr
        assert not written or json.loads(ended.stdout)["flashcards"]
        if "--apkg" in line:
            assert zipfile.is_zipfile(out)
            out.unlink()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_request_of_the_readme_is_answered_with_a_job(up: Up) -> None:
    [typed] = re.findall(r"^curl .+?\n```$", TO_TYPE, re.MULTILINE | re.DOTALL)
    line = typed.removesuffix("```").replace("http://127.0.0.1:3001", up.url)

    done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=20)
    assert json.loads(done.stdout)["jobId"]


def test_the_text_may_come_from_standard_input(up: Up) -> None:
    arguments = ("generate", "-", *SUBJECT, "--native", "es", "--json")

    ended = manage(up.environment, *arguments, stdin=CONTENT.encode())

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["flashcards"]


REFUSED = [
    (b"\xff\xfe\x00\x01", (), "- is not a text file in UTF-8."),
    (b"Cells\x00divide.", (), "content: Null characters are not allowed."),
    (b"", (), "content: This field is required."),
    (b"Cells divide.", ("--native", "Klingonese"), "nativeLanguage: "),
    (b"x" * (2 * 1024 * 1024 + 1), (), "- is larger than 2097152 bytes."),
    (b"Cells divide.", ("--apkg", "/nowhere/at/all.apkg"), "There is no folder /nowhere/at."),
]


def test_bad_input_is_refused_with_one_line(up: Up) -> None:
    cases = [(("generate", "-", *arguments), content) for content, arguments, _ in REFUSED]

    for said, (_, _, why) in zip(refusals(up.environment, cases), REFUSED, strict=True):
        assert said.startswith(why)
        assert "\n" not in said


def test_a_file_that_is_not_there_is_said_to_be_missing(up: Up) -> None:
    ended = manage(up.environment, "generate", "missing.txt", "--json")

    assert ended.returncode == 1
    assert ended.stderr == "CommandError: missing.txt cannot be read: No such file or directory.\n"


def test_a_text_without_terms_fails_with_the_reason_of_the_job(up: Up) -> None:
    ended = manage(up.environment, "generate", "-", stdin=b"And so it was that.")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].endswith("(UNUSABLE_INPUT)")


def test_the_running_stack_is_found_on_whatever_port_it_runs(up: Up) -> None:
    environment = up.environment | {"PORT": str(free_port())}

    assert manage(environment, "generate", "-", "--json", stdin=CONTENT.encode()).returncode == 0


def test_demo_by_itself_starts_what_it_needs_and_stops_it() -> None:
    with data_folder(is_empty=True) as environment:
        ended = manage(environment, "demo")

        assert ended.returncode == 0, ended.stderr
        assert "Example" in ended.stdout
        assert processes_of(Path(environment["DATA_DIR"])) == []


def _everything_from(controller: int) -> str:
    shown = b""
    try:
        while data := os.read(controller, 65536):
            shown += data
    except OSError:
        pass  # how Linux says that the other end is closed
    return shown.decode()
