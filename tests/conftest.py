"""For every test: the settings are tests/settings.py. A test that needs Redis asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import wordfreq  # noqa: F401  # it looks through the source of all callers and modules: there are few yet
from pytest_django import Settings

import tests.emptied  # noqa: F401  # what it changes in Django
from tests.distribution import (  # noqa: F401  # hooks
    pytest_collection_modifyitems,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)
from tests.engines import forget_engines
from tests.garbage import pytest_collection  # noqa: F401  # a hook
from tests.prepared import room
from tests.servers import ValkeyServer
from tests.settings import DATA

room()


@pytest.fixture(scope="session")
def session_redis() -> Iterator[ValkeyServer]:
    server = ValkeyServer(Path(DATA))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _client(session_redis: ValkeyServer) -> "Iterator[redis.Redis]":
    with redis.Redis.from_url(session_redis.url) as client:
        yield client


@pytest.fixture
def redis_server(session_redis: ValkeyServer, _client: "redis.Redis") -> Iterator[ValkeyServer]:
    """Redis at settings.REDIS_URL, empty, and engines behind guards that know of nothing yet."""
    _client.flushall()
    forget_engines()
    yield session_redis
    forget_engines()


@pytest.fixture
def strict(settings: Settings) -> None:
    """As in production: nobody is believed by name."""
    settings.TRUST_USER_ID_HEADER = False
    settings.DEBUG = False
