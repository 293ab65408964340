"""What staff may do to jobs: asked first, with what it means for how many; done one by one; and written down with a name."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, QuerySet

from jobs import services
from jobs.errors import JobRefused
from jobs.models import FINAL, Job, Status
from resilience.runtime import runtime

LONG_CHARACTERS = 120
# Jobs that one request changes: what takes longer than a proxy waits would end in the middle, unseen.
BATCH = 500
ANOTHER_SHAPE = "This has to stay of the same form as it was."


@dataclass(frozen=True, slots=True)
class Command:
    """`may`: the states it can change; `meaning` says what it does to them."""

    name: str
    done: str
    may: frozenset[str]
    meaning: str
    change: Callable[[None, str], Job]


CANCEL = Command(
    "cancel",
    "cancelled",
    frozenset(set(Status.values) - FINAL),
    "Jobs that wait end at once; those that run end at their next step, and what is paid for by then is kept.",
    services.cancel_job,
)
RETRY = Command(
    "retry",
    "queued anew",
    frozenset({Status.FAILED, Status.CANCELLED}),
    "What is tried again goes on behind the steps it has finished, with all its attempts.",
    services.retry_job,
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """How many a command means, and how many it leaves out, each by what they are."""

    meant: dict[str, int]
    left_out: dict[str, int]


def sort_out(command: Command, jobs: QuerySet[Job]) -> Sorted:
    meant, left_out = dict[str, int](), dict[str, int]()
    groups = jobs.order_by().values_list("status", "error_code").annotate(Count("pk"))
    for status, code, count in groups:
        is_meant = status in command.may
        named = f"{status}: {code}" if status == Status.FAILED and is_meant else status
        into = meant if is_meant else left_out
        into[named] = into.get(named, 0) + count
    return Sorted(meant, left_out)


@dataclass(frozen=True, slots=True)
class Batch:
    """How many were changed, and why others were not. `last`: after which job to go on; empty: none is left."""

    done: int
    left_out: Counter[str]
    last: str


def do_batch(
    command: Command, jobs: QuerySet[Job], *, after: str = "", actor: str, reason: str
) -> Batch:
    """The next BATCH of them, each for itself: one that allows no such change keeps no other from it."""
    changed: list[str] = []
    left_out: Counter[str] = Counter()
    following = jobs.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    job_ids = list(following[: BATCH + 1])
    for job_id in job_ids[:BATCH]:
        try:
            changed.append(command.change(None, job_id).id)
        except JobRefused as refused:
            left_out[str(refused)] += 1
    details = {"jobs": changed, "reason": reason}
    runtime().operations.log(actor, f"{command.name}_jobs", f"{len(changed)} jobs", details)
    last = job_ids[BATCH - 1] if len(job_ids) > BATCH else ""
    return Batch(len(changed), left_out, last)


def told(command: Command, batch: Batch) -> str:
    sentence = f"{batch.done} {command.done}."
    others = "; ".join(f"{count} ({why.rstrip('.')})" for why, count in batch.left_out.items())
    return f"{sentence} Left out: {others}." if others else sentence


class Reason(forms.Form):
    reason = forms.CharField(max_length=300, required=False, label="Why (for the record)")


class Rework(Reason):
    """A retry: from which step on, and with what in place of what was asked for."""

    step = forms.ChoiceField(required=False, label="Begin")

    field_order = ("step", "reason")

    def __init__(self, job: Job, steps: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._input: dict[str, Any] = job.input
        choices = [("", "behind every step that is finished")]
        choices += [(name, f"with {name}, and all that was done after it anew") for name in steps]
        self.fields["step"] = forms.ChoiceField(choices=choices, required=False, label="Begin")
        for name, value in self._input.items():
            if name != "files":
                self.fields[f"input_{name}"] = _field(name, value)

    @property
    def inputs(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("input_")]

    @property
    def changes(self) -> dict[str, Any]:
        """By member, what is not as it was."""
        given = {
            name: self.cleaned_data[f"input_{name}"]
            for name in self._input
            if f"input_{name}" in self.cleaned_data
        }
        return {name: value for name, value in given.items() if value != self._input[name]}

    def clean(self) -> dict[str, Any] | None:
        for name, was in self._input.items():
            field = f"input_{name}"
            if field not in self.cleaned_data:
                continue
            now = self.cleaned_data[field]
            if isinstance(was, str) and isinstance(now, str) and "\r" not in was:
                # A browser sends every line's end as two characters.
                self.cleaned_data[field] = now = now.replace("\r\n", "\n")
            if _shape(now) != _shape(was) or (was and now == ""):
                self.add_error(field, ANOTHER_SHAPE)
        return self.cleaned_data

    def do(self, job: Job, *, actor: str) -> Job:
        """Raises JobRefused."""
        step, changes = self.cleaned_data["step"], self.changes
        inputs = {**self._input, **changes} if changes else None
        retried = services.retry_job(None, job.id, from_step=step, inputs=inputs)
        details = {"step": step, "changed": sorted(changes), "reason": self.cleaned_data["reason"]}
        action = "edit_and_retry_job" if changes else "retry_job"
        runtime().operations.log(actor, action, job.id, details)
        return retried


def _field(name: str, value: Any) -> forms.Field:
    if not isinstance(value, str):
        small = forms.Textarea(attrs={"rows": 2})
        return forms.JSONField(initial=value, required=False, label=name, widget=small)
    is_long = len(value) > LONG_CHARACTERS or "\n" in value
    widget = forms.Textarea() if is_long else forms.TextInput()
    return forms.CharField(initial=value, required=False, label=name, strip=False, widget=widget)


def _shape(value: Any) -> Any:
    """The types of a JSON value, all the way down; lists are of what their first member is."""
    if isinstance(value, dict):
        return {name: _shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shape(member) for member in value[:1]]
    return "number" if type(value) in (int, float) else type(value).__name__
