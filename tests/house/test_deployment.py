"""Every way to deploy starts the same commands, and the image holds what the program needs."""

import json
import re
import shlex
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.house.tree import PACKAGES, ROOT
from tests.stack import procfile

RAILWAY = {"web": "railway.json", "worker": ".railway/worker.json"}


def _compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def _railway(name: str) -> Any:
    return json.loads((ROOT / RAILWAY[name]).read_text(encoding="utf-8"))["deploy"]


@pytest.mark.parametrize("name", ["release", "web", "worker"])
def test_compose_starts_the_lines_of_the_procfile(name: str) -> None:
    assert shlex.split(_compose()["services"][name]["command"]) == procfile()[name]


@pytest.mark.parametrize("name", RAILWAY)
def test_railway_starts_the_lines_of_the_procfile(name: str) -> None:
    assert shlex.split(_railway(name)["startCommand"]) == procfile()[name]
    assert 1 <= _railway(name)["numReplicas"] <= 3


def test_piece_by_piece_the_lines_of_the_procfile_are_started() -> None:
    text = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    shown = re.findall(r"^[A-Z_]*PORT=\d+ (.+)$", text, re.MULTILINE)

    assert [shlex.split(line) for line in shown] == [procfile()["web"], procfile()["worker"]]


def test_platforms_wait_longer_for_a_worker_than_its_calls_may_take() -> None:
    longest = max(policy.lease_seconds for policy in settings.PROVIDER_POLICIES.values())

    assert _railway("worker")["drainingSeconds"] > longest
    assert int(_compose()["services"]["worker"]["stop_grace_period"].removesuffix("s")) > longest


def test_railway_releases_before_it_serves_and_asks_whether_it_can() -> None:
    assert [shlex.split(line) for line in _railway("web")["preDeployCommand"]] == [
        procfile()["release"]
    ]
    assert _railway("web")["healthcheckPath"] == "/readyz"
    assert _railway("worker")["healthcheckPath"] == "/health"


def test_the_image_is_started_as_web_by_a_user_without_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    instructions = [line.partition(" ") for line in lines]
    last = {name: rest for name, _, rest in instructions if name.isupper()}

    assert json.loads(last["CMD"]) == procfile()["web"]
    assert int(last["USER"]) > 0


def test_health_checks_ask_under_a_host_name_that_is_answered() -> None:
    services = _compose()["services"]
    answered = services["web"]["environment"]["ALLOWED_HOSTS"].split(",")

    probe = " ".join(services["web"]["healthcheck"]["test"])
    assert re.findall(r"http://([^:/]+)", probe) == [answered[0]]


def test_the_image_holds_every_package_and_no_more_than_is_let_in() -> None:
    copied = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    needed = {
        "manage.py",
        ".ci/requirements.lock",
        ".ci/requirements-image.lock",
        *PACKAGES,
        "templates",
        "docs/runbook.md",
        "docs/using-the-api.md",
        "docs/samples",
    }
    lines = re.findall(r"^COPY (?!--)(.+) \S+$", copied, re.MULTILINE)
    assert {path for line in lines for path in line.split()} == needed
    assert {line[1:] for line in let_in if line.startswith("!")} == needed
    assert let_in[0] == "*"
    assert all((ROOT / path).exists() for path in needed)


@pytest.mark.parametrize("name", ["requirements", "requirements-image"])
def test_what_is_installed_is_what_is_required_and_each_file_has_a_hash(name: str) -> None:
    """After a change of requirements.txt: make lock."""
    lock = (ROOT / f".ci/{name}.lock").read_text(encoding="utf-8")
    locked = re.findall(r"^([a-z0-9.-]+)==(\S+)[^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE)
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    required = re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^\s;]+)", text, re.MULTILINE)

    assert {(name.lower().replace("_", "-"), version) for name, version in required} <= set(locked)
    assert len(locked) == len(re.findall(r"^\S+==", lock, re.MULTILINE))


def test_images_of_others_are_named_by_tag_and_digest() -> None:
    """A tag is moved to other images, a digest never."""
    base = re.findall(r"^ARG BASE=(.+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    named = {service["image"] for service in _compose()["services"].values()}

    assert len(base) == 1
    for image in {*base, *named} - {"unilingo"}:
        assert re.fullmatch(r"[\w/]+:[\w.-]+@sha256:[0-9a-f]{64}", image)


def test_no_log_of_compose_fills_the_disk() -> None:
    for service in _compose()["services"].values():
        assert {"max-size", "max-file"} <= service["logging"]["options"].keys()


def test_no_secret_stands_in_a_file_of_the_deployment() -> None:
    app = _compose()["x-app"]["environment"]

    assert {name for name in app if name.endswith("_FILE")} == {
        "SECRET_KEY_FILE", "MONITORING_TOKEN_FILE", "DATABASE_URL_FILE",
    }  # fmt: skip
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
