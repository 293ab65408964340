"""The log: one line an event, in one shape from every library, without what people sent."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import Client, RequestFactory
from pytest_django import Settings

from unilingo.logs import logging_config

STUDY_TEXT = "what the learner wrote"


def _config(style: str) -> Any:
    config = logging_config("INFO", style)
    config["handlers"]["stderr"]["stream"] = io.StringIO()
    return config


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.getLogger("gunicorn.error").propagate = True


def _lines(style: str, *, say: Any) -> list[str]:
    config = _config(style)
    logging.config.dictConfig(config)
    say()
    return config["handlers"]["stderr"]["stream"].getvalue().splitlines()  # type: ignore[no-any-return]


def _fail_with(text: str) -> None:
    try:
        raise ValueError("no good")
    except ValueError:
        logging.getLogger("jobs.runner").exception("handler raised")


def test_a_line_has_what_was_said_where_and_for_which_request() -> None:
    def say() -> None:
        with structlog.contextvars.bound_contextvars(request_id="r", job_id="j"):
            logging.getLogger("jobs.tasks").info("sent", extra={"queue": "ai-jobs"})

    [line] = _lines("json", say=say)

    said = json.loads(line)
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        **{"event": "sent", "level": "info", "logger": "jobs.tasks", "queue": "ai-jobs"},
        **{"request_id": "r", "job_id": "j"},
    }


@pytest.mark.parametrize("name", ["gunicorn.error", "celery", "celery.worker", "py.warnings", "x"])
def test_libraries_speak_in_the_same_lines(name: str) -> None:
    [line] = _lines("json", say=lambda: logging.getLogger(name).warning("of %s", "a library"))

    assert json.loads(line)["event"] == "of a library"


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_traceback_shows_no_local_variable(style: str) -> None:
    lines = _lines(style, say=lambda: _fail_with(STUDY_TEXT))

    assert STUDY_TEXT not in "\n".join(lines)
    assert "no good" in "\n".join(lines)
    assert style == "console" or len(lines) == 1


def test_a_request_that_a_library_hands_on_is_left_out() -> None:
    request = RequestFactory().get("/api/job-events?token=secret")

    def say() -> None:
        logging.getLogger("django.security").warning("odd", extra={"request": request})

    [line] = _lines("json", say=say)

    assert "secret" not in line


def test_django_says_again_only_what_has_a_traceback() -> None:
    def say() -> None:
        logging.getLogger("django.request").error("Internal Server Error: /")
        try:
            raise ValueError("no good")
        except ValueError:
            logging.getLogger("django.request").exception("Internal Server Error: /")

    [line] = _lines("json", say=say)

    assert "no good" in line


def test_a_text_with_line_breaks_stays_one_line() -> None:
    lines = _lines("json", say=lambda: logging.getLogger("x").warning("a\nb\u2028c\r"))

    assert len([line for line in lines if line]) == 1


@pytest.mark.parametrize(
    ("host", "path", "body"),
    [
        ("other.example", "/api/jobs", {}),
        ("our.example", "/admin/login/", {f"field-{number}": "" for number in range(1_100)}),
    ],
)
def test_what_somebody_sends_is_one_line_and_no_error(
    settings: Settings, host: str, path: str, body: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["our.example"]

    def say() -> None:
        assert Client(headers={"Host": host}).post(path, body).status_code == 400

    said = [json.loads(line) for line in _lines("json", say=say)]

    assert [line["level"] for line in said] == ["warning", "info"]
    assert not any("exception" in line for line in said)
