import hama
import pytest

from jobs.providers.local_speech.phones import Pronouncer


@pytest.fixture(scope="session")
def pronouncer() -> Pronouncer:
    return Pronouncer(hama.G2PModel(), frozenset(hama.ASRModel().decoder_tokens))
