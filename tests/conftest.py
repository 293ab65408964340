"""For every test: the settings are tests/settings.py. A test that needs Redis asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.servers import ValkeyServer
from tests.settings import DATA

# The tests of these folders that ask for its `stack` share one for the whole session.
SHARE_STACKS = ("journeys", "browser")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together, in one of the processes that tests are run in, what shares costly fixtures."""
    for item in items:
        folder = item.path.parent.name
        shares = folder in SHARE_STACKS and "stack" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group(folder if shares else str(item.path)))


@pytest.fixture(scope="session")
def session_redis() -> Iterator[ValkeyServer]:
    server = ValkeyServer(Path(DATA))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(session_redis: ValkeyServer) -> ValkeyServer:
    """Redis at settings.REDIS_URL, empty."""
    with redis.Redis.from_url(session_redis.url) as client:
        client.flushall()
    return session_redis
