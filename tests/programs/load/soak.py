"""`make soak`: an hour of steady use, and what has grown meanwhile that should not. SOAK_SECONDS makes it shorter.

Growth is the mean of the last quarter over that of the second one: the first quarter is warming up. Retention counts in
days, so what has ended is made older while it runs (tests/programs/load/ageing.py).
"""

import os
import sys
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import redis

from tests.fakes.openai_server import FakeOpenAI
from tests.programs.bench.report import Table, machine
from tests.programs.load import ageing
from tests.programs.load.__main__ import measure, provider, show
from tests.programs.load.phases import Phase
from tests.stack import ROOT, Process, Stack, running_stack

LEARNERS = 10
SAMPLES = 120
# A tenth more is noise of the allocator; what leaks grows on.
GROWTH = 0.10
# Rows are kept for this part of the run, so that their number is steady before the second quarter begins.
KEPT = 1 / 6


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory in MiB; connections and keys of Redis; open files of all processes; rows that are not kept for ever."""

    web: float
    worker: float
    redis: float
    connections: float
    keys: float
    files: float
    jobs: float
    events: float
    idempotency_keys: float
    reservations: float


FIGURES = tuple(Sample.__annotations__)


def sample(stack: Stack) -> Sample:
    processes = [*stack.webs, *stack.workers]
    with redis.Redis.from_url(stack.valkey.url) as client:
        info = client.info()
        # Without the minutes that the dashboard shows, of which there is one more each minute for two hours.
        keys = sum(b":minute:" not in key for key in client.scan_iter(count=1000))
    rows = ageing.rows(stack.data_dir / "db.sqlite3")
    return Sample(
        web=_memory(stack.webs),
        worker=_memory(stack.workers),
        redis=info["used_memory_rss"] / 2**20,
        connections=info["connected_clients"],
        keys=keys,
        files=sum(len(os.listdir(f"/proc/{pid}/fd")) for p in processes for pid in p.pids),
        jobs=rows["jobs_job"],
        events=rows["jobs_jobevent"],
        idempotency_keys=rows["jobs_idempotencykey"],
        reservations=rows["resilience_reservation"],
    )


def _memory(processes: list[Process]) -> float:
    """Resident, without what is shared being counted twice (proportional set size)."""
    pids = [str(pid) for process in processes for pid in process.pids]
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii") for pid in pids]
    lines = [line for text in rollups for line in text.splitlines() if line.startswith("Pss:")]
    return sum(int(line.split()[1]) for line in lines) / 1024


def quarters(samples: list[Sample], figure: str) -> list[float]:
    """The mean of each quarter of the run."""
    values = [getattr(s, figure) for s in samples]
    size = max(1, len(values) // 4)
    return [mean(values[n * size : (n + 1) * size] or values[-1:]) for n in range(4)]


def main() -> int:
    seconds = int(os.environ.get("SOAK_SECONDS") or 3600)
    report = ROOT / "build/soak.html"
    report.parent.mkdir(parents=True, exist_ok=True)
    machine()
    samples: list[Sample] = []
    with FakeOpenAI(latency=1.0) as openai:
        settings: dict[str, Any] = {**provider(), "OPENAI_BASE_URL": openai.base_url}
        with running_stack(webs=1, workers=1, **settings) as stack:
            done = threading.Event()
            ages = (
                stack.data_dir / "db.sqlite3",
                timedelta(seconds=seconds * KEPT),
                done,
            )
            meanwhile = [
                threading.Thread(target=_watch, args=(stack, samples, seconds, done)),
                threading.Thread(target=ageing.keep_ageing, args=ages),
            ]
            for thread in meanwhile:
                thread.start()
            found = measure(stack, [Phase("soak", LEARNERS, seconds)], report)
            done.set()
            for thread in meanwhile:
                thread.join()
    show(found)
    return int(judge(samples) > 0)


def _watch(stack: Stack, samples: list[Sample], seconds: int, done: threading.Event) -> None:
    while not done.wait(seconds / SAMPLES):
        samples.append(sample(stack))


def judge(samples: list[Sample]) -> int:
    """How many figures have grown. What grows on is told by its four quarters from what has found its level."""
    table = Table("Means of the quarters", ("first", "second", "third", "last", "growth"))
    grown = 0
    for figure in FIGURES:
        means = quarters(samples, figure)
        ratio = means[3] / means[1] - 1 if means[1] else 0.0
        grown += ratio > GROWTH
        table.row(figure, *(f"{value:.1f}" for value in means), f"{ratio:+.1%}")
    table.print()
    return grown


if __name__ == "__main__":
    sys.exit(main())
