"""Stacks that several journeys share. A journey that stops or starves something starts one of its own."""

from collections.abc import Iterator

import pytest

from tests.journeys.writer import Writer, writers
from tests.servers import postgres_server
from tests.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Two web processes, and a worker, on SQLite."""
    with running_stack(webs=2, workers=1, JOB_LEASE_SECONDS="2") as running:
        yield running


@pytest.fixture(scope="session")
def postgres_stack() -> Iterator[Stack]:
    """One web process on PostgreSQL, and nobody who takes jobs."""
    with (
        postgres_server() as url,
        running_stack(workers=0, database_url=url) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def four_writers(stack: Stack) -> Iterator[list[Writer]]:
    with writers(stack, 4) as started:
        yield started


@pytest.fixture
def writer(four_writers: list[Writer]) -> Writer:
    return four_writers[0]
