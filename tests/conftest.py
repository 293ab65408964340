"""For every test: the settings are tests/settings.py, and no connection of a helper thread outlives the session."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connections

from jobs.api import stream


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """PostgreSQL does not drop a database that the threads of jobs/api/stream.py still hold open."""
    yield
    barrier = threading.Barrier(stream.READERS + 1)

    def close() -> None:
        connections.close_all()
        barrier.wait()

    for _ in range(stream.READERS):
        stream.readers.submit(close)
    barrier.wait()
