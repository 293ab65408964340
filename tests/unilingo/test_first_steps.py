"""What `manage.py up` says once it runs."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from unilingo.management.commands.up import Command
from unilingo.processes import home_models

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alone(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ADDRESS_FILE = tmp_path / "address"
    monkeypatch.setattr(home_models, "SERVERS", {})


def _announced() -> str:
    out = io.StringIO()
    Command(stdout=out)._announce()
    return out.getvalue()


def test_who_has_no_account_for_the_admin_is_told_the_one_command() -> None:
    User.objects.create_user("ann")

    assert "manage.py createsuperuser" in _announced()


def test_who_has_one_is_not() -> None:
    User.objects.create_superuser("grace")

    assert "First steps" not in _announced()
