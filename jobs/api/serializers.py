"""What may come in. Answers are built in representation.py."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from jobs import languages
from jobs.kinds import JobKind
from jobs.models import Status

CONTENT_CHARACTERS = 100_000
FIELD_CHARACTERS = 200


class MissingFields(ValidationError):
    """Something required is absent, null or empty. `missing` is the sentence that clients of the original know."""

    def __init__(self, missing: list[str], required: Sequence[str]) -> None:
        super().__init__({name: ["This field is required."] for name in missing})
        named = (*required, "userId") if settings.TRUST_USER_ID_HEADER else required
        self.missing = "Missing required fields: " + ", ".join(named)


class Text(serializers.CharField):
    """A string and nothing that could be turned into one, of characters that can be stored.

    DRF's own check for surrogates looks at each character in Python, which takes 14 ms for the longest content.
    """

    default_error_messages = {
        "null_characters": "Null characters are not allowed.",
        "surrogates": "Half of a surrogate pair is not a character.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        slow = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)
        self.validators = [check for check in self.validators if not isinstance(check, slow)]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if "\x00" in data:
            self.fail("null_characters")
        try:
            data.encode()
        except UnicodeEncodeError:
            self.fail("surrogates")
        return super().to_internal_value(data)


class LanguageName(Text):
    """A language by name or code; becomes both."""

    def to_internal_value(self, data: Any) -> Any:
        name = super().to_internal_value(data)
        language = languages.parse(name) if len(name) <= FIELD_CHARACTERS else None
        if language is None:
            raise ValidationError(
                "This is not a language that is known here; try a name or a code such as es."
            )
        return {"code": language.code, "name": language.name}


class FlashcardsRequest(serializers.Serializer[Any]):
    content = Text(max_length=CONTENT_CHARACTERS)
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
        given = {
            name: value for name, value in data.items() if name in self.fields and name != "userId"
        }
        for name in ("nativeLanguage", "targetLanguage"):
            if _is_empty(given.get(name)):
                given[name] = "English"
        return super().to_internal_value(given)

    @classmethod
    def missing(cls, data: dict[str, Any]) -> list[str]:
        return [name for name in cls.REQUIRED if _is_empty(data.get(name))]


# Making a serializer copies all its fields, which costs more than validating; it holds nothing of a request.
FLASHCARDS_REQUEST = FlashcardsRequest()


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


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
