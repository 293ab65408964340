"""When an operator is alerted, and where to, as the environment says."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from unilingo.common.webhook import Receiver
from unilingo.configuration import env


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """Jobs waiting, seconds that the oldest of them does, percent that fails in the window (of at least `failure_minimum`), percent of the month's money.

    An alert is over once it has not held for `clear_seconds`.
    """

    queue_high: int = 50
    queue_critical: int = 100
    oldest_seconds: int = 600
    failure_high: float = 10
    failure_critical: float = 20
    failure_minimum: int = 5
    window_minutes: int = 5
    budget_percent: float = 80
    clear_seconds: int = 30


@dataclass(frozen=True, slots=True)
class NoticePolicy:
    """Where alerts are told. None or empty: nowhere."""

    webhook: Receiver | None
    emails: tuple[str, ...]


def alert_policy() -> AlertPolicy:
    return AlertPolicy(
        queue_high=env.integer("ALERT_QUEUE_HIGH", 50),
        queue_critical=env.integer("ALERT_QUEUE_CRITICAL", 100),
        oldest_seconds=env.integer("ALERT_OLDEST_SECONDS", 600, at_least=1),
        failure_high=env.number("ALERT_FAILURE_HIGH", 10.0, at_most=100),
        failure_critical=env.number("ALERT_FAILURE_CRITICAL", 20.0, at_most=100),
        failure_minimum=env.integer("ALERT_FAILURE_MINIMUM", 5, at_least=1),
        window_minutes=env.integer("ALERT_WINDOW_MINUTES", 5, at_least=1, at_most=60),
        budget_percent=env.number("ALERT_BUDGET_PERCENT", 80.0, at_most=100),
        clear_seconds=env.integer("ALERT_CLEAR_SECONDS", 30, at_most=3600),
    )


def notice_policy() -> NoticePolicy:
    webhook = env.secret_url("ALERT_WEBHOOK_URL", "", ("https", "http"))
    secret = env.secret("ALERT_WEBHOOK_SECRET")
    if webhook and len(secret) < 16:
        env.refuse("ALERT_WEBHOOK_SECRET", "must have at least 16 characters for a webhook")
    emails = tuple(env.listing("ALERT_EMAILS"))
    if any("@" not in address for address in emails):
        env.refuse("ALERT_EMAILS", "must be e-mail addresses, by commas")
    if emails and not env.is_set("EMAIL_URL"):
        env.refuse("ALERT_EMAILS", "needs EMAIL_URL")
    allows_private = env.flag("ALERT_WEBHOOK_PRIVATE", default=False)
    return NoticePolicy(Receiver(webhook, (secret,), allows_private) if webhook else None, emails)


def mail_settings() -> dict[str, Any]:
    """EMAIL_URL as smtp://user:password@host:port; smtp+tls:// begins TLS by STARTTLS, smtps:// at once. Without it no mail is sent."""
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    address = env.secret("EMAIL_URL")
    if not address:
        return {"EMAIL_HOST": ""}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        env.refuse("EMAIL_URL", "must be an address like smtp+tls://user:password@host:587")
    if parts.scheme not in ports or not parts.hostname:
        env.refuse("EMAIL_URL", "must start with smtp://, smtp+tls:// or smtps://")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
