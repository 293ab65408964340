"""A provider at the wire, for tests of what is paid for."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.fakes.openai_server import FakeOpenAI
from tests.servers import ValkeyServer


@pytest.fixture
def openai(settings: Settings, redis_server: ValkeyServer) -> Iterator[FakeOpenAI]:
    """Cards are made by this server, behind a guard."""
    with FakeOpenAI() as server:
        settings.PROVIDER_TEXT = "openai"
        settings.OPENAI_API_KEY = "sk-test"
        settings.OPENAI_BASE_URL = server.base_url
        yield server
