"""Ids of jobs: the kind, then a UUIDv7 (RFC 9562): ordered by time, with 74 random bits nobody can guess."""

import secrets
import uuid
from datetime import UTC, datetime


def uuid7(milliseconds: int) -> uuid.UUID:
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


def new_job_id(kind: str, now: datetime) -> str:
    return f"{kind}-{uuid7(int(now.timestamp() * 1000))}"


def time_of(job_id: str) -> datetime | None:
    """When an id was made; None for what is no id."""
    try:
        found = uuid.UUID(job_id.partition("-")[2])
    except ValueError:
        return None
    return datetime.fromtimestamp((found.int >> 80) / 1000, UTC)
