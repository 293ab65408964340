from pathlib import Path

import pytest

from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.model import LocalTextModel


@pytest.fixture(scope="session")
def engine_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the engine's data are unpacked, once for all tests of the process."""
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="session")
def model(engine_dir: Path) -> LocalTextModel:
    """The engine as it is without any dictionary."""
    return LocalTextModel(engine_dir, engine_dir / "no-dictionaries")


@pytest.fixture(scope="session")
def lexicon(engine_dir: Path) -> Lexicon:
    return Lexicon(engine_dir)
