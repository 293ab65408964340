"""Who is learning what: the learner's profile, lessons with their vocabulary, progress, kept cards and their reviews."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from profiles.ids import new_card_id


class Level(models.TextChoices):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    EXPERT = "expert"


class Profile(models.Model):
    """A learner, written down on first contact. Languages are BCP-47 codes.

    The versions count the writes that show in the profile and in the manifest: what is cached is kept under them, so
    that a write is seen everywhere at its commit (profiles/cache.py).
    """

    user_id = models.CharField(primary_key=True, max_length=128)
    email = models.EmailField(blank=True, default="")
    native_language = models.CharField(max_length=35, default="en")
    target_language = models.CharField(max_length=35, default="en")
    level = models.CharField(max_length=16, choices=Level.choices, default=Level.BEGINNER)
    profile_version = models.PositiveBigIntegerField(default=0)
    manifest_version = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="profile_newest")]

    def __str__(self) -> str:
        return self.user_id


class Lesson(models.Model):
    """One topic of a study text. It outlives its job; `position` is its place among the job's lessons."""

    id = models.CharField(primary_key=True, max_length=64)
    user_id = models.CharField(max_length=128)
    job_id = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    title = models.TextField()
    subject = models.CharField(max_length=200)
    topic = models.TextField()
    source_file_name = models.TextField()
    native_language = models.CharField(max_length=100)
    native_language_code = models.CharField(max_length=35, blank=True, default="")
    target_language = models.CharField(max_length=100)
    target_language_code = models.CharField(max_length=35, blank=True, default="")
    conversation = models.JSONField(default=list)
    conversation_reason = models.TextField(blank=True, default="")
    # Terms that the conversation should use and does not.
    unused_terms = models.JSONField(default=list)
    exercises = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-created_at", "-id"], name="lesson_of_user"),
            models.Index(fields=["-created_at", "-id"], name="lesson_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job_id", "position"], name="lesson_of_job_once"),
        ]

    def __str__(self) -> str:
        return self.title


class VocabularyEntry(models.Model):
    """A keyword of a lesson."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="vocabulary")
    position = models.PositiveSmallIntegerField()
    keyword = models.TextField()
    definition = models.TextField(blank=True)
    translation = models.TextField(blank=True)
    example_target = models.TextField(blank=True)
    example_native = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "position"], name="entry_of_lesson_once"),
        ]

    def __str__(self) -> str:
        return self.keyword


class Progress(models.Model):
    """How far a learner is in one unit of a lesson. `updated_at`: when it was so, on the learner's device."""

    user_id = models.CharField(max_length=128)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="progress")
    unit_id = models.CharField(max_length=64)
    completed_exercises = models.PositiveIntegerField()
    total_exercises = models.PositiveIntegerField()
    score = models.FloatField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "progress"
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-updated_at", "-id"], name="progress_of_user"),
            models.Index(
                fields=["user_id"],
                condition=Q(completed_at__isnull=False),
                name="progress_completed",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "unit_id"], name="progress_of_unit_once"),
            models.CheckConstraint(
                condition=Q(completed_exercises__lte=F("total_exercises")),
                name="progress_within_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.unit_id}"


class CardState(models.IntegerChoices):
    """How far FSRS has come with a card (fsrs.State)."""

    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class Flashcard(models.Model):
    """A card that a learner keeps, and what FSRS knows of it. It outlives the job it was made by.

    `note_id` makes it the same card when it is saved again, here and in Anki; it stays when the text is edited.
    `note_type` is that of the note in Anki, where it is not ours and the note can be written back, `note_fields`
    its two sides as they stood there, in HTML. `edited_at`: when it was last edited here. `shared`: hashes of the contents
    that have gone out or come in as files (profiles/sharing.py).
    """

    id = models.CharField(primary_key=True, max_length=64, default=new_card_id)
    user_id = models.CharField(max_length=128)
    note_id = models.CharField(max_length=64)
    job_id = models.CharField(max_length=64, blank=True, default="")
    subject = models.CharField(max_length=200)
    topic = models.CharField(max_length=200)
    front = models.TextField()
    back = models.TextField()
    example = models.TextField(blank=True, default="")
    pronunciation = models.TextField(blank=True, default="")
    difficulty = models.CharField(max_length=16, choices=Level.choices, default=Level.BEGINNER)
    source = models.TextField(blank=True, default="", db_default="")
    tags = models.TextField(blank=True, default="", db_default="")
    note_type = models.CharField(max_length=200, blank=True, default="", db_default="")
    note_fields = models.JSONField(null=True, blank=True)
    shared = models.TextField(blank=True, default="", db_default="")
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    due_at = models.DateTimeField()
    state = models.PositiveSmallIntegerField(choices=CardState.choices, default=CardState.LEARNING)
    step = models.PositiveSmallIntegerField(null=True, blank=True, default=0)
    stability = models.FloatField(null=True, blank=True)
    fsrs_difficulty = models.FloatField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-created_at", "-id"], name="card_of_user"),
            models.Index(fields=["user_id", "due_at", "id"], name="card_due"),
            models.Index(fields=["user_id", "subject", "topic"], name="card_of_deck"),
            models.Index(fields=["-created_at", "-id"], name="card_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "note_id"], name="card_of_user_once"),
        ]

    def __str__(self) -> str:
        return self.front


class Review(models.Model):
    """One rating of a card, and when it was due again after it.

    `stated_at`: when it was by the device's own clock, which may run ahead; the same one again is the same review.
    """

    card = models.ForeignKey(Flashcard, on_delete=models.CASCADE, related_name="reviews")
    rating = models.PositiveSmallIntegerField()
    reviewed_at = models.DateTimeField()
    stated_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-reviewed_at", "-id"], name="review_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "reviewed_at"], name="review_of_moment_once"),
            models.CheckConstraint(
                condition=Q(rating__gte=1, rating__lte=4), name="review_rating_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.rating}"
