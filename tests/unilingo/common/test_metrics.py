"""What a process counts, and how it is told."""

import threading

from tests.resilience.hands import START_SECONDS, HandClock
from unilingo.common.metrics import MINUTES_KEPT, PROVIDER_CALL_SECONDS, PROVIDER_CALLS, SUM, Meter

CALL = (PROVIDER_CALLS.name, "openai", "ok")
MINUTE = int(START_SECONDS // 60)


def test_counts_are_kept_in_total_and_by_the_minute() -> None:
    clock = HandClock()
    meter = Meter(clock)
    meter.count(PROVIDER_CALLS, "openai", "ok")
    clock.advance(60)
    meter.count(PROVIDER_CALLS, "openai", "ok")

    batch = meter.pending_batch()

    assert batch is not None
    assert batch.totals == {CALL: 2}
    assert batch.minutes == {MINUTE: {CALL: 1}, MINUTE + 1: {CALL: 1}}


def test_a_time_falls_into_one_bucket_and_into_the_sum() -> None:
    meter = Meter(HandClock())
    for seconds in (0.1, 0.11, 9999.0):
        meter.observe(PROVIDER_CALL_SECONDS, seconds, "openai")

    batch = meter.pending_batch()

    assert batch is not None
    name = (PROVIDER_CALL_SECONDS.name, "openai")
    buckets = {(*name, "0.1"): 1, (*name, "0.25"): 1, (*name, "+Inf"): 1}
    assert batch.totals == buckets | {(*name, SUM): 9999.21}


def test_a_batch_is_the_same_until_it_has_been_told() -> None:
    meter = Meter(HandClock())
    meter.count(PROVIDER_CALLS, "openai", "ok")
    first = meter.pending_batch()
    meter.count(PROVIDER_CALLS, "openai", "ok")

    assert meter.pending_batch() is first
    assert meter.unflushed() == {MINUTE: {CALL: 2}}

    assert first is not None
    meter.acknowledge(first)
    second = meter.pending_batch()
    assert second is not None
    assert (second.totals, second.teller) == ({CALL: 1}, first.teller)
    assert second.number > first.number
    meter.acknowledge(second)
    assert meter.pending_batch() is None
    assert meter.unflushed() == {}


def test_minutes_long_past_are_dropped_and_the_totals_are_not() -> None:
    clock = HandClock()
    meter = Meter(clock)
    for _ in range(3 * MINUTES_KEPT):
        meter.count(PROVIDER_CALLS, "openai", "ok")
        clock.advance(60)

    batch = meter.pending_batch()

    assert batch is not None
    assert batch.totals == {CALL: 3 * MINUTES_KEPT}
    assert len(batch.minutes) == MINUTES_KEPT


def test_threads_that_count_at_once_lose_nothing() -> None:
    meter = Meter(HandClock())

    def count() -> None:
        for _ in range(2000):
            meter.count(PROVIDER_CALLS, "openai", "ok")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    batch = meter.pending_batch()
    assert batch is not None
    assert batch.totals == {CALL: 8000}
