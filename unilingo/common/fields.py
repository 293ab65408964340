"""Fields that requests of every app have: text that can be stored, and languages."""

from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from unilingo.common import languages

FIELD_CHARACTERS = 200


def valid(given: serializers.Serializer[Any]) -> Any:
    """What came in, as its serializer understands it. Raises ValidationError."""
    given.is_valid(raise_exception=True)
    return given.validated_data


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
