"""How a moment is written in a body: ISO-8601 in UTC with milliseconds and Z, or epoch milliseconds."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(seconds: float) -> datetime:
    """Of seconds since the epoch, as a Clock tells them."""
    return datetime.fromtimestamp(seconds, UTC)


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
