"""Whatever a job waits for: its end wakes those who wait for it, in order and no faster than the limits allow."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import clock, lifecycle, privacy, runner, services, waking
from jobs.kind import Queue
from jobs.models import Job, JobEvent, Status
from jobs.sweep import sweep
from resilience import guard
from resilience.errors import GuardUnavailable
from resilience.policies import ProviderPolicy, Unit
from resilience.runtime import runtime
from resilience.scopes import provider_scope
from resilience.store import AcquireRequest, Decision, Outcome, Report
from resilience.usage import Call, Units
from tests.engines import forget_engines
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.rows import waiting_job
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)

INPUTS = {
    "content": "A thrombus is a clot of blood in a vessel. The atrium is a chamber of the heart.",
    "subject": "Medicine",
    "topic": "Heart",
    "nativeLanguage": {"code": "en", "name": "English"},
    "targetLanguage": {"code": "en", "name": "English"},
}
Limit = Callable[..., None]


@pytest.fixture(autouse=True)
def nobody_waits_in_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE_SECONDS", 0.04)


@pytest.fixture
def limit(openai: FakeOpenAI, settings: Settings) -> Limit:
    """Set limits of the provider: for processes that start from now on."""

    def set_limits(**limits: float) -> None:
        policies = settings.PROVIDER_POLICIES
        changed = replace(policies["openai"], **limits)  # type: ignore[arg-type]
        settings.PROVIDER_POLICIES = {**policies, "openai": changed}
        forget_engines()

    return set_limits


def policy() -> ProviderPolicy:
    return runtime().policies["openai"]


def jobs(*users: str) -> list[Job]:
    return [waiting_job(user, inputs=INPUTS, now=clock.now()) for user in users]


def work() -> None:
    """A worker runs all that waits."""
    while claim := runner.claim(Queue.AI):
        runner.run(claim)


def states(*of: Job) -> list[str]:
    return [Job.objects.get(pk=job.pk).status for job in of]


def woken() -> int:
    return sweep(clock.now()).woken


def hold(permit: str) -> Decision:
    """A call of somebody else takes a place."""
    return runtime().store.acquire(policy(), AcquireRequest(permit, "other", policy().costs({})))


def let_go(permit: str, held: Decision) -> None:
    corrections = (0,) * len(policy().units)
    report = Report(permit, Outcome.OK, held.generation, held.at_ms, corrections, duration_ms=5000)
    runtime().store.release(policy(), report)


def in_line() -> list[str]:
    return list(runtime().store.line(policy(), 100).waits_ms)


def delayed(*users: str) -> list[Job]:
    """Jobs that stand in line, since somebody else holds the one place there is."""
    made = jobs(*users)
    work()
    assert states(*made) == ["delayed"] * len(made)
    return made


def test_a_breaker_that_is_reset_lets_those_go_on_who_waited(openai: FakeOpenAI) -> None:
    openai.script("401")
    first, second = jobs("ann", "ben")
    work()
    assert states(first, second) == ["failed", "delayed"]
    assert woken() == 0

    runtime().operations.command_breaker("openai", "reset", actor="ops")

    assert woken() == 1
    work()
    assert states(second) == ["completed"]


def test_a_provider_that_is_put_back_is_asked_again_at_once(openai: FakeOpenAI) -> None:
    runtime().operations.command_breaker("openai", "force_open", actor="ops")
    job = delayed("ann")[0]

    runtime().operations.command_breaker("openai", "auto", actor="ops")

    assert woken() == 1
    work()
    assert states(job) == ["completed"]


@pytest.mark.parametrize("provider", [None, "openai"])
def test_a_kill_switch_that_is_let_go_wakes_at_once(
    openai: FakeOpenAI, provider: str | None
) -> None:
    runtime().operations.set_kill_switch(True, actor="ops", provider=provider)
    job = delayed("ann")[0]
    assert woken() == 0

    runtime().operations.set_kill_switch(False, actor="ops", provider=provider)

    assert woken() == 1
    work()
    assert states(job) == ["completed"]


@pytest.mark.parametrize("scope", ["fleet", "provider:openai"])
def test_a_raised_budget_wakes_as_many_as_it_pays_for(openai: FakeOpenAI, scope: str) -> None:
    runtime().operations.set_limit(Decimal("0.000001"), actor="ops", scope=scope)
    first, second = delayed("ann", "ben")
    needed = Job.objects.get(pk=first.pk).wait_cost
    assert needed

    runtime().operations.set_limit(needed * Decimal("1.5"), actor="ops", scope=scope)
    assert woken() == 1
    assert states(first, second) == ["waiting", "delayed"]

    runtime().operations.forget_limit(scope, actor="ops")
    assert woken() == 1
    work()
    assert states(first, second) == ["completed", "completed"]


def test_a_raised_allowance_wakes_who_waits_for_it(openai: FakeOpenAI) -> None:
    """What is left of it is set aside for another call of the same user."""
    runtime().operations.set_limit(Decimal("0.000001"), actor="ops", scope="fleet")
    (job,) = delayed("ann")
    needed = Job.objects.get(pk=job.pk).wait_cost
    assert needed
    runtime().operations.forget_limit("fleet", actor="ops")
    runtime().operations.set_limit(needed * 2, actor="ops", scope="user:ann")
    other = Call("other", "ann", "flashcards", "gpt-4o-mini", Units(input_tokens=1))
    while runtime().ledger.free("user:ann") >= needed:
        runtime().ledger.reserve("openai", replace(other, units=Units(output_tokens=2000)))
        other = replace(other, permit=f"{other.permit}+")
    lifecycle.wake([job.id], now=timezone.now())
    work()
    assert states(job) == ["delayed"]
    assert woken() == 0

    runtime().operations.set_limit(needed * 5, actor="ops", scope="user:ann")
    assert woken() == 1
    work()
    assert states(job) == ["completed"]


def test_a_used_up_budget_is_waited_for_until_its_month_ends(openai: FakeOpenAI) -> None:
    runtime().operations.set_limit(Decimal("0.000001"), actor="ops", scope="fleet")
    (job,) = delayed("ann")
    until = Job.objects.get(pk=job.pk).next_attempt_at
    assert until
    month = timezone.now().date().replace(day=1)
    assert until.date() == (month + timedelta(days=31)).replace(day=1)


def test_a_raised_limit_wakes_at_once(limit: Limit) -> None:
    limit(requests_per_minute=1)
    units = policy().costs({Unit.REQUESTS: 1})
    runtime().store.acquire(policy(), AcquireRequest("request", "other", units))
    waiting = delayed("ann", "ben", "eva")
    assert woken() == 0

    limit(requests_per_minute=60)

    assert woken() == 3
    work()
    assert states(*waiting) == ["completed"] * 3


def test_a_cooldown_that_is_ended_wakes_at_once(openai: FakeOpenAI) -> None:
    held = hold("other")
    report = Report("other", Outcome.THROTTLED, held.generation, held.at_ms, (0, 0, 0), 5, 200_000)
    runtime().store.release(policy(), report)
    job = delayed("ann")[0]
    assert woken() == 0

    runtime().operations.command_breaker("openai", "reset", actor="ops")

    assert woken() == 1
    work()
    assert states(job) == ["completed"]


def test_redis_that_is_back_wakes_at_once(openai: FakeOpenAI, redis_server: ValkeyServer) -> None:
    waiting = jobs("ann", "ben")
    with redis_server.away():
        work()
        assert states(*waiting) == ["delayed", "delayed"]
        assert woken() == 0

    assert woken() == 2


def test_a_freed_place_wakes_the_first_in_line_and_no_other(limit: Limit) -> None:
    limit(max_concurrent=1)
    held = hold("other")
    waiting = delayed("ann", "ben", "eva")
    assert woken() == 0

    let_go("other", held)

    assert (woken(), woken()) == (1, 0)
    assert states(*waiting) == ["waiting", "delayed", "delayed"]
    assert in_line()[0] == waiting[0].id


def test_those_in_line_are_served_one_after_the_other(limit: Limit) -> None:
    limit(max_concurrent=1)
    held = hold("other")
    waiting = delayed("ann", "ben", "eva")
    let_go("other", held)

    rounds = []
    for _ in waiting:
        woken()
        work()
        rounds.append(states(*waiting).count("completed"))

    assert rounds == [1, 2, 3]
    assert in_line() == []


def test_a_retry_without_room_holds_up_no_first_attempt(limit: Limit, openai: FakeOpenAI) -> None:
    limit(max_concurrent=1, retries_per_minute=1)
    units = policy().costs({Unit.RETRIES: 1})
    used = runtime().store.acquire(policy(), AcquireRequest("retry", "other", units))
    again, first = jobs("ann", "ben")
    Job.objects.filter(pk=again.pk).update(attempts_made=1)
    work()
    assert states(again, first) == ["delayed", "delayed"]

    let_go("retry", used)

    assert woken() == 1
    assert states(again, first) == ["delayed", "waiting"]


def gone_by_cancel(job: Job) -> None:
    services.cancel_job(job.user_id, job.id)


def gone_by_erasure(job: Job) -> None:
    privacy.erase(job.user_id)


def gone_by_failure(job: Job) -> None:
    lifecycle.wake([job.id], now=clock.now())
    claim = lifecycle.claim(job.id, worker="one", lease_seconds=15, now=clock.now())
    assert claim
    lifecycle.fail(claim, runner.INTERNAL, now=clock.now())


def gone_by_completion(job: Job) -> None:
    lifecycle.wake([job.id], now=clock.now())
    claim = lifecycle.claim(job.id, worker="one", lease_seconds=15, now=clock.now())
    assert claim
    lifecycle.complete(claim, {"success": True}, now=clock.now())


@pytest.mark.parametrize(
    "go", [gone_by_cancel, gone_by_erasure, gone_by_failure, gone_by_completion]
)
def test_a_place_in_line_goes_with_its_job(limit: Limit, go: Callable[[Job], None]) -> None:
    limit(max_concurrent=1)
    hold("other")
    first, second = delayed("ann", "ben")

    go(first)

    assert in_line() == [second.id]
    assert runtime().store.status(policy()).waiting == 1


def test_a_job_that_is_run_anew_has_one_place(limit: Limit) -> None:
    limit(max_concurrent=1)
    hold("other")
    job = delayed("ann")[0]
    gone_by_cancel(job)
    services.retry_job("ann", job.id)
    work()
    Job.objects.filter(pk=job.pk).update(lost_count=1, status=Status.WAITING)  # its worker was lost
    work()

    assert states(job) == ["delayed"]
    assert in_line() == [job.id]


def test_a_place_that_was_left_behind_is_cleared_away(limit: Limit) -> None:
    limit(max_concurrent=1)
    hold("other")
    first, second = delayed("ann", "ben")
    Job.objects.filter(pk=first.pk).delete()  # by hand, past all that would tell the guard

    waking.tell(clock.now())

    assert in_line() == [second.id]
    told = Job.objects.get(pk=second.pk)
    assert (told.wait_place, told.explanation.endswith("Number 1 in line.")) == (1, True)


def test_a_call_that_was_lost_is_made_up_for(limit: Limit) -> None:
    limit(max_concurrent=1)
    held = hold("other")
    (job,) = delayed("ann")
    told = Job.objects.get(pk=job.pk).next_attempt_at
    assert told
    let_go("other", held)
    assert waking.freed() == [job.id]  # and whoever has called it dies

    for seconds in (4, 8, 12):
        waking.tell(told + timedelta(seconds=seconds))

    assert waking.due(told + waking.CALL_LOST_AFTER) == [job.id]


def test_those_in_line_are_told_what_is_true(limit: Limit, redis_server: ValkeyServer) -> None:
    limit(max_concurrent=1)
    hold("other")
    runtime().operations.command_breaker("openai", "force_open", actor="ops")
    (job,) = delayed("ann")
    before = Job.objects.get(pk=job.pk)

    runtime().operations.command_breaker("openai", "auto", actor="ops")
    waking.tell(clock.now())

    after = Job.objects.get(pk=job.pk)
    assert (before.wait_reason, after.wait_reason) == ("circuit_open", "rate_limit")
    assert "disturbance" not in after.explanation
    times = [at for at in (after.next_attempt_at, before.next_attempt_at) if at]
    assert times == sorted(set(times))
    assert JobEvent.objects.filter(job=job).latest("sequence").type == "delayed"

    waking.tell(clock.now())
    assert Job.objects.get(pk=job.pk).event_sequence == after.event_sequence
    with redis_server.away():
        waking.tell(clock.now())
    assert Job.objects.get(pk=job.pk).explanation == GuardUnavailable.message


def test_a_time_that_moves_on_is_told_anew_when_it_has_come(limit: Limit) -> None:
    limit(max_concurrent=1)
    hold("other")
    runtime().operations.command_breaker("openai", "force_open", actor="ops")
    (job,) = delayed("ann")
    before = Job.objects.get(pk=job.pk)
    assert before.next_attempt_at
    assert before.next_attempt_at > clock.now() + timedelta(minutes=4)
    for left in (200, 10):
        waking.tell(before.next_attempt_at - timedelta(seconds=left))
        assert Job.objects.get(pk=job.pk).event_sequence == before.event_sequence

    waking.tell(before.next_attempt_at - timedelta(seconds=1))
    after = Job.objects.get(pk=job.pk)
    assert after.event_sequence == before.event_sequence + 1
    assert after.next_attempt_at
    assert after.next_attempt_at > before.next_attempt_at


def test_a_row_says_for_whom_it_waits(limit: Limit) -> None:
    limit(max_concurrent=1)
    hold("other")
    (job,) = delayed("ann")

    assert Job.objects.get(pk=job.pk).wait_scope == provider_scope("openai")
