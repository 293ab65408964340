"""Redis away: what the policy says is done, fast, visibly, and only until Redis is back."""

from collections.abc import Callable, Iterator

import pytest

from resilience.admission import UNCOUNTED, Admission
from resilience.errors import GuardUnavailable
from resilience.policies import OutageMode, OutagePolicy, ProviderPolicy
from resilience.redis_store import RedisStore, connect
from resilience.store import AcquireRequest, Decision, Outcome, Report, Transition
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer, valkey_server
from unilingo.common.clock import SystemClock
from unilingo.common.metrics import GUARD_OUTAGES, meter

POLICY = ProviderPolicy(name="openai", requests_per_minute=80, max_concurrent=40)
MakeAdmission = Callable[[OutageMode], Admission]


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def make_admission(server: ValkeyServer, clock: HandClock) -> Iterator[MakeAdmission]:
    client = connect(server.url)

    def make(mode: OutageMode) -> Admission:
        return Admission(RedisStore(client), OutagePolicy(mode), clock, _ignore)

    yield make
    client.close()


def _ignore(provider: str, moved: Transition) -> None:
    return None


def _ask(admission: Admission, permit: str) -> Decision:
    return admission.acquire(POLICY, AcquireRequest(permit, "ana", (1, 0)))


def _end(admission: Admission, permit: str, decision: Decision) -> None:
    report = Report(permit, Outcome.OK, decision.generation, decision.at_ms, (0, 0))
    admission.release(POLICY, decision, report)


def test_without_redis_nothing_passes_when_the_policy_is_to_deny(
    server: ValkeyServer, make_admission: MakeAdmission
) -> None:
    admission = make_admission("deny")
    server.stop()
    before = outages()

    with pytest.raises(GuardUnavailable) as refused:
        _ask(admission, "call")
    assert refused.value.retry_after == 5
    assert admission.away_since is not None
    assert outages() == before + 1


def test_without_redis_all_passes_when_the_policy_is_to_allow(
    server: ValkeyServer, make_admission: MakeAdmission
) -> None:
    admission = make_admission("allow")
    server.stop()

    for number in range(100):
        _end(admission, f"call-{number}", _ask(admission, f"call-{number}"))


def test_a_silent_redis_costs_half_a_second_once(
    server: ValkeyServer, make_admission: MakeAdmission
) -> None:
    admission, watch = make_admission("allow"), SystemClock()
    _end(admission, "before", _ask(admission, "before"))
    server.freeze()

    began = watch.monotonic()
    for number in range(3):
        _ask(admission, f"call-{number}")
    took = watch.monotonic() - began

    server.thaw()
    assert took < 1.0


def test_redis_counts_again_once_it_is_back(
    server: ValkeyServer, clock: HandClock, make_admission: MakeAdmission
) -> None:
    admission = make_admission("allow")
    server.stop()
    alone = _ask(admission, "alone")
    server.start()
    still_alone = _ask(admission, "still-alone")

    clock.advance(5)
    shared = _ask(admission, "shared")

    assert alone is still_alone is UNCOUNTED
    assert shared is not UNCOUNTED
    assert admission.away_since is None


def test_an_end_that_cannot_be_told_does_not_hurt(
    server: ValkeyServer, make_admission: MakeAdmission
) -> None:
    admission = make_admission("deny")
    decision = _ask(admission, "call")
    server.stop()

    _end(admission, "call", decision)

    assert admission.away_since is not None


def outages() -> float:
    """How often this process has counted that it lost the shared limits, and nobody has been told yet."""
    lost = (GUARD_OUTAGES.name, "deny")
    return sum(values.get(lost, 0.0) for values in meter.unflushed().values())
