"""The right to one's data: everything in one document, and everything gone."""

import json
from datetime import date

import pytest
from django.utils import timezone
from pydantic import TypeAdapter

from jobs import lifecycle
from jobs.api.privacy import Export
from jobs.models import Job, JobEvent, Status
from profiles.models import Flashcard, Lesson, Profile, Progress, Review
from resilience.models import BudgetPeriod, PriceVersion, UsageRecord
from tests.jobs.rows import claimed, waiting_job
from tests.people import Person, signed_in
from tests.profiles import rows
from tests.servers import ValkeyServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]


def _spent(user_id: str) -> None:
    price = PriceVersion.objects.get_or_create(
        provider="openai", model="m", valid_from=date(2026, 1, 1), defaults={"source": "test"}
    )[0]
    UsageRecord.objects.create(
        reservation_id=f"00000000-0000-0000-0000-{abs(hash(user_id)) % 10**12:012d}",
        permit="job:1", user_id=user_id, provider="openai", model="m", kind="flashcards", outcome="success",
        input_tokens=70, output_tokens=30, price=price, cost_usd="0.5", created_at=timezone.now(),
    )  # fmt: skip
    BudgetPeriod.objects.create(scope=f"user:{user_id}", month=date(2026, 11, 1), spent="0.5")


def _everything_of(user_id: str) -> Person:
    person = signed_in(user_id)
    lesson, card = rows.lesson(user_id, f"job of {user_id}"), rows.card(user_id)
    body = {"completedExercises": 1, "totalExercises": 2}
    person.send("PUT", f"/api/progress/{lesson.id}/1", body)
    person.post(f"/api/flashcards/{card.id}/review", {"rating": 3})
    lifecycle.complete(claimed(waiting_job(user_id)), {"success": True}, now=timezone.now())
    _spent(user_id)
    return person


def _document(person: Person, user_id: str) -> dict[str, object]:
    answer = person.get(f"/api/profile/{user_id}/export")
    assert answer.streaming
    document: dict[str, object] = json.loads(b"".join(answer))
    return document


def test_everything_that_is_kept_of_a_learner_is_in_one_document() -> None:
    ann = _everything_of("ann")
    _everything_of("ben")

    document = _document(ann, "ann")

    assert document.keys() == Export.__annotations__.keys()
    TypeAdapter(Export).validate_python(document)
    text = json.dumps(document)
    assert "ben" not in text
    assert document["user"]["inputTokens"] == 70  # type: ignore[index]
    assert document["lessons"][0]["vocabulary"][0]["keyword"] == "artery"  # type: ignore[index]
    assert document["progress"][0]["unitId"] == "1"  # type: ignore[index]
    assert document["flashcards"][0]["reviews"][0]["rating"] == 3  # type: ignore[index]
    assert document["jobs"][0]["input"]["content"] == "The heart pumps blood."  # type: ignore[index]
    assert [e["status"] for e in document["jobs"][0]["events"]][-1] == "completed"  # type: ignore[index]
    assert document["usage"][0]["cost_usd"] == "0.500000000"  # type: ignore[index]


def test_a_learner_who_has_nothing_gets_a_document_all_the_same() -> None:
    document = _document(signed_in("ann"), "ann")

    names = ("lessons", "progress", "flashcards", "jobs", "usage")
    assert [document[name] for name in names] == [[], [], [], [], []]


def test_everything_of_a_learner_goes_and_nothing_of_another() -> None:
    ann, _ = _everything_of("ann"), _everything_of("ben")
    kept = (Profile, Lesson, Progress, Flashcard, Review, Job)

    answer = ann.send("DELETE", "/api/profile/ann", {})

    assert answer.json()["erased"] == {"jobs": 1, "lessons": 1, "flashcards": 1}
    assert [model.objects.count() for model in kept] == [1] * len(kept)
    assert not JobEvent.objects.filter(user_id="ann").exists()


def test_rows_of_money_stay_and_lead_to_nobody() -> None:
    _everything_of("ann").send("DELETE", "/api/profile/ann", {})

    usage = UsageRecord.objects.get()
    period = BudgetPeriod.objects.get()
    assert (str(usage.cost_usd), str(period.spent)) == ("0.500000000", "0.500000000")
    assert usage.user_id.startswith("erased-")
    assert period.scope == f"user:{usage.user_id}"


def test_a_job_that_runs_can_write_nothing_after_its_learner_has_left(
    redis_server: ValkeyServer,
) -> None:
    claim = claimed(waiting_job("ann"), now=timezone.now())
    waiting_job("ann")

    signed_in("ann").send("DELETE", "/api/profile/ann", {})

    assert not lifecycle.complete(claim, {"success": True}, now=timezone.now())
    assert not lifecycle.progress(claim, 50, "half", now=timezone.now())
    assert not Job.objects.filter(status__in=[Status.WAITING, Status.ACTIVE]).exists()
    assert not Profile.objects.exists()


@pytest.mark.parametrize("ending", ["export", "manifest", "invalidate"])
def test_an_id_that_ends_like_an_address_has_all_of_a_profile(ending: str) -> None:
    address = f"/api/profile/ann/{ending}"
    ann, other = _everything_of("ann"), _everything_of(f"ann/{ending}")

    assert other.get(f"{address}/manifest").status_code == 200
    assert other.send("PATCH", address, {"level": "expert"}).status_code == 200
    assert other.get(address).json()["profile"]["user"]["level"] == "expert"
    assert ann.send("DELETE", address, {}).status_code == 404
    assert other.send("DELETE", address, {}).json()["erased"]["jobs"] == 1
    assert Profile.objects.get().user_id == "ann"
