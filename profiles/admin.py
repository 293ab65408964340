"""Learners and what they keep, for staff: to find and to read. Only learners change it, so nothing here writes."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from profiles.models import Flashcard, Lesson, Profile, Progress, Review, VocabularyEntry
from unilingo.common.read_only import ReadOnly, ReadOnlyAdmin


class Listed(ReadOnlyAdmin):
    """A list that costs the same however many rows there are: pages, no total count, no facets."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None


def _number_of(model: Any) -> Any:
    """How many rows of the model are the learner's."""
    rows = model.objects.filter(user_id=OuterRef("pk")).order_by().values("user_id")
    counted = Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Coalesce(counted, 0)


@admin.register(Profile)
class ProfileAdmin(Listed):
    list_display = ("user_id", "level", "native_language", "target_language", "lessons", "flashcards", "created_at")  # fmt: skip
    search_fields = ("user_id", "email")
    list_filter = ("level", "created_at")
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Profile]:
        rows: QuerySet[Profile] = super().get_queryset(request)
        return rows.annotate(lesson_count=_number_of(Lesson), card_count=_number_of(Flashcard))

    @admin.display
    def lessons(self, profile: Any) -> int:
        return int(profile.lesson_count)

    @admin.display
    def flashcards(self, profile: Any) -> int:
        return int(profile.card_count)


class VocabularyInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    model = VocabularyEntry
    ordering = ("position",)
    fields = readonly_fields = ("keyword", "definition", "translation", "example_target")


@admin.register(Lesson)
class LessonAdmin(Listed):
    list_display = ("title", "user_id", "subject", "target_language", "created_at")
    search_fields = ("id", "user_id", "job_id", "title", "subject")
    list_filter = ("created_at",)
    ordering = ("-created_at", "-id")
    inlines: ClassVar = [VocabularyInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        rows: QuerySet[Lesson] = super().get_queryset(request)
        return rows.defer("conversation", "exercises")


@admin.register(Progress)
class ProgressAdmin(Listed):
    list_display = ("user_id", "lesson", "unit_id", "completed_exercises", "total_exercises", "completed_at", "updated_at")  # fmt: skip
    list_select_related = ("lesson",)
    search_fields = ("user_id", "lesson__id", "unit_id")
    list_filter = ("updated_at",)
    ordering = ("-id",)


class ReviewInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    model = Review
    ordering = ("reviewed_at",)
    fields = readonly_fields = ("reviewed_at", "rating", "due_at")


@admin.register(Flashcard)
class FlashcardAdmin(Listed):
    list_display = ("front", "user_id", "subject", "topic", "difficulty", "review_count", "due_at", "created_at")  # fmt: skip
    search_fields = ("id", "user_id", "job_id", "front", "subject", "topic")
    list_filter = ("difficulty", "state", "created_at")
    ordering = ("-created_at", "-id")
    inlines: ClassVar = [ReviewInline]


@admin.register(Review)
class ReviewAdmin(Listed):
    list_display = ("card", "rating", "reviewed_at", "due_at")
    list_select_related = ("card",)
    search_fields = ("card__id", "card__user_id")
    list_filter = ("rating", "reviewed_at")
    ordering = ("-reviewed_at", "-id")
