"""Telling people of alerts, once when one is raised and once when it is over, however many processes watch.

A change of an alert's row and the notices of it are one transaction; sending comes after, and again until it works.
A receiver may see a notice twice when its answer was lost: it has an id (https://www.standardwebhooks.com).
"""

import logging
import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F

from unilingo.common.timestamps import iso
from unilingo.common.webhook import WebhookFailed, post
from unilingo.models import AlertState, Notice
from unilingo.monitoring.alerts import Alert, runbook

logger = logging.getLogger(__name__)

BATCH = 20
ATTEMPTS = 12
RETRY_SECONDS = 5
RETRY_MAX_SECONDS = 900
RETENTION = timedelta(days=30)
# By `budget.crossed` (budget_notice.py).
TOLD_AS_EVENTS = frozenset({Alert.BUDGET_WARNING, Alert.BUDGET_EXCEEDED})


def note(
    verdicts: Mapping[Alert, bool | None], summary: Mapping[str, Any], now: datetime
) -> list[Alert]:
    """Write down what has changed, with the notices of it; answers which alerts did. What nobody knows stays."""
    states = {state.name: state for state in _states(now)}
    changed = []
    for alert, holds in verdicts.items():
        if holds is None or holds == states[alert].is_raised and states[alert].calm_since is None:
            continue
        with transaction.atomic():
            if _raise(alert, now) if holds else _clear(alert, now):
                if alert not in TOLD_AS_EVENTS:
                    _write_notices(alert, holds, summary, now)
                changed.append(alert)
    return changed


def deliver(now: datetime) -> int:
    """Send what is due. Answers how many were taken."""
    Notice.objects.filter(created_at__lt=now - RETENTION).delete()
    due = Notice.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")
    return sum(_claim(notice, now) and _send(notice, now) for notice in due[:BATCH])


def _states(now: datetime) -> list[AlertState]:
    states = list(AlertState.objects.all())
    if len(states) < len(Alert):
        missing = [AlertState(name=alert, changed_at=now) for alert in Alert]
        AlertState.objects.bulk_create(missing, ignore_conflicts=True)
        states = list(AlertState.objects.all())
    return states


def _raise(alert: Alert, now: datetime) -> bool:
    AlertState.objects.filter(name=alert, is_raised=True).update(calm_since=None)
    silent = AlertState.objects.filter(name=alert, is_raised=False)
    return silent.update(is_raised=True, changed_at=now, calm_since=None) == 1


def _clear(alert: Alert, now: datetime) -> bool:
    """Only once it has been calm for a while: a figure that swings around its threshold is one alert."""
    raised = AlertState.objects.filter(name=alert, is_raised=True)
    raised.filter(calm_since=None).update(calm_since=now)
    calm = raised.filter(
        calm_since__lte=now - timedelta(seconds=settings.ALERT_POLICY.clear_seconds)
    )
    return calm.update(is_raised=False, changed_at=now, calm_since=None) == 1


def _write_notices(
    alert: Alert, is_raised: bool, summary: Mapping[str, Any], now: datetime
) -> None:
    queue(alert, notice_body(alert, is_raised, summary, now), now)
    facts = {"alert": str(alert), "raised": is_raised}
    transaction.on_commit(lambda: logger.warning("alert changed", extra=facts))


def queue(about: str, body: Mapping[str, Any], now: datetime) -> None:
    """One notice for each place that is told; to be called in the transaction of what it tells of."""
    policy = settings.NOTICE_POLICY
    channels = [Notice.Channel.WEBHOOK] if policy.webhook else []
    channels += [Notice.Channel.EMAIL] if policy.emails else []
    Notice.objects.bulk_create(
        Notice(alert=about, channel=channel, body=body, created_at=now, next_attempt_at=now)
        for channel in channels
    )


def notice_body(
    alert: Alert, is_raised: bool, summary: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "type": "alert.raised" if is_raised else "alert.cleared",
        "timestamp": iso(now),
        "data": {
            "alert": alert,
            "severity": alert.severity,
            "text": alert.sentence if is_raised else f"Over: {alert.sentence}",
            "runbook": runbook(alert),
            "figures": summary,
        },
    }


def _claim(notice: Notice, now: datetime) -> bool:
    """The right to send this attempt. Its successor is planned at once, in case this process dies."""
    seconds = min(RETRY_SECONDS * 2**notice.attempts, RETRY_MAX_SECONDS)
    is_last = notice.attempts + 1 >= ATTEMPTS
    mine = Notice.objects.filter(pk=notice.pk, next_attempt_at=notice.next_attempt_at)
    following = None if is_last else now + timedelta(seconds=seconds)
    return mine.update(attempts=F("attempts") + 1, next_attempt_at=following) == 1


def _send(notice: Notice, now: datetime) -> bool:
    try:
        if notice.channel == Notice.Channel.WEBHOOK:
            _post(notice, now)
        else:
            send_mail_of(notice.body)
    except (WebhookFailed, smtplib.SMTPException, OSError) as error:
        # Never the address or the answer: either may hold a secret.
        facts = {"alert": notice.alert, "channel": notice.channel, "attempt": notice.attempts + 1}
        logger.warning("notice not taken", extra={**facts, "reason": _reason(error)})
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=now, next_attempt_at=None)
    return True


def _post(notice: Notice, now: datetime) -> None:
    webhook = settings.NOTICE_POLICY.webhook
    if webhook is None:
        raise WebhookFailed("no webhook is set any more")
    post(webhook, str(notice.id), notice.body, now)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, WebhookFailed) else type(error).__name__


def send_mail_of(body: Mapping[str, Any]) -> None:
    data = body["data"]
    lines = [data["text"], f"What to do: {data['runbook']}", ""]
    lines += [f"{name}: {value}" for name, value in data["figures"].items()]
    word = "Over" if body["type"] == "alert.cleared" else "Alert"
    text = "\n".join([*lines, "", body["timestamp"]])
    send_mail(f"[UniLingo] {word}: {data['alert']}", text, None, settings.NOTICE_POLICY.emails)
