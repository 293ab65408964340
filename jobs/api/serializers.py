"""What may come in. Answers are built in representation.py."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from jobs.kind import JobKind
from jobs.models import Status
from unilingo.common.fields import FIELD_CHARACTERS, LanguageName, Text

CONTENT_CHARACTERS = 100_000
# What study text may come from.
SOURCES = ("content", "documentJobId", "files")
UNKNOWN_SOURCE = "Unknown Source"


class MissingFields(ValidationError):
    """Something required is absent, null or empty. `missing` is the sentence that clients of the original know."""

    def __init__(self, missing: list[str], required: Sequence[str]) -> None:
        super().__init__({name: ["This field is required."] for name in missing})
        named = (*required, "userId") if settings.TRUST_USER_ID_HEADER else required
        self.missing = "Missing required fields: " + ", ".join(named)


class StudyRequest(serializers.Serializer[Any]):
    """What everything has that is made of study text."""

    content = Text(
        max_length=CONTENT_CHARACTERS,
        required=False,
        help_text="Needed, unless there is a documentJobId or a file.",
    )
    documentJobId = Text(
        max_length=FIELD_CHARACTERS,
        required=False,
        help_text="In place of content: a document of the caller's that has been read.",
    )
    subject = Text(max_length=FIELD_CHARACTERS)
    topic = Text(
        max_length=FIELD_CHARACTERS,
        help_text='"AI Selection" lets the topics be found in the text.',
    )
    nativeLanguage = LanguageName(default="English")
    targetLanguage = LanguageName(default="English")
    userId = serializers.CharField(
        required=False,
        write_only=True,
        help_text="Who is asking, in trusted mode; elsewhere it may repeat the caller.",
    )

    REQUIRED = ("content", "subject", "topic")

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValidationError({"body": ["The body must be a JSON object."]})
        missing = self.missing(data)
        if missing:
            raise MissingFields(missing, self.REQUIRED)
        sources = _sources(data)
        if len(sources) > 1:
            raise ValidationError({name: ["Send only one of these."] for name in sources})
        left_out = {"userId", *SOURCES} - set(sources)
        given = {n: v for n, v in data.items() if n in self.fields and n not in left_out}
        for name, default in self.defaults.items():
            if is_empty(given.get(name)):
                given[name] = default
        return super().to_internal_value(given)

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """As they would be sent, for what is absent, null or blank."""
        return {n: f.default for n, f in self.fields.items() if f.default is not serializers.empty}

    @classmethod
    def missing(cls, data: dict[str, Any]) -> list[str]:
        """`data` may have `files`, which are no field of a body in JSON."""
        absent = (name for name in cls.REQUIRED if is_empty(data.get(name)))
        return [name for name in absent if name != "content" or not _sources(data)]


class FlashcardsRequest(StudyRequest):
    atMost = serializers.IntegerField(
        min_value=10,
        max_value=300,
        default=40,
        help_text="How many cards at most; a text that holds fewer terms gives fewer.",
    )


class LessonRequest(StudyRequest):
    sourceFileName = Text(
        max_length=FIELD_CHARACTERS,
        default=UNKNOWN_SOURCE,
        help_text="Where the text is from, to be shown with the lesson.",
    )


# Making a serializer copies all its fields, which costs more than validating; it holds nothing of a request.
REQUESTS: dict[JobKind, StudyRequest] = {
    JobKind.FLASHCARDS: FlashcardsRequest(),
    JobKind.LESSON: LessonRequest(),
}


class JobsQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=Status.choices, required=False, default="", allow_blank=True
    )
    kind = serializers.ChoiceField(
        choices=[(k.value, k.value) for k in JobKind],
        required=False,
        default="",
        allow_blank=True,
    )
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


def _sources(data: dict[str, Any]) -> list[str]:
    """Where the study text of a request may come from, of what it says. `files` is a list, empty without any."""
    said = [name for name in ("content", "documentJobId") if not is_empty(data.get(name))]
    return [*said, "files"] if data.get("files") else said


def is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
