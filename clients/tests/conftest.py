"""The running program, and the clients that are made from its OpenAPI document."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from clients.tests import tools
from tests.clients import Client
from tests.journeys.writer import Writer, writers
from tests.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with running_stack() as running:
        yield running


@pytest.fixture(scope="session")
def writer(stack: Stack) -> Iterator[Writer]:
    with writers(stack, 1) as [one]:
        yield one


@pytest.fixture(scope="session")
def generated(stack: Stack) -> dict[str, str]:
    """What each generator has said; what it has made lies in clients/build."""
    shutil.rmtree(tools.BUILD, ignore_errors=True)
    tools.MADE.mkdir(parents=True)
    document = Client(stack.url).get("/api/schema", Accept="application/json")
    tools.DOCUMENT.write_bytes(document.body)
    with ThreadPoolExecutor() as at_once:
        said = {name: at_once.submit(make) for name, make in tools.GENERATORS.items()}
        return {name: words.result() for name, words in said.items()}


@pytest.fixture(scope="session")
def scripts(generated: dict[str, str]) -> None:
    tools.bundle_scripts()
