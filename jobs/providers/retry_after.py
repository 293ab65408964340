"""How long a provider asks us to wait, from the headers of its answer."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """From `retry-after-ms` or `Retry-After` (seconds or a date); None where it says nothing usable."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return seconds if seconds is not None else _until(value, headers.get("date"))


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _until(date: str | None, now: str | None) -> float | None:
    # Counted from the server's own Date, so that a skewed clock of ours does not matter.
    if not date or not now:
        return None
    try:
        wait = parsedate_to_datetime(date) - parsedate_to_datetime(now)
    except (TypeError, ValueError):
        return None
    return max(0.0, wait.total_seconds())
