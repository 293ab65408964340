"""Errors to Sentry (SENTRY_DSN): what went wrong where, and nothing that people sent.

Only what is logged as an error is reported, since every border logs what it catches. Of it goes out: the words of
the log's template, the types and stacks of exceptions without their texts and without variables, and the facts of
FACTS. So no study text, token, key, address, header or body can, whatever raised.
"""

import logging
from typing import TYPE_CHECKING, Any

import structlog

from unilingo.configuration import env
from unilingo.logs import OURS

if TYPE_CHECKING:  # imported when it is used only: it takes a tenth of a second
    from sentry_sdk.types import Event, Hint

FACTS = (
    *("request_id", "job_id", "kind", "attempt", "code", "error_type", "reason", "status"),
    *("method", "milliseconds", "alert", "channel", "queue", "end", "notes"),
)


def start(dsn: str, release: str) -> None:
    """Once in each process. A DSN that is none stops the start."""
    import sentry_sdk
    from sentry_sdk.integrations import Integration
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration
    from sentry_sdk.utils import BadDsn

    integrations: list[Integration] = [
        LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
        ExcepthookIntegration(),
        ThreadingIntegration(propagate_scope=False),
        AtexitIntegration(callback=lambda pending, timeout: None),
    ]
    try:
        sentry_sdk.init(
            dsn,
            release=release,
            # The others look into requests, arguments and answers.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=integrations,
            include_local_variables=False,
            max_breadcrumbs=0,
            before_send=scrubbed,
        )
    except BadDsn:
        env.refuse("SENTRY_DSN", "must be a DSN, as in https://key@sentry.example.org/1")


def scrubbed(event: "Event", hint: "Hint") -> "Event":
    said = {**event.get("extra", {}), **structlog.contextvars.get_contextvars()}
    event["extra"] = {name: said[name] for name in FACTS if name in said}
    for unwanted in ("request", "user", "breadcrumbs", "contexts"):
        event.pop(unwanted, None)  # type: ignore[misc]  # each is a member of an event
    if "logentry" in event:
        event["logentry"] = {"message": _template(hint.get("log_record"))}
    for error in _exceptions(event):
        error["value"] = ""
        error.get("mechanism", {}).pop("data", None)
    return event


def _template(record: logging.LogRecord | None) -> str:
    """What the line is about. A library's line without arguments may already have texts in it."""
    if record is None:
        return ""
    is_template = record.name.partition(".")[0] in OURS or bool(record.args)
    return str(record.msg) if is_template else record.name


def _exceptions(event: "Event") -> list[dict[str, Any]]:
    found: Any = event.get("exception", {})
    return list(found.get("values", []))
