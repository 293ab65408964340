"""Tells users that most of the month's allowance is spent, and that all of it is."""

from datetime import datetime

from django.utils import timezone

from jobs.webhooks import outbox
from resilience.queries import warned_users
from unilingo.common.duty import duty
from unilingo.common.timestamps import iso

TOLD_FROM_PERCENT = 80


@duty("jobs.warn_of_allowances")
def warn_now() -> None:
    warn_of_allowances(timezone.now())


def warn_of_allowances(now: datetime) -> None:
    for user_id, percent in warned_users(outbox.all_endpoints(), TOLD_FROM_PERCENT, now).items():
        body = {"userId": user_id, "percent": percent, "timestamp": iso(now)}
        subject = f"{user_id}:{now:%Y-%m}:{percent}"
        outbox.plan_for_user(user_id, "allowance.warning", subject, body, now)
