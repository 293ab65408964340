"""The fleet's counts: told once, summed over all processes, and never lost while Redis is away."""

import pytest
import redis
from pytest_django import Settings

from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer
from unilingo.common.metrics import (
    PROVIDER_CALLS,
    REQUEST_SECONDS,
    REQUESTS,
    SUM,
    Batch,
    Meter,
    meter,
)
from unilingo.monitoring import fleet_metrics

CALL = (PROVIDER_CALLS.name, "openai", "ok")


def _tell_of_another_process(count: int, clock: HandClock) -> Batch:
    other = Meter(clock)
    for _ in range(count):
        other.count(PROVIDER_CALLS, "openai", "ok")
    batch = other.pending_batch()
    assert batch is not None
    fleet_metrics._add(batch)
    return batch


def test_what_several_processes_count_is_one_sum(redis_server: ValkeyServer) -> None:
    clock = HandClock()
    _tell_of_another_process(2, clock)
    _tell_of_another_process(3, clock)

    assert fleet_metrics.totals() == {CALL: 5}
    assert fleet_metrics.last_minutes(5, clock.now()).sum() == {CALL: 5}


def test_a_batch_that_is_told_twice_counts_once(redis_server: ValkeyServer) -> None:
    batch = _tell_of_another_process(2, HandClock())

    fleet_metrics._add(batch)

    assert fleet_metrics.totals() == {CALL: 2}


def test_a_process_that_tells_again_and_again_leaves_one_mark(redis_server: ValkeyServer) -> None:
    one = Meter(HandClock())
    for _ in range(5):
        one.count(PROVIDER_CALLS, "openai", "ok")
        batch = one.pending_batch()
        assert batch is not None
        fleet_metrics._add(batch)
        one.acknowledge(batch)

    assert fleet_metrics.totals() == {CALL: 5}
    with redis.Redis.from_url(redis_server.url) as client:
        assert len(client.keys("*:told:*")) == 1


def test_only_the_minutes_asked_for_are_summed(redis_server: ValkeyServer) -> None:
    clock = HandClock()
    _tell_of_another_process(1, clock)
    clock.advance(300)
    _tell_of_another_process(4, clock)

    found = fleet_metrics.last_minutes(5, clock.now())

    assert (found.sum(), found.is_fleet) == ({CALL: 4}, True)


def test_counts_made_while_redis_is_away_are_told_when_it_is_back(
    settings: Settings, redis_server: ValkeyServer
) -> None:
    there = settings.REDIS_URL
    meter.count(PROVIDER_CALLS, "openai", "ok")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert fleet_metrics.flush() is False
    assert fleet_metrics.totals() is None
    meter.count(PROVIDER_CALLS, "openai", "ok")

    settings.REDIS_URL = there
    assert fleet_metrics.flush() is True
    assert fleet_metrics.flush() is True
    assert fleet_metrics.totals() == {CALL: 2}


def test_without_redis_a_process_answers_with_its_own_counts_and_says_so(
    without_redis: None,
) -> None:
    clock = HandClock()
    clock.seconds = meter._clock.now()
    meter.count(PROVIDER_CALLS, "openai", "ok")

    found = fleet_metrics.last_minutes(5, clock.now())

    assert (found.sum(), found.is_fleet) == ({CALL: 1}, False)


def test_minutes_and_hours_leave_redis_by_themselves_and_totals_stay(
    redis_server: ValkeyServer,
) -> None:
    _tell_of_another_process(1, HandClock())

    client = fleet_metrics.client(redis_server.url)
    lives = {key: client.ttl(key) for key in client.keys("unilingo:{meter}:*")}

    assert lives.pop(fleet_metrics.TOTALS) == -1
    hours = [lives.pop(key) for key in list(lives) if ":hour:" in key]
    assert hours
    assert lives
    assert all(7 * 86400 < seconds <= 7 * 86400 + 3600 for seconds in hours)
    assert all(0 < seconds <= 7200 for seconds in lives.values())


@pytest.mark.parametrize(
    ("times", "part", "expected"),
    [
        ([], 0.95, None),
        ([0.004] * 100, 0.5, 0.0025),
        ([0.004] * 90 + [0.4] * 10, 0.95, 0.4),
        ([60.0] * 10, 0.95, 10.0),
    ],
)
def test_a_quantile_lies_between_the_bounds_of_its_bucket(
    times: list[float], part: float, expected: float | None
) -> None:
    buckets: dict[str, float] = {SUM: sum(times)}
    for seconds in times:
        bucket = REQUEST_SECONDS.bucket(seconds)
        buckets[bucket] = buckets.get(bucket, 0) + 1

    assert fleet_metrics.quantile(buckets, REQUEST_SECONDS, part) == (
        None if expected is None else pytest.approx(expected)
    )


def test_depths_are_remembered_for_an_hour(redis_server: ValkeyServer) -> None:
    for minute in range(200):
        fleet_metrics.note_depths({"waiting": minute}, 60.0 * minute)

    found = fleet_metrics.depths()

    assert sorted(found) == list(range(140, 200))
    assert found[199] == {"waiting": 199}


def test_a_label_may_hold_any_text(redis_server: ValkeyServer) -> None:
    odd = 'a|b:"c",\u20ac'
    meter.count(REQUESTS, "GET", odd, "200")
    fleet_metrics.flush()

    assert fleet_metrics.totals() == {(REQUESTS.name, "GET", odd, "200"): 1}
