"""`manage.py check --deploy`: nothing to say of a good deployment, and a word on each unwise setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tests.stack import ROOT


def _ids() -> set[str]:
    ours = run_checks(tags=["security"], include_deployment_checks=True)
    return {message.id or "" for message in ours if (message.id or "").startswith("unilingo")}


@pytest.fixture
def deployed(settings: Settings) -> Settings:
    settings.TRUST_USER_ID_HEADER = False
    settings.SECRET_KEY_IS_GENERATED = False
    return settings


def test_a_good_deployment_is_passed_in_silence(tmp_path: Path) -> None:
    production = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "a long key for this check alone 0123456789 abcdefghijklmnop",
        "ALLOWED_HOSTS": "example.org",
        "DATABASE_URL": "postgres://u:p@db/unilingo",
        "REDIS_URL": "rediss://cache",
    }

    checked = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_believed_header_is_pointed_out(deployed: Settings) -> None:
    assert _ids() == set()

    deployed.TRUST_USER_ID_HEADER = True

    assert _ids() == {"unilingo.W001"}


def test_a_key_that_only_this_machine_knows_is_pointed_out(deployed: Settings) -> None:
    deployed.SECRET_KEY_IS_GENERATED = True

    assert _ids() == {"unilingo.E001"}
