"""Which process of pytest-xdist runs which tests, and when: who shares what is costly to start, and the longest first.

tests/conftest.py hands these hooks to pytest.
"""

import os
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# Those of a folder or of these files are run by one process: for them one program is running, until all is done.
TOGETHER = {
    "browser": ("tests/browser/",),
    "journeys": tuple(
        f"tests/journeys/test_{name}"
        for name in ("documents", "examples", "pronunciation", "smoke", "streams")
    ),
}
# What starts processes, waits for them or loads a large engine. The others are over soon.
LONG = (
    *TOGETHER["browser"],
    *TOGETHER["journeys"],
    "tests/unilingo/test_supervisor.py",
    "tests/journeys/",
    "tests/jobs/test_on_postgres.py",
    "tests/unilingo/test_web_process.py",
    "tests/unilingo/test_one_folder.py",
    "tests/unilingo/test_boot.py",
    "tests/house/test_patterns.py",
    "tests/jobs/providers/",
    "tests/jobs/study_text/",
    "tests/resilience/test_",
    "tests/jobs/api/test_three_people.py",
)


def _rank(file: str) -> int:
    return next((rank for rank, start in enumerate(LONG) if file.startswith(start)), len(LONG))


class _Scheduling(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((name for name, starts in TOGETHER.items() if file.startswith(starts)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduling:
    config.option.loadscopereorder = False
    return _Scheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, since tests of processes wait for much of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))
