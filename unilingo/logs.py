"""Structured logs: one line an event, with the request id and the job id that the work belongs to."""

import logging
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict

OURS = ("unilingo", "jobs", "profiles", "resilience")


def _without_request(_: Any, __: str, event: EventDict) -> EventDict:
    """Django adds the request object to its own lines; as text it shows the query string, where tokens are."""
    event.pop("request", None)
    return event


def raised_only() -> Callable[[logging.LogRecord], bool]:
    """Each answered request has its own line from RequestLog; Django's would say it twice, but for the traceback."""
    return lambda record: bool(record.exc_info)


def warned_only() -> Callable[[logging.LogRecord], bool]:
    """What somebody sends is no error of ours, though Django takes it for one and traces it: anybody could fill the log."""

    def warned(record: logging.LogRecord) -> bool:
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return True

    return warned


_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _without_request,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str, style: str) -> dict[str, Any]:
    """For logging.config.dictConfig; `style` is `json` or `console`."""
    # Both renderers would by default print local variables beside a traceback: study texts, tokens, keys.
    if style == "json":
        traceback = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
        last: list[Any] = [traceback, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                "foreign_pre_chain": _SHARED,
            }
        },
        "filters": {"raised": {"()": raised_only}, "warned": {"()": warned_only}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        # What libraries say when they are asked for everything has headers in it, and so keys.
        "root": {"handlers": ["stderr"], "level": "INFO" if level == "DEBUG" else level},
        "loggers": {
            **{ours: {"level": level} for ours in OURS},
            "django.server": {"handlers": [], "propagate": False},
            "django.request": {"filters": ["raised"]},
            **{
                f"django.security.{suspicion.__name__}": {"filters": ["warned"]}
                for suspicion in SuspiciousOperation.__subclasses__()
            },
            "httpx2": {"level": "WARNING"},
            "openai": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # gunicorn brings handlers of its own, which this takes away.
            "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
        },
    }
