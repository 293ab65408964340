"""Several things of one job at once: how they end together, and what they leave behind."""

import threading

import pytest
import structlog
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from unilingo.common.threads import side_by_side


def test_answers_come_in_the_order_of_the_questions() -> None:
    second_is_done = threading.Event()

    def first() -> str:
        assert second_is_done.wait(10)
        return "first"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert side_by_side([first, second], 2) == ["first", "second"]
    assert side_by_side([], 2) == []


def test_after_an_error_nothing_more_is_begun_and_what_runs_may_end() -> None:
    begun, ended, failed = [], [], threading.Event()

    def fails() -> None:
        failed.set()
        raise ZeroDivisionError

    def runs() -> None:
        assert failed.wait(10)
        ended.append("the other")

    def later() -> None:
        begun.append("later")

    with pytest.raises(ZeroDivisionError):
        side_by_side([runs, fails, *[later] * 50], 2)
    assert ended == ["the other"]
    assert len(begun) < 50


def test_a_thread_logs_under_the_name_of_its_job() -> None:
    with structlog.contextvars.bound_contextvars(job_id="lesson-1"):
        assert side_by_side([structlog.contextvars.get_contextvars], 1) == [{"job_id": "lesson-1"}]


@pytest.mark.django_db(transaction=True)
def test_no_connection_to_the_database_is_left_open() -> None:
    used: list[BaseDatabaseWrapper] = []

    def ask() -> None:
        connection.ensure_connection()
        used.append(connections["default"])

    side_by_side([ask], 1)

    assert [one.connection for one in used] == [None]
