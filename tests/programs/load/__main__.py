"""`make load`: ramp, steady, spike, then more and more learners until it bends; targets and figures as a table.

The program runs as on a fleet of two web processes and two workers, with a fake of OpenAI that takes a second for each
answer and limits that let it be asked as often as needed. LOAD_PHASES changes the phases, REPORT the HTML file.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes.openai_server import FakeOpenAI
from tests.programs.bench.report import Table, machine
from tests.programs.load import phases
from tests.programs.load.phases import Phase
from tests.stack import ROOT, Stack, running_stack

LOAD = "ramp:40:30,steady:40:120,spike:120:20"
BENDS = ",".join(f"{learners} learners:{learners}:25" for learners in (60, 80, 120, 160, 200, 240))
SUBMIT_MS, DUPLICATE_MS, PROFILE_MS, JOBS_PER_MINUTE, ERROR_RATE = 200.0, 100.0, 50.0, 200.0, 0.01
NAMES = ("submit", "duplicate", "poll", "profile", "stream")


@dataclass(frozen=True, slots=True)
class Figures:
    took: dict[str, list[float]]
    failed: int
    seconds: int

    def percentile(self, name: str, percent: float) -> float:
        """Not a number when no such request went well, which meets no target."""
        values = sorted(self.took.get(name, []))
        place = min(len(values) - 1, int(len(values) * percent / 100))
        return values[place] if values else math.nan

    @property
    def jobs_per_minute(self) -> float:
        """Those whose stream was watched to the end, which is all."""
        return len(self.took.get("stream", [])) / self.seconds * 60

    @property
    def requests(self) -> int:
        return sum(map(len, self.took.values())) + self.failed

    @property
    def error_rate(self) -> float:
        return self.failed / max(1, self.requests)


def provider() -> dict[str, str]:
    """Settings of a provider that allows more than is asked of it."""
    return {
        "PROVIDER_TEXT": "openai",
        "OPENAI_API_KEY": "for the fake",
        "OPENAI_RATE_LIMIT_RPM": "100000",
        "OPENAI_RATE_LIMIT_TPM": "0",
        "OPENAI_MAX_CONCURRENT": "64",
        "USER_MONTHLY_ALLOWANCE_USD": "none",
        "WORKER_CONCURRENCY": "12",
    }


def measure(stack: Stack, wanted: list[Phase], report: Path) -> dict[str, Figures]:
    """By phase. Raises CalledProcessError when Locust cannot run."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        environment = stack.environment | {
            "LOAD_PHASES": ",".join(map(str, wanted)),
            "LOAD_FIGURES": str(figures),
        }
        command = [
            sys.executable,
            "-m",
            "locust",
            "-f",
            "tests/programs/load/learners.py",
            "--headless",
        ]
        command += ["--host", stack.url, "--html", str(report), "--only-summary"]
        # Locust ends with 1 when any request has failed, which the table says better.
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if not figures.exists():
            sys.exit(done.stderr)
        found: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return {
        phase.name: Figures(
            found["took"].get(phase.name, {}),
            found["failed"].get(phase.name, 0),
            phase.seconds,
        )
        for phase in wanted
    }


def show(found: dict[str, Figures]) -> None:
    table = Table("p50 / p95 ms", (*NAMES, "jobs/min", "requests", "errors"))
    for name, figures in found.items():
        times = [
            f"{figures.percentile(n, 50):.0f} / {figures.percentile(n, 95):.0f}" for n in NAMES
        ]
        rate = f"{figures.jobs_per_minute:.0f}"
        table.row(name, *times, rate, str(figures.requests), f"{figures.error_rate:.2%}")
    table.print()


def judge(steady: Figures) -> bool:
    """The targets, held against the steady phase."""
    rows = [
        ("submit p95", steady.percentile("submit", 95), "<", SUBMIT_MS, "ms"),
        ("duplicate p95", steady.percentile("duplicate", 95), "<", DUPLICATE_MS, "ms"),
        ("cached profile p95", steady.percentile("profile", 95), "<", PROFILE_MS, "ms"),
        ("jobs a minute", steady.jobs_per_minute, ">=", JOBS_PER_MINUTE, ""),
        ("error rate", steady.error_rate * 100, "<", ERROR_RATE * 100, "%"),
    ]
    table = Table("Targets, in the steady phase", ("measured", "target", ""))
    verdicts = []
    for name, value, sign, target, unit in rows:
        met = value < target if sign == "<" else value >= target
        verdicts.append(met)
        word = "met" if met else "missed"
        table.row(name, f"{value:.1f} {unit}", f"{sign} {target:g} {unit}", word)
    table.print()
    return all(verdicts)


def bend(found: dict[str, Figures]) -> str:
    """The first phase that keeps the target of submits no more."""
    for name, figures in found.items():
        is_quick = figures.percentile("submit", 95) < SUBMIT_MS
        if not is_quick or figures.error_rate >= ERROR_RATE:
            return f"It bends at {name}."
    return "It did not bend."


def main() -> int:
    wanted = phases.parse(os.environ.get("LOAD_PHASES") or f"{LOAD},{BENDS}")
    report = Path(os.environ.get("REPORT") or ROOT / "build/load.html")
    report.parent.mkdir(parents=True, exist_ok=True)
    machine()
    with FakeOpenAI(latency=1.0) as openai:
        settings: dict[str, Any] = {**provider(), "OPENAI_BASE_URL": openai.base_url}
        with running_stack(webs=1, workers=2, **settings, WEB_PROCESSES="2") as stack:
            found = measure(stack, wanted, report)
    show(found)
    is_well = "steady" not in found or judge(found["steady"])
    bends = {name: figures for name, figures in found.items() if "learners" in name}
    if bends:
        print(bend(bends))  # noqa: T201  the last line of the report
    print(f"Report: {report}")  # noqa: T201
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
