"""What a step has brought is kept: whoever runs the job again goes on behind it."""

import threading
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone

from jobs import lifecycle, steps
from jobs.claims import Claim
from jobs.models import JobStep
from jobs.run_context import Interrupted, RunContext
from tests.jobs.rows import active_job, claimed, stored
from unilingo.common.threads import side_by_side

pytestmark = pytest.mark.django_db(transaction=True)


class Work:
    """A step that can be seen running."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self) -> dict[str, int]:
        self.runs += 1
        return {"run": self.runs}


def context_of(claim: Claim) -> RunContext:
    return RunContext(claim, deadline=monotonic() + 3600)


def claimed_again(lost: Claim) -> Claim:
    lifecycle.recover(lost.job_id, lost_at_most=9, now=timezone.now() + timedelta(hours=1))
    return claimed(stored(lost), worker="two", now=timezone.now())


def test_a_step_that_is_finished_is_not_run_again_by_the_next_run() -> None:
    first, work = active_job(), Work()
    assert context_of(first).step("cards", {"part": 1}, work) == {"run": 1}
    again = context_of(claimed_again(first))
    assert again.step("cards", {"part": 1}, work) == {"run": 1}
    assert work.runs == 1


def test_a_step_whose_inputs_have_changed_is_run_again_and_kept_instead() -> None:
    context, work = context_of(active_job()), Work()
    for part in (1, 2, 2):
        context.step("cards", {"part": part}, work)
    assert work.runs == 2
    assert [step.value for step in JobStep.objects.all()] == [{"run": 2}]


def test_inputs_are_the_same_in_whatever_order_their_members_come() -> None:
    context, work = context_of(active_job()), Work()
    context.step("cards", {"part": 1, "of": 2}, work)
    context.step("cards", {"of": 2, "part": 1}, work)
    assert work.runs == 1


def test_an_answer_of_nothing_is_an_answer_too() -> None:
    context, asked = context_of(active_job()), []
    for _ in range(2):
        assert context.step("search", {}, lambda: asked.append(1)) is None
    assert len(asked) == 1


def test_a_step_that_fails_leaves_nothing_behind() -> None:
    context, work = context_of(active_job()), Work()
    with pytest.raises(ZeroDivisionError):
        context.step("cards", {}, lambda: 1 // 0)
    assert context.step("cards", {}, work) == {"run": 1}


def test_what_a_stalled_worker_brings_late_is_discarded() -> None:
    late = active_job()

    def overtaken() -> dict[str, Any]:
        current = claimed_again(late)
        assert steps.keep(current, "cards", {}, {"by": "the next"}, seconds=1, now=timezone.now())
        return {"by": "the late"}

    with pytest.raises(Interrupted):
        context_of(late).step("cards", {}, overtaken)
    assert JobStep.objects.get().value == {"by": "the next"}


def test_steps_of_one_job_may_run_in_several_threads_at_once() -> None:
    claim, at_once = active_job(), threading.Barrier(4)
    context = context_of(claim)

    def step(number: int) -> str:
        def run() -> str:
            at_once.wait(10)
            return f"{context.run.begin_call()}".removeprefix(context.run.permit)

        return context.step(f"topic-{number}", {}, run)

    found = side_by_side([partial(step, number) for number in range(4)], at_once=4)
    assert found == [f":topic-{number}:1" for number in range(4)]
    assert {step.name: step.value for step in JobStep.objects.all()} == {
        f"topic-{number}": value for number, value in enumerate(found)
    }
