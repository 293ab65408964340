"""Learners in the admin: every list and page opens, and a long list costs no more queries than a short one."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles import cards, progress, reviews, services, versions
from profiles.models import Flashcard, Lesson, Profile, Progress, Review
from profiles.progress import Report
from profiles.spacing import Rating
from tests.profiles.rows import NOW, after, card_content, lesson_content

pytestmark = pytest.mark.django_db

MODELS = (Profile, Lesson, Progress, Flashcard, Review)


@pytest.fixture
def staff(admin_user: User) -> Client:
    client = Client()
    client.force_login(admin_user)
    return client


def _learner(name: str) -> None:
    versions.get_or_create_profile(name, NOW)
    services.save_lessons(f"job of {name}", name, {"lessons": [lesson_content()]}, NOW)
    lesson = Lesson.objects.get(user_id=name)
    progress.report(name, lesson.id, "1", Report(1, 2, None, None), NOW)
    card = cards.save(name, "Medicine", [card_content()], now=NOW).cards[0]
    reviews.review(name, card.id, Rating.GOOD, at=after(1), now=after(1))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_long_list_costs_no_more_queries_than_a_short_one(model: type, staff: Client) -> None:
    path = f"/admin/profiles/{model.__name__.lower()}/"
    _learner("ann")
    with CaptureQueriesContext(connection) as short:
        assert staff.get(path).status_code == 200
    for number in range(9):
        _learner(f"learner {number}")
    with CaptureQueriesContext(connection) as long:
        listed = staff.get(path)

    assert len(listed.context["cl"].result_list) == 10
    assert len(long) == len(short)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_row_is_found_and_read_and_nothing_is_changed(model: type, staff: Client) -> None:
    _learner("ann")
    row = model.objects.get()  # type: ignore[attr-defined]
    path = f"/admin/profiles/{model.__name__.lower()}/"

    assert staff.get(f"{path}?q=ann").context["cl"].result_count == 1
    assert staff.get(f"{path}{row.pk}/change/").status_code == 200
    assert staff.post(f"{path}{row.pk}/change/", {}).status_code == 403
    if model is not Profile:  # tests/unilingo/test_erasure.py
        assert staff.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
