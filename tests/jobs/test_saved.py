"""Dollars that are not spent again: each is counted where it would have been spent, by what it was when first paid."""

import pytest

from resilience.guard import Bill
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units
from tests.jobs.api.test_same_work import ask, complete
from tests.jobs.rows import active_job
from tests.jobs.test_steps import Work, claimed_again, context_of
from unilingo.common.metrics import SAVED_USD, meter
from unilingo.monitoring.fleet_metrics import counted, summed

pytestmark = pytest.mark.django_db(transaction=True)


def _pay(permit: str, units: Units) -> None:
    call = Call(permit, "ann", "flashcards", "gpt-4o-mini", units)
    held = runtime().ledger.reserve("openai", call)
    runtime().ledger.settle(held, Bill("ok", 1, Consumed(units)))


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    while batch := meter.pending_batch():
        meter.acknowledge(batch)


def _saved() -> dict[str, float]:
    found = counted(summed(meter.unflushed().values()), SAVED_USD)
    return {by: pytest.approx(dollars) for (by,), dollars in found.items()}


@pytest.mark.parametrize(
    ("key", "by"), [({}, "cached_result"), ({"Idempotency_Key": "k-1"}, "replay")]
)
def test_a_request_that_was_answered_before(key: dict[str, str], by: str) -> None:
    job_id = ask(**key).json()["jobId"]
    _pay(f"{job_id}:1:cards 1:1", Units(output_tokens=50_000))
    assert _saved() == {}

    complete(job_id)
    for _ in range(2):
        assert ask(**key).status_code == 200

    assert _saved() == {by: 0.06}


def test_a_step_that_a_further_run_finds_finished() -> None:
    first, work = active_job(), Work()
    context_of(first).step("cards", {}, work)
    _pay(f"{first.job_id}:1:cards:1", Units(output_tokens=50_000))
    _pay(f"{first.job_id}:1:cards:2", Units(output_tokens=50_000))
    _pay(f"{first.job_id}:1:other:1", Units(output_tokens=50_000))

    again = context_of(claimed_again(first))
    again.step("cards", {}, work)
    again.step("free", {}, work)

    assert _saved() == {"checkpoint": 0.06}


def test_tokens_that_the_provider_had_in_its_cache() -> None:
    _pay("job-1:1:cards:1", Units(input_tokens=1_000_000, cached_tokens=400_000))

    # At $0.15 a million, and $0.075 from the cache.
    assert _saved() == {"cached_tokens": 0.03}
