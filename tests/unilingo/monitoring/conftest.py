"""Each test begins with a process that has counted nothing, and a fleet that knows of nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone
from pytest_django import Settings

from tests.engines import forget_engines
from tests.servers import ValkeyServer
from unilingo.common.metrics import meter
from unilingo.monitoring.snapshot import Snapshot, take_snapshot

AWAY = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    while batch := meter.pending_batch():
        meter.acknowledge(batch)


@pytest.fixture
def without_redis(settings: Settings) -> Iterator[None]:
    settings.REDIS_URL = AWAY
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": AWAY}}
    forget_engines()
    yield
    caches["default"].close()
    forget_engines()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def found(db: None, redis_server: ValkeyServer, now: datetime) -> Callable[..., Snapshot]:
    """The figures of an idle fleet with one worker that keeps house, but for the members named: `queue={"waiting": 51}`."""

    def make(**changes: Any) -> Snapshot:
        idle: Any = take_snapshot(now)
        values: dict[str, Any] = {"workers": 1, "housekeepers": 1}
        for name, change in changes.items():
            is_part = isinstance(change, dict) and name != "breakers"
            values[name] = {**getattr(idle, name), **change} if is_part else change
        fields = {name: getattr(idle, name) for name in Snapshot.__slots__}
        return Snapshot(**(fields | values))

    return make
