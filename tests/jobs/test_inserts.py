"""Rows written past the ORM are the rows that the ORM would have written."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jobs.creation import new_job
from jobs.inserts import insert
from jobs.models import EventType, Job, JobEvent
from tests.jobs.rows import NOW

pytestmark = pytest.mark.django_db


def job(number: int = 0) -> Job:
    inputs = {"content": "Das Herz schlägt 心 ' \" %s", "parts": [1, None, True]}
    return new_job(
        "flashcards",
        f"ann {number}",
        inputs,
        max_attempts=3,
        now=NOW + timedelta(microseconds=number),
    )


def values_of(row: Job) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Job._meta.concrete_fields}


def test_every_field_reads_back_as_it_was_given() -> None:
    made = job()
    made.started_at = NOW
    made.result = {"flashcards": []}
    made.is_retryable = True

    assert insert([made]) == 1

    assert values_of(Job.objects.get()) == values_of(made)


def test_a_row_is_stored_like_one_of_the_orm() -> None:
    insert([job(1)])
    Job.objects.bulk_create([job(2)])

    found = Job.objects.filter(input=job().input, result__isnull=True, created_at__gte=NOW)
    assert found.count() == 2


def test_automatic_keys_follow_the_order_of_the_rows() -> None:
    made = job()
    insert([made])
    insert(
        [
            JobEvent(
                job=made,
                user_id="ann",
                sequence=n,
                type=EventType.PROGRESS,
                data={"n": n},
                created_at=NOW,
            )
            for n in (1, 2, 3)
        ]
    )

    assert list(JobEvent.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2, 3]


def test_a_known_row_is_skipped_and_not_counted() -> None:
    first, second = job(1), job(2)
    insert([first])

    assert insert([first, second], skip_known=True) == 1

    assert Job.objects.count() == 2


def test_a_known_row_is_an_error_where_none_is_expected() -> None:
    made = job()
    insert([made])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert([made])


def test_no_rows_are_written_without_a_word() -> None:
    assert insert([]) == 0
