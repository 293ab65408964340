"""What is to be told, written in the transaction of what happened: nothing is told that did not happen, or left untold."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from jobs.models import Job
from jobs.webhooks.models import Delivery, Endpoint, Subscription


def all_endpoints() -> list[str]:
    """Every user who wants to be told of everything."""
    return list(Endpoint.objects.exclude(url="").values_list("user_id", flat=True))


def endpoints_of(user_ids: Iterable[str]) -> set[str]:
    """Those of the users who want to be told of everything. In SQL, since every new job asks."""
    names = sorted(set(user_ids))
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT user_id FROM webhooks_endpoint WHERE url <> '' AND user_id IN ({places})",
            names,
        )
        return {user_id for (user_id,) in cursor.fetchall()}


def subscribe(wanted: Iterable[tuple[str, str]]) -> None:
    """Of (job id, address): empty, the user's endpoint. Twice is once."""
    rows = [Subscription(job_id=job_id, url=url) for job_id, url in wanted]
    if rows:
        Subscription.objects.bulk_create(rows, ignore_conflicts=True)


def forget(job_ids: Iterable[str]) -> None:
    """Nobody is told any more of jobs that are deleted."""
    Subscription.objects.filter(job_id__in=job_ids).delete()


def plan(job: Job, event: str, sequence: int, body: Mapping[str, Any], now: datetime) -> None:
    """Tell everybody who wants to know how this job has ended. A job that is tried again may end, and tell, again."""
    urls = set(Subscription.objects.filter(job_id=job.id).values_list("url", flat=True))
    if "" in urls:
        urls = urls - {""} | _endpoint_of(job.user_id)
    _write(urls, job.user_id, f"job.{event}", f"{job.id}:{sequence}", body, now)


def plan_for_user(
    user_id: str, event: str, subject: str, body: Mapping[str, Any], now: datetime
) -> None:
    """Tell the user's endpoint, if there is one, once for each `subject`."""
    _write(_endpoint_of(user_id), user_id, event, subject, body, now)


def url_of(user_id: str) -> str | None:
    """The one address for all of the user's jobs."""
    found = Endpoint.objects.filter(user_id=user_id).exclude(url="")
    return found.values_list("url", flat=True).first()


def _endpoint_of(user_id: str) -> set[str]:
    url = url_of(user_id)
    return {url} if url else set()


def _write(
    urls: set[str], user_id: str, event: str, subject: str, body: Mapping[str, Any], now: datetime
) -> None:
    rows = [
        Delivery(
            user_id=user_id,
            url=url,
            type=event,
            subject=subject,
            body={"type": event, **body},
            created_at=now,
            next_attempt_at=now,
        )
        for url in sorted(urls)
    ]
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
