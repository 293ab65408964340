"""A task that housekeeping runs again and again (unilingo/processes/housekeeping.py, which says once that the database is away)."""

from collections.abc import Callable

from celery import shared_task
from django.db import Error

Run = Callable[[], None]


def duty(name: str) -> Callable[[Run], Run]:
    decorator: Callable[[Run], Run] = shared_task(name=name, throws=(Error,))
    return decorator
