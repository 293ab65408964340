"""A bucket that takes connections and says nothing is away soon."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jobs import uploads
from unilingo.configuration import addresses


@pytest.fixture
def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _storage(monkeypatch: pytest.MonkeyPatch, folder: Path, **options: object) -> dict[str, Any]:
    monkeypatch.setenv("UPLOAD_STORAGE", "storages.backends.s3.S3Storage")
    keys = {"bucket_name": "ours", "access_key": "a", "secret_key": "s"}
    monkeypatch.setenv("UPLOAD_STORAGE_OPTIONS", json.dumps(keys | options))
    return addresses.upload_storage(folder)


def test_nobody_waits_long_for_a_bucket(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, silent: str
) -> None:
    given = {"read_timeout": 0.1}
    storage = _storage(monkeypatch, tmp_path, endpoint_url=silent, client_config=given)
    settings.STORAGES = settings.STORAGES | {"default": storage}

    assert uploads.problem().startswith("ReadTimeoutError")


def test_what_is_not_given_is_bounded_and_what_is_given_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    storage = _storage(
        monkeypatch, tmp_path, addressing_style="path", client_config={"connect_timeout": 1}
    )
    made = storage["OPTIONS"]["client_config"]

    assert (made.connect_timeout, made.s3["addressing_style"]) == (1, "path")
    assert made.read_timeout * made.retries["total_max_attempts"] <= 60


@pytest.mark.parametrize("given", [{"read_timout": 1}, ["read_timeout"], 7])
def test_a_client_that_cannot_be_made_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: object
) -> None:
    with pytest.raises(SystemExit, match="UPLOAD_STORAGE_OPTIONS has a client_config"):
        _storage(monkeypatch, tmp_path, client_config=given)
