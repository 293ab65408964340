"""The fleet's counts: every process adds its own to Redis every few seconds, and any process reads the sum.

So figures are the same whichever web process is asked, survive the processes that counted, and cost a request no
round trip. A batch is added by one script under its number, so that one told twice counts once. While Redis is away
each process keeps counting and tells later; what is read then is this process's own, and says so.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
from django.conf import settings

from jobs.models import FINAL
from unilingo.common.metrics import (
    JOB_EVENTS,
    JOB_FAILURES,
    JOB_RUN_SECONDS,
    JOB_WAITING_SECONDS,
    LIMITER_WAIT_SECONDS,
    MINUTES_KEPT,
    PROVIDER_CALL_SECONDS,
    PROVIDER_CALLS,
    SAVED_USD,
    Batch,
    Series,
    Values,
    meter,
)
from unilingo.error_codes import STATUS

# One hash tag, so that they share a slot of a Redis Cluster.
TOTALS = "unilingo:{meter}:totals"
DEPTHS = "unilingo:{meter}:depths"
_MINUTE = "unilingo:{meter}:minute:%d"
_HOUR = "unilingo:{meter}:hour:%d"
_TOLD = "unilingo:{meter}:told:%s"
_ADD = """
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[3]) then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[2])
for i, fields in ipairs(cjson.decode(ARGV[1])) do
  for _, field in ipairs(fields) do redis.call('HINCRBYFLOAT', KEYS[i + 1], field[1], field[2]) end
  if i > 1 then redis.call('EXPIRE', KEYS[i + 1], ARGV[i + 2]) end
end
return 1
"""
HOURS_KEPT = 7 * 24
_BY_HOUR = {
    series.name
    for series in (
        *(JOB_EVENTS, JOB_FAILURES, JOB_WAITING_SECONDS, JOB_RUN_SECONDS),
        *(PROVIDER_CALLS, PROVIDER_CALL_SECONDS, LIMITER_WAIT_SECONDS, SAVED_USD),
    )
}


@dataclass(frozen=True, slots=True)
class Minutes:
    """Counts by minute since the epoch. `is_fleet` False: Redis is away and these are this process's alone."""

    values: dict[int, Values]
    is_fleet: bool

    def sum(self) -> Values:
        return summed(self.values.values())


@cache
def client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, decode_responses=True, **settings.REDIS_TIMEOUTS)


def flush() -> bool:
    """Add what this process has counted to the fleet's. False: Redis is away; nothing is lost."""
    batch = meter.pending_batch()
    if batch is None:
        return True
    try:
        _add(batch)
    except redis.RedisError:
        return False
    meter.acknowledge(batch)
    return True


def totals() -> Values | None:
    """Every counter since the fleet began, for Prometheus. None: Redis is away."""
    try:
        found: Any = client(settings.REDIS_URL).hgetall(TOTALS)
    except redis.RedisError:
        return None
    return _values(found)


