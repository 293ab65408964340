import pytest
from pytest_django import Settings


@pytest.fixture
def strict(settings: Settings) -> None:
    """As in production: nobody is believed by name."""
    settings.TRUST_USER_ID_HEADER = False
    settings.DEBUG = False
