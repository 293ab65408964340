"""What may be asked for of everything that is made of study text."""

from functools import cached_property
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from jobs.api.serializers import MissingFields, is_empty
from unilingo.common.fields import FIELD_CHARACTERS, LanguageName, Text

CONTENT_CHARACTERS = 100_000
# What study text may come from.
SOURCES = ("content", "documentJobId", "files")
UNKNOWN_SOURCE = "Unknown Source"


class StudyRequest(serializers.Serializer[Any]):
    """Study text, or where it is from, and what it is about."""

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


def _sources(data: dict[str, Any]) -> list[str]:
    """Where the study text of a request may come from, of what it says. `files` is a list, empty without any."""
    said = [name for name in ("content", "documentJobId") if not is_empty(data.get(name))]
    return [*said, "files"] if data.get("files") else said
