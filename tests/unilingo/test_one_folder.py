"""Processes that keep files where others do not see them: the younger one leaves, and says why."""

from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.servers import ValkeyServer
from tests.stack import running_stack, wait_until
from unilingo.checks import same_folder
from unilingo.processes.one_folder import BEATS, OneFolder, folder_id


def _in(folder: Path, settings: Settings) -> None:
    options = {"location": str(folder)}
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": local}


def test_the_younger_of_two_with_different_folders_leaves(
    redis_server: ValkeyServer, settings: Settings, tmp_path: Path
) -> None:
    old, young = OneFolder("old:1"), OneFolder("young:2")
    said = []
    for _ in range(BEATS):
        _in(tmp_path / "a", settings)
        assert old.beat() == ""
        _in(tmp_path / "b", settings)
        said.append(young.beat())

    assert said[0] == ""
    assert "old:1" in said[1]
    assert "UPLOADS_DIR" in said[1]


def test_what_a_process_that_is_gone_has_said_turns_nobody_out(
    redis_server: ValkeyServer, settings: Settings, tmp_path: Path
) -> None:
    _in(tmp_path / "a", settings)
    OneFolder("gone:1").beat()
    _in(tmp_path / "b", settings)
    new = OneFolder("new:2")

    assert {new.beat() for _ in range(BEATS)} == {""}


def test_a_process_that_has_long_been_there_is_heard_by_one_that_comes(
    redis_server: ValkeyServer, settings: Settings, tmp_path: Path
) -> None:
    old, young = OneFolder("old:1"), OneFolder("young:2")
    _in(tmp_path / "a", settings)
    assert {old.beat() for _ in range(5 * BEATS)} == {""}
    cache.clear()  # as signs lapse that are not given again
    said = []
    for _ in range(2):
        _in(tmp_path / "a", settings)
        old.beat()
        _in(tmp_path / "b", settings)
        said.append(young.beat())

    assert "old:1" in said[1]


def test_a_folder_of_its_own_is_said_before_the_start(
    redis_server: ValkeyServer, settings: Settings, tmp_path: Path
) -> None:
    _in(tmp_path / "a", settings)
    OneFolder("old:1").beat()
    assert same_folder(databases=["default"]) == []

    _in(tmp_path / "b", settings)
    [warning] = same_folder(databases=["default"])
    assert "old:1" in str(warning)
    assert same_folder() == []  # no database was asked for, so none of the fleet


def test_any_number_may_share_a_folder_or_have_a_storage(
    redis_server: ValkeyServer, settings: Settings, tmp_path: Path
) -> None:
    _in(tmp_path, settings)
    first, second = OneFolder("a:1"), OneFolder("b:2")
    assert {process.beat() for _ in range(3) for process in (first, second)} == {""}
    assert folder_id() == folder_id() != ""

    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": memory}
    assert folder_id() == ""


def test_a_folder_that_takes_nothing_is_somebody_elses_news(
    redis_server: ValkeyServer, settings: Settings
) -> None:
    _in(Path("/proc/nothing"), settings)

    assert OneFolder("a:1").beat() == ""


@pytest.mark.parametrize("second", ["web", "worker"])
def test_a_process_with_a_folder_of_its_own_ends_with_one_line(tmp_path: Path, second: str) -> None:
    with running_stack(webs=1, workers=0) as stack:
        launch = stack.launch_web if second == "web" else stack.launch_worker
        process = launch(UPLOADS_DIR=str(tmp_path))
        wait_until(lambda: not process.is_running, 30, "it has ended")

        assert process.popen.returncode not in (0, None)
        assert process.log.read_text().count("set UPLOAD_STORAGE") == 1
        assert stack.client("ann").get("/api/jobs").status == 200
