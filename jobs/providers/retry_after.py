"""How long a provider asks us to wait, from the headers of its answer."""

import math
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from unilingo.common.clock import SystemClock

THROTTLED = 429
_CLOCK = SystemClock()
# What names the wait itself, in milliseconds.
_MILLISECONDS = ("retry-after-ms", "x-ms-retry-after-ms")
# When a limit has room again, and how much of it is left.
_LIMITS = ("requests", "tokens")
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|us|µs|ns|d|h|m|s)")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
# Nobody means to be left alone for longer: such a number is a mistake.
AT_MOST_SECONDS = 86400.0


def retry_after_seconds(
    headers: Mapping[str, str], status: int, now: Callable[[], float] = _CLOCK.now
) -> float | None:
    """None where nothing usable is said. `now`: our clock, where the server does not tell its own.

    When a limit has room again is told with every answer, and means a wait only where the limit was the reason.
    """
    for name in _MILLISECONDS:
        milliseconds = _number(headers.get(name))
        if milliseconds is not None:
            return _bounded(milliseconds / 1000)
    value = headers.get("retry-after")
    of_limits = _of_limits(headers) if status == THROTTLED else None
    for seconds in (_number(value), _until(value, headers.get("date"), now), of_limits):
        if seconds is not None:
            return _bounded(seconds)
    return None


def _of_limits(headers: Mapping[str, str]) -> float | None:
    """Of the limits that are used up; where none says so, of all that are told."""
    resets = {name: _duration(headers.get(f"x-ratelimit-reset-{name}")) for name in _LIMITS}
    told = {name: seconds for name, seconds in resets.items() if seconds is not None}
    used_up = [name for name in told if _number(headers.get(f"x-ratelimit-remaining-{name}")) == 0]
    return max((told[name] for name in used_up or told), default=None)


def _duration(value: str | None) -> float | None:
    """`6m0s`, `1m10s`, `250ms`; a bare number is seconds."""
    text = (value or "").strip()
    if not re.fullmatch(f"(?:{_DURATION.pattern})+", text):
        return _number(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text))


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _until(date: str | None, now: str | None, clock: Callable[[], float]) -> float | None:
    # Counted from the server's own Date where it is told, so that a skewed clock of ours does not matter.
    if not date:
        return None
    try:
        until = parsedate_to_datetime(date).timestamp()
        since = parsedate_to_datetime(now).timestamp() if now else clock()
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, until - since)


def _bounded(seconds: float) -> float:
    return min(seconds, AT_MOST_SECONDS)
