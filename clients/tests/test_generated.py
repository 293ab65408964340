"""Clients that well-known generators make of the OpenAPI document: whole, without a warning, and they work."""

import json
import re

import pytest

from clients.tests import tools
from tests.stack import Stack


@pytest.mark.parametrize("generator", tools.GENERATORS)
def test_nothing_is_left_out_and_nothing_is_warned_of(
    generated: dict[str, str], generator: str
) -> None:
    document = json.loads(tools.DOCUMENT.read_text())
    operations = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    ]
    # That no formatter is installed for what it makes is no fault of the document.
    said = re.sub(r"Skipping Integration\s+ruff is not in PATH", "", generated[generator])

    assert not re.search(r"warn|unsupported|skip|error", said, re.IGNORECASE), said
    assert len(operations) > 50
    assert [name for name in operations if not tools.is_made(generator, name)] == []


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize("client", tools.GENERATORS)
def test_a_job_is_priced_asked_for_polled_and_its_result_read(stack: Stack, client: str) -> None:
    result = tools.ask(stack, client)

    assert len(result["flashcards"]) >= 10
    assert all(card["front"] and card["back"] for card in result["flashcards"])
