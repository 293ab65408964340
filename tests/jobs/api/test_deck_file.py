"""The cards of a job as a file to download."""

import pytest

from jobs import lifecycle
from jobs.api.access import stream_token
from jobs.models import Job
from tests.jobs.rows import NOW, claimed, waiting_job
from tests.people import nobody, signed_in
from tests.profiles.test_decks import AFTERLOAD, notes

pytestmark = pytest.mark.django_db


def finished_job(subject: str) -> str:
    job = waiting_job("ann")
    Job.objects.filter(pk=job.id).update(input={"subject": subject})
    result = {"success": True, "flashcards": [AFTERLOAD]}
    lifecycle.complete(claimed(job), result, now=NOW)
    return job.id


def path(job_id: str) -> str:
    return f"/api/jobs/{job_id}/deck.apkg"


def test_the_file_is_named_after_the_subject_and_holds_the_cards() -> None:
    answer = signed_in("ann").get(path(finished_job("Heart & Vessels")))
    assert answer.headers["Content-Type"] == "application/x-apkg"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="heart-vessels.apkg"'
    assert [fields[0] for _, fields, _ in notes(answer.content)] == ["afterload"]


def test_a_subject_without_latin_letters_still_gives_a_name_that_every_browser_takes() -> None:
    answer = signed_in("ann").get(path(finished_job('心臓"\r\n')))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="flashcards.apkg"'


@pytest.mark.usefixtures("strict")
def test_the_token_of_a_stream_opens_the_deck_of_its_job_only() -> None:
    mine, other = finished_job("A"), finished_job("B")
    assert nobody().get(f"{path(mine)}?token={stream_token(mine)}").status_code == 200
    assert nobody().get(f"{path(other)}?token={stream_token(mine)}").status_code == 401


def test_a_job_without_cards_has_no_deck() -> None:
    answer = signed_in("ann").get(path(waiting_job("ann").id))
    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"
