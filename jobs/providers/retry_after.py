"""How long a provider asks us to wait, from the headers of its answer."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from unilingo.common.clock import SystemClock

THROTTLED = 429
_CLOCK = SystemClock()
# What names the wait itself, in milliseconds.
_MILLISECONDS = ("retry-after-ms", "x-ms-retry-after-ms")
# When a limit has room again, and how much of it is left.
_LIMITS = ("requests", "tokens")
# The same without a limit's name, as gateways tell it.
_RESETS = ("x-ratelimit-reset", "ratelimit-reset")
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|us|µs|ns|d|h|m|s)")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
# Nobody means to be left alone for longer: such a number is a mistake.
AT_MOST_SECONDS = 86400.0
# Numbers from here on are points in time: seconds since 1970, or milliseconds.
_SINCE_1970, _SINCE_1970_MS = 1e9, 1e12


def retry_after_seconds(
    headers: Mapping[str, str], status: int, now: Callable[[], float] = _CLOCK.now
) -> float | None:
    """None where nothing usable is said. `now`: our clock, where the server does not tell its own.

    When a limit has room again is told with every answer, and means a wait only where the limit was the reason. The first
    that says more than to come back at once is believed.
    """
    # Counted from the server's own Date where it is told, so that a skewed clock of ours does not matter.
    since = _date(headers.get("date", ""))
    waits = [*_told(headers, status, now() if since is None else since)]
    wait = next(filter(None, waits), 0.0 if waits else None)
    return wait and min(wait, AT_MOST_SECONDS)


def _told(headers: Mapping[str, str], status: int, now: float) -> Iterator[float]:
    milliseconds = (_number(headers.get(name, "")) for name in _MILLISECONDS)
    waits = [None if number is None else max(0.0, number / 1000) for number in milliseconds]
    waits.append(_wait(headers.get("retry-after"), now))
    if status == THROTTLED:
        waits.append(_of_limits(headers, now))
        waits += [_wait(headers.get(name), now) for name in _RESETS]
    return (wait for wait in waits if wait is not None)


def _of_limits(headers: Mapping[str, str], now: float) -> float | None:
    """Of the limits that are used up; where none says so, of all that are told."""
    resets = {name: _wait(headers.get(f"x-ratelimit-reset-{name}"), now) for name in _LIMITS}
    told = {name: seconds for name, seconds in resets.items() if seconds is not None}
    used_up = [
        name for name in told if _number(headers.get(f"x-ratelimit-remaining-{name}", "")) == 0
    ]
    return max((told[name] for name in used_up or told), default=None)


def _wait(value: str | None, now: float) -> float | None:
    """`6m0s`, `1m10s`, `250ms`; a bare number is seconds; a point in time as a date or a number."""
    text = (value or "").strip()
    if re.fullmatch(f"(?:{_DURATION.pattern})+", text.lower()):
        return sum(
            float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(text.lower())
        )
    number = _number(text)
    if number is not None and number < _SINCE_1970:
        return max(0.0, number)
    if number is None:
        until = _date(text)
    else:
        until = number / 1000 if number >= _SINCE_1970_MS else number
    return None if until is None else max(0.0, until - now)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> float | None:
    """As HTTP writes it, or ISO 8601."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return read(text).timestamp()
        except (TypeError, ValueError, OverflowError):
            continue
    return None
