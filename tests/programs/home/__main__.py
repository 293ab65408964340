"""`python -m tests.programs.home`: the whole program with a model at home, a real llama.cpp server on this machine.

The wheels of requirements.txt beside this file have to be on the path. However little the model can: each job ends with
cards that keep the rules or with an error in words, and no breaker opens.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.clients import Client
from tests.forks import Popen
from tests.programs.bench.report import Table, machine
from tests.servers import free_port
from tests.stack import ROOT, Stack, running_stack, wait_until

LOAD_SECONDS, JOB_SECONDS = 120, 1800
# A prompt of two thousand tokens is read in silence.
SILENCE_SECONDS = 600
SAMPLES = ROOT / "docs" / "samples"
JOBS: dict[str, dict[str, Any]] = {
    "cardiology, Spanish": {"nativeLanguage": "Spanish", "atMost": 10},
    "economics, English": {"nativeLanguage": "English", "atMost": 10},
    "philosophy, 40 cards": {"nativeLanguage": "English", "topic": "AI Selection"},
}


@dataclass
class Outcome:
    """`first`, `last`: seconds from the submit to the first card that was shown, None where none was, and to the end."""

    status: dict[str, Any]
    first: float | None
    last: float
    calls: int

    @property
    def cards(self) -> list[dict[str, Any]]:
        cards: list[dict[str, Any]] = (self.status.get("result") or {}).get("flashcards", [])
        return cards

    @property
    def faults(self) -> Iterator[str]:
        """What must not be, whatever the model says."""
        if self.status["status"] == "completed":
            if not self.cards:
                yield "it is completed without a card"
            for card in self.cards:
                if card["front"].lower() not in card["example"].lower() or not card["back"]:
                    yield f"a card breaks the rules: {card}"
        elif not self.status.get("error") or self.status.get("code") == "INTERNAL_ERROR":
            yield f"it ended without an honest error: {self.status}"


def main() -> None:
    machine()
    table = Table("A model of 135M at home", ("first card, s", "end, s", "calls", "cards", "end"))
    faults = []
    with llama_server() as base_url, stack_with(base_url) as stack:
        for name, members in JOBS.items():
            outcome = run(stack, name.partition(",")[0], members)
            faults += [f"{name}: {fault}" for fault in outcome.faults]
            first = "-" if outcome.first is None else f"{outcome.first:.0f}"
            ended = outcome.status.get("code") or outcome.status["status"]
            table.row(name, first, f"{outcome.last:.0f}", f"{outcome.calls}", f"{len(outcome.cards)}", ended)  # fmt: skip
            for warning in (outcome.status.get("result") or {}).get("warnings", []):
                print(f"{name}: {warning}", flush=True)  # noqa: T201
        opened = rows(stack, "resilience_breakertransition")
        faults += [f"a breaker opened: {opened} transitions"] if opened else []
    table.print()
    sys.exit("\n".join(faults) or 0)


@contextmanager
def llama_server() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.programs.home.llama_server", str(port)]
    server = Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"

    def is_loaded() -> bool:
        assert server.poll() is None, "the server has ended"
        try:
            return Client(url).get("/health").status == 200
        except OSError:
            return False

    try:
        wait_until(is_loaded, LOAD_SECONDS, "the model is loaded")
        yield f"{url}/v1"
    finally:
        server.kill()
        server.wait()


def stack_with(base_url: str) -> Any:
    return running_stack(
        COMPATIBLE_BASE_URL=base_url,
        COMPATIBLE_MODEL="smollm2",
        COMPATIBLE_PRICE="0",
        COMPATIBLE_MAX_CONCURRENT="1",
        COMPATIBLE_TIMEOUT_SECONDS=str(SILENCE_SECONDS),
    )


def run(stack: Stack, sample: str, members: dict[str, Any]) -> Outcome:
    content = (SAMPLES / f"{sample}.txt").read_text(encoding="utf-8")
    calls, began, first = rows(stack, "resilience_usagerecord"), time.monotonic(), None
    job_id = stack.submit("learner", content=content, **{"topic": sample, **members})
    while True:
        status: dict[str, Any] = stack.client("learner").get(f"/api/job-status/{job_id}").json
        passed = time.monotonic() - began
        if first is None and (status.get("partial") or status["status"] == "completed"):
            first = passed
        if status["status"] in ("completed", "failed"):
            calls = rows(stack, "resilience_usagerecord") - calls
            return Outcome(status, first, passed, calls)
        assert passed < JOB_SECONDS, f"{sample} has no end: {status}"
        time.sleep(0.5)


def rows(stack: Stack, table: str) -> int:
    with closing(sqlite3.connect(stack.data_dir / "db.sqlite3", timeout=30)) as database:
        [[count]] = database.execute(f"SELECT count(*) FROM {table}")
    return int(count)


if __name__ == "__main__":
    main()