def last_minutes(count: int, now: float) -> Minutes:
    """The minute that is running at `now` (seconds since the epoch) and those before it."""
    latest = int(now // 60)
    wanted = range(latest - count + 1, latest + 1)
    found = {m: values for m, values in meter.unflushed().items() if m in wanted}
    told = _told(_MINUTE, wanted)
    for minute, values in (told or {}).items():
        found[minute] = summed((found.get(minute, {}), values))
    return Minutes(found, is_fleet=told is not None)


def last_hours(count: int, now: float) -> dict[int, Values] | None:
    """What was counted of jobs and providers, by the hour since the epoch: the one that is running and those before it. None: Redis is away."""
    latest = int(now // 3600)
    return _told(_HOUR, range(latest - count + 1, latest + 1))


def _told(key: str, times: range) -> dict[int, Values] | None:
    try:
        pipeline = client(settings.REDIS_URL).pipeline(transaction=False)
        for time in times:
            pipeline.hgetall(key % time)
        told: list[Any] = pipeline.execute()
    except redis.RedisError:
        return None
    return dict(zip(times, map(_values, told), strict=True))


def note_depths(depths: Mapping[str, int], now: float) -> None:
    """Remember how many jobs were in each state in this minute. Without Redis the minute stays empty."""
    minute = int(now // 60)
    try:
        server = client(settings.REDIS_URL)
        server.hset(DEPTHS, str(minute), json.dumps(depths))
        fields: Any = server.hkeys(DEPTHS)
        old = [field for field in fields if int(field) <= minute - MINUTES_KEPT]
        if old:
            server.hdel(DEPTHS, *old)
    except redis.RedisError:
        return


def depths() -> dict[int, dict[str, int]]:
    """Jobs by state in each minute of the last hour, as far as somebody was there to count."""
    try:
        found: Any = client(settings.REDIS_URL).hgetall(DEPTHS)
    except redis.RedisError:
        return {}
    return {int(minute): json.loads(counts) for minute, counts in found.items()}


def counted(values: Values, series: Series) -> dict[tuple[str, ...], float]:
    """A counter's values by its labels."""
    return {sample[1:]: value for sample, value in values.items() if sample[0] == series.name}


def buckets(values: Values, series: Series) -> dict[str, float]:
    """A histogram's buckets (not cumulative) and SUM, over all labels."""
    found: dict[str, float] = {}
    for labels, value in counted(values, series).items():
        found[labels[-1]] = found.get(labels[-1], 0.0) + value
    return found


def quantile(found: Mapping[str, float], series: Series, part: float) -> float | None:
    """Seconds under which `part` (of 1) of the observations lie, between two bounds in proportion; None: there are none."""
    counts = [found.get(str(bound), 0.0) for bound in series.bounds]
    rank = part * (sum(counts) + found.get("+Inf", 0.0))
    if rank == 0:
        return None
    below, lower = 0.0, 0.0
    for count, bound in zip(counts, series.bounds, strict=True):
        if count and below + count >= rank:
            return lower + (bound - lower) * (rank - below) / count
        below, lower = below + count, bound
    return lower


def seconds(values: Values, series: Series, part: float) -> float | None:
    found = quantile(buckets(values, series), series, part)
    return None if found is None else round(found, 2)


def ended(values: Values) -> Counter[str]:
    """Jobs, by the state that they ended in."""
    jobs: Counter[str] = Counter()
    for (_, state), count in counted(values, JOB_EVENTS).items():
        if state in FINAL:
            jobs[state] += round(count)
    return jobs


def failed_by_us(values: Values) -> int:
    """Jobs that failed for no fault of what came in."""
    codes = counted(values, JOB_FAILURES).items()
    return round(sum(count for (_, code), count in codes if STATUS.get(code, 500) >= 500))


def _add(batch: Batch) -> None:
    minutes = {_MINUTE % minute: values for minute, values in batch.minutes.items()}
    hours = {_HOUR % hour: values for hour, values in _hours(batch).items()}
    hashes = {TOTALS: batch.totals} | minutes | hours
    fields = [[[json.dumps(s), v] for s, v in values.items()] for values in hashes.values()]
    server = client(settings.REDIS_URL)
    keys = (_TOLD % batch.teller, *hashes)
    kept = [str(2 * 60 * MINUTES_KEPT)] * len(minutes) + [str(3600 * (HOURS_KEPT + 1))] * len(hours)
    told = str(2 * 60 * MINUTES_KEPT), str(batch.number)
    server.eval(_ADD, len(keys), *keys, json.dumps(fields), *told, *kept)


def _hours(batch: Batch) -> dict[int, Values]:
    by_hour: dict[int, list[Values]] = {}
    for minute, values in batch.minutes.items():
        wanted = {sample: value for sample, value in values.items() if sample[0] in _BY_HOUR}
        if wanted:
            by_hour.setdefault(minute // 60, []).append(wanted)
    return {hour: summed(parts) for hour, parts in by_hour.items()}


def summed(parts: Iterable[Values]) -> Values:
    sums: Values = {}
    for values in parts:
        for sample, value in values.items():
            sums[sample] = sums.get(sample, 0.0) + value
    return sums


def _values(found: Mapping[str, str]) -> Values:
    return {tuple(json.loads(sample)): float(value) for sample, value in found.items()}
