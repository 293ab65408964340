"""The guard as the program makes it: Redis for the limits, rows for the money."""

import pytest

from resilience.errors import BudgetExhausted, RateLimited
from resilience.models import BudgetPeriod, Reservation, UsageRecord
from resilience.retry import Failure, FailureKind
from resilience.runtime import Runtime
from resilience.usage import Call, Consumed, Units

pytestmark = pytest.mark.django_db

TOOK = Consumed(Units(images=1), request_id="req-1")


def read(current: Runtime, number: int, *, model: str = "read", images: int = 1) -> Consumed:
    guard = current.guard("azure-vision", lambda error: Failure(FailureKind.TRANSIENT))
    call = Call(f"job-{number}:1:1", "ana", "image", model, Units(images=images))
    return guard.call(call, lambda: TOOK, lambda answer: answer)


def test_a_call_is_counted_and_paid(current: Runtime) -> None:
    read(current, 1, images=5)

    status = current.store.status(current.policies["azure-vision"])
    assert (status.ok, status.in_flight, status.windows[0].used) == (1, 0, 1)
    assert float(UsageRecord.objects.get().cost_usd) == 0.0015
    assert float(BudgetPeriod.objects.get(scope="fleet").reserved) == 0


def test_a_call_the_limits_refuse_is_not_paid(current: Runtime) -> None:
    for number in range(20):
        read(current, number)

    with pytest.raises(RateLimited):
        read(current, 20)

    states = Reservation.objects.order_by("-created_at").values_list("state", flat=True)
    assert states[0] == "released"
    assert UsageRecord.objects.count() == 20


def test_a_call_the_budget_refuses_is_not_counted(current: Runtime) -> None:
    with pytest.raises(BudgetExhausted):
        read(current, 1, images=4_000)

    assert current.store.status(current.policies["azure-vision"]).windows[0].used == 0


def test_a_call_that_failed_is_neither_paid_nor_held(current: Runtime) -> None:
    guard = current.guard("azure-vision", lambda error: Failure(FailureKind.TRANSIENT))
    call = Call("job-1:1:1", "ana", "image", "read", Units(images=1))
    with pytest.raises(ZeroDivisionError):
        guard.call(call, lambda: 1 // 0, lambda answer: TOOK)

    assert current.store.status(current.policies["azure-vision"]).failed == 1
    assert not UsageRecord.objects.exists()
    assert float(BudgetPeriod.objects.get(scope="user:ana").reserved) == 0
