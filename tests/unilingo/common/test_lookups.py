"""One row by its columns, in a statement that is put together once."""

from typing import Any

import pytest

from profiles.models import Lesson
from tests.profiles import rows
from unilingo.common import lookups

pytestmark = pytest.mark.django_db


def test_a_row_is_found_by_all_of_its_columns_in_whatever_order() -> None:
    lesson = rows.lesson("ann")

    assert lookups.row(Lesson, user_id="ann", id=lesson.id) == lesson
    assert lookups.row(Lesson, id=lesson.id, user_id="ann") == lesson
    assert lookups.row(Lesson, user_id="bob", id=lesson.id) is None


def test_a_field_that_is_left_out_is_read_when_it_is_used(django_assert_num_queries: Any) -> None:
    lesson = rows.lesson("ann")

    with django_assert_num_queries(1):
        found = lookups.row(Lesson, without=("conversation",), id=lesson.id)
    assert found is not None

    with django_assert_num_queries(1):
        assert found.conversation == lesson.conversation
    assert (found.created_at, found.exercises) == (lesson.created_at, lesson.exercises)
