"""A model server at home is found by what it answers."""

import pytest

from tests.fakes.openai_server import FakeOpenAI
from unilingo.processes import home_models


def test_a_server_is_told_of_with_the_line_that_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOpenAI() as server:
        port = int(server.base_url.split(":")[2].split("/")[0])
        monkeypatch.setattr(home_models, "SERVERS", {"Silent": 1, "Ollama": port})

        found = home_models.find()

    assert found == home_models.Found("Ollama", port, "gpt-4o-mini")
    assert f"COMPATIBLE_BASE_URL={server.base_url} COMPATIBLE_MODEL=gpt-4o-mini" in str(found)
    assert server.served == [], "it is used by nobody who has not asked for it"


def test_a_model_that_only_finds_texts_makes_no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOpenAI() as server:
        port = int(server.base_url.split(":")[2].split("/")[0])
        server.models = ("text-embedding-nomic-embed-text-v1.5", "/home/ann/My models/llama.gguf")
        monkeypatch.setattr(home_models, "SERVERS", {"llama.cpp": port})

        assert " COMPATIBLE_MODEL='/home/ann/My models/llama.gguf' " in str(home_models.find())
        server.models = ("nomic-embed-text",)
        assert home_models.find() is None


def test_what_is_no_such_server_is_not_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_models, "SERVERS", {"Silent": 1})

    assert home_models.find() is None
