"""The lessons of a job are kept whole, and once."""

from typing import Any

import pytest

from profiles import services
from profiles.models import Lesson, Profile, VocabularyEntry
from tests.profiles import rows
from tests.profiles.rows import NOW, after, lesson_content

pytestmark = pytest.mark.django_db


def _save(job_id: str = "job", *topics: str, now: Any = NOW) -> dict[str, Any]:
    result = {"success": True, "lessons": [lesson_content(topic) for topic in topics]}
    return services.save_lessons(job_id, "ann", result, now)


def test_a_lesson_is_kept_with_all_its_parts() -> None:
    _save("job", "The heart", "The blood")

    heart = Lesson.objects.get(topic="The heart")
    assert (heart.user_id, heart.title, heart.position) == ("ann", "Medizin - The heart", 0)
    assert heart.conversation == [{"speaker": "Assistant", "message": "What is an artery?"}]
    words = heart.vocabulary.order_by("position").values_list("keyword", "translation")
    assert list(words) == [("artery", "artery auf Deutsch"), ("vein", "vein auf Deutsch")]


def test_a_job_that_ends_twice_leaves_one_copy_and_the_same_answer() -> None:
    first = _save("job", "The heart", "The blood")
    second = _save("job", "The heart", "The blood", now=after(60))

    assert second == first
    assert (Lesson.objects.count(), VocabularyEntry.objects.count()) == (2, 4)


def test_the_result_says_under_which_ids_the_lessons_are_kept() -> None:
    saved = _save("job", "The heart")["lessons"][0]

    assert saved["id"] == Lesson.objects.get().id
    assert saved["createdAt"] == "2026-11-23T12:00:00.000Z"
    assert saved["vocabulary"][0]["keyword"] == "artery"


def test_a_learner_whose_first_deed_is_a_lesson_has_a_profile() -> None:
    rows.lesson("ann")

    profile = Profile.objects.get(pk="ann")
    assert (profile.profile_version, profile.manifest_version) == (1, 1)
