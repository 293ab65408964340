"""How long a learner waits for the first card of a model that speaks fifty tokens a second, and for all of them."""

import time
from statistics import median

from tests.fakes.openai_server import FakeOpenAI
from tests.programs.bench.report import Table
from tests.stack import Stack, running_stack

TOKENS_PER_SECOND = 50
ROUNDS = 3
JOB_SECONDS = 600


def main() -> None:
    with (
        FakeOpenAI(tokens_per_second=TOKENS_PER_SECOND) as model,
        running_stack(OPENAI_API_KEY="any", OPENAI_BASE_URL=model.base_url) as stack,
    ):
        rounds = [_watched(stack) for _ in range(ROUNDS)]
    first, whole, cards = (median(figures) for figures in zip(*rounds, strict=True))
    table = Table(f"{cards:.0f} cards at {TOKENS_PER_SECOND} tokens/s", ("median",))
    table.row("to the first card, s", f"{first:.1f}")
    table.row("to the whole result, s", f"{whole:.1f}")
    table.row("first / whole", f"{first / whole:.3f}")
    table.print()


def _watched(stack: Stack) -> tuple[float, float, int]:
    """Seconds to the first card and to the result, and how many cards that has."""
    began, first = time.perf_counter(), None
    job_id = stack.submit("learner")
    with stack.client("learner").stream(f"/api/job-events?jobId={job_id}") as events:
        while event := events.next(JOB_SECONDS):
            passed = time.perf_counter() - began
            if event.name == "partial" and first is None:
                first = passed
            if event.name == "completed":
                return first or passed, passed, len(event.data["result"]["flashcards"])
    raise AssertionError("the stream ended before the job")
