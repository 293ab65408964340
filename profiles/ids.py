"""Ids of what a learner owns. Those of cards are unguessable; those of lessons follow from the job, so that saving twice is saving once."""

import secrets
import uuid

_LESSONS = uuid.UUID("6f3cf9a4-0a0c-4f57-9c0e-2f1f0a3b7d11")


def new_card_id() -> str:
    return f"card-{uuid.UUID(int=secrets.randbits(128), version=4)}"


def lesson_id(job_id: str, position: int) -> str:
    """The id of a job's lesson at that place. The job's own random bits make it unguessable."""
    return f"lesson-{uuid.uuid5(_LESSONS, f'{job_id}:{position}')}"
