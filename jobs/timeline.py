"""What happened to a job, as a line of waits and runs, each run with its steps and what their calls took.

All of it is read from what is kept anyway: the events, the finished steps, and the calls that cost something.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

from django.db.models.fields.json import KeyTextTransform

from jobs.events import ENDINGS
from jobs.models import ON_THE_WAY, EventType, Job, JobEvent, JobStep
from resilience.spending import PaidCall, calls_of

NO_STEP = "between steps"


@dataclass(slots=True)
class StepLine:
    """A step in one run. `seconds` None: it did not finish in it, or nobody took the time. `calls`: those that cost something."""

    name: str
    provider: str = ""
    seconds: float | None = None
    is_finished: bool = False
    calls: list[PaidCall] = field(default_factory=list)

    @property
    def usd(self) -> Decimal:
        return sum((call.usd for call in self.calls), Decimal(0))

    @property
    def input_tokens(self) -> int:
        return sum(call.input_tokens for call in self.calls)

    @property
    def cached_tokens(self) -> int:
        return sum(call.cached_tokens for call in self.calls)

    @property
    def output_tokens(self) -> int:
        return sum(call.output_tokens for call in self.calls)

    @property
    def providers(self) -> list[str]:
        paid = dict.fromkeys(f"{call.provider} ({call.model})" for call in self.calls)
        return [*paid] or [self.provider] * bool(self.provider)


@dataclass(slots=True)
class Span:
    """A stretch of the job's life in one state. `number` counts the runs; `kept`: steps that were there before this one."""

    event: JobEvent
    until: datetime | None
    number: int = 0
    steps: list[StepLine] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def since(self) -> datetime:
        return self.event.created_at

    @property
    def seconds(self) -> timedelta | None:
        return self.until - self.since if self.until else None

    @property
    def is_run(self) -> bool:
        return self.event.type == EventType.ACTIVE

    @property
    def is_end(self) -> bool:
        return self.event.type in ENDINGS

    @property
    def reason(self) -> str:
        waiting_for = self.event.data.get("waitingFor") or {}
        return str(waiting_for.get("reason") or self.event.data.get("code") or "")

    @property
    def text(self) -> str:
        data = self.event.data
        return "" if self.is_run else str(data.get("error") or data.get("message") or "")


@dataclass(frozen=True, slots=True)
class Timeline:
    """`unplaced`: steps of runs whose events are forgotten."""

    spans: list[Span]
    unplaced: list[StepLine]
    calls: list[PaidCall]

    @property
    def usd(self) -> Decimal:
        return sum((call.usd for call in self.calls), Decimal(0))


def timeline(job: Job) -> Timeline:
    """Three queries, however long the story is."""
    changes = job.events.exclude(type__in=ON_THE_WAY).order_by("sequence")
    spans = list(_spans(list(changes)))
    steps = job.steps.defer("value").annotate(provider=KeyTextTransform("provider", "value"))
    finished = list(steps.order_by("created_at"))
    calls = calls_of(job.id)
    unplaced = _place(finished, calls, [span for span in spans if span.is_run], job.fence)
    return Timeline(spans, unplaced, calls)


def _spans(changes: Sequence[JobEvent]) -> Iterator[Span]:
    """What is said anew of the same wait belongs to it."""
    merged: list[JobEvent] = []
    for event in changes:
        is_same = merged and merged[-1].type == event.type != EventType.ACTIVE
        if not (is_same and _reason(merged[-1]) == _reason(event)):
            merged.append(event)
    runs = 0
    ends = [event.created_at for event in merged[1:]]
    for event, until in zip_longest(merged, ends):
        runs += event.type == EventType.ACTIVE
        yield Span(event, until, runs if event.type == EventType.ACTIVE else 0)


def _reason(event: JobEvent) -> object:
    return (event.data.get("waitingFor") or {}).get("reason")


def _place(
    finished: Sequence[JobStep], calls: Sequence[PaidCall], runs: Sequence[Span], claims: int
) -> list[StepLine]:
    """Each step and call into its run; answers with the steps whose run is not told of any more.

    A step names the claim it was made under, and a claim is a run; a call belongs to the last run that had begun.
    """
    first = claims - len(runs) + 1
    for offset, run in enumerate(runs):
        lines = {step.name: _line(step) for step in finished if step.fence == first + offset}
        run.kept = [step.name for step in finished if step.fence < first + offset]
        for call in calls:
            if next((one for one in reversed(runs) if one.since <= call.at), None) is run:
                name = step_of(call) or NO_STEP
                lines.setdefault(name, StepLine(name)).calls.append(call)
        run.steps = list(lines.values())
    return [_line(step) for step in finished if step.fence < first]


def _line(step: JobStep) -> StepLine:
    provider = getattr(step, "provider", None) or ""
    return StepLine(step.name, provider, step.seconds, is_finished=True)


def dollars_by_step(job_id: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for call in calls_of(job_id):
        sums[step_of(call)] = sums.get(step_of(call), 0.0) + float(call.usd)
    return sums


def step_of(call: PaidCall) -> str:
    """As the permit of the call has it (jobs/providers/run.py)."""
    *_, step_and_number = call.permit.split(":", 2)
    return step_and_number.rpartition(":")[0]
