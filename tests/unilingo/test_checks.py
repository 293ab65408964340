"""`manage.py check --deploy`: nothing to say of a good deployment, and a word on each unwise setting."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    ("provider", "model", "prices", "said"),
    [
        ("compatible", "llama3.2", {}, ["unilingo.W002"]),
        ("openai,compatible", "llama3.2", {}, ["unilingo.W002"]),
        ("compatible", "llama3.2", {"compatible": (Decimal(0),) * 3}, []),
        ("openai", "gpt-4o-mini-2024-07-18", {}, []),
        ("local", "llama3.2", {}, []),
    ],
)
def test_a_model_without_a_price_is_told_before_it_is_asked(
    settings: Settings, provider: str, model: str, prices: Any, said: list[str]
) -> None:
    settings.PROVIDER_TEXT, settings.COMPATIBLE_MODEL = provider, model
    settings.OPENAI_MODEL = model if provider == "openai" else "gpt-4o-mini"
    settings.BUDGET_POLICY = replace(settings.BUDGET_POLICY, prices=prices)

    found = [message.id for message in run_checks(tags=["compatibility"])]

    assert [name for name in found if name and name.startswith("unilingo")] == said
