import pytest
from pytest_django import Settings


@pytest.fixture
def strict(settings: Settings) -> None:
    """As in production: nobody is believed by name."""
    settings.TRUST_USER_ID_HEADER = False
    settings.DEBUG = False


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The production hash takes a third of a second on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
