"""What may come in."""

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from profiles.content import CARD_TEXTS
from profiles.models import Level
from profiles.spacing import Rating
from unilingo.common.fields import FIELD_CHARACTERS, LanguageName, Text

CARDS_AT_ONCE = 1000
TEXT_CHARACTERS = 5000
FRONT_CHARACTERS = 500
UNIT_CHARACTERS = 64
MOST_EXERCISES = 10_000


@cache
def _time_zones() -> frozenset[str]:
    """Those of the IANA database only: a database that counts days by them may know no others."""
    return frozenset(available_timezones())


class Body(serializers.Serializer[Any]):
    """A JSON object. Members that nobody knows are left alone."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValidationError({"body": ["The body must be a JSON object."]})
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number and nothing that could be turned into one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class ProfileChanges(Body):
    nativeLanguage = LanguageName(required=False)
    targetLanguage = LanguageName(required=False)
    native_language = LanguageName(required=False, help_text="The old name of nativeLanguage.")
    target_language = LanguageName(required=False, help_text="The old name of targetLanguage.")
    level = serializers.ChoiceField(choices=Level.values, required=False)


class Invalidation(Body):
    type = serializers.ChoiceField(choices=["profile", "manifest", "all"], default="profile")


class ProgressReport(Body):
    completedExercises = Number(min_value=0, max_value=MOST_EXERCISES)
    totalExercises = Number(min_value=0, max_value=MOST_EXERCISES)
    score = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=1e9)
    updatedAt = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="When it was so, on the device. The newest counts; without it progress only grows.",
    )

    def validate(self, attrs: Any) -> Any:
        if attrs["completedExercises"] > attrs["totalExercises"]:
            raise ValidationError({"completedExercises": ["More than totalExercises."]})
        return attrs


class CardFields(Body):
    topic = Text(max_length=FIELD_CHARACTERS, required=False, default="General")
    front = Text(max_length=FRONT_CHARACTERS)
    back = Text(max_length=TEXT_CHARACTERS)
    pronunciation = Text(max_length=FIELD_CHARACTERS, allow_blank=True, default="")
    difficulty = serializers.ChoiceField(choices=Level.values, default=Level.BEGINNER)

    def get_fields(self) -> dict[str, Any]:
        """Of what a card says, the rest is text that may be absent."""
        rest = {
            n: Text(max_length=TEXT_CHARACTERS, allow_blank=True, default="") for n in CARD_TEXTS
        }
        return rest | super().get_fields()


class CardChanges(CardFields):
    subject = Text(max_length=FIELD_CHARACTERS)


class CardsToKeep(Body):
    """Either the cards of a job, all or those at `indexes`, or `flashcards` themselves."""

    jobId = Text(max_length=64, required=False)
    indexes = serializers.ListField(
        child=Number(min_value=0, max_value=CARDS_AT_ONCE),
        required=False,
        allow_empty=False,
        max_length=CARDS_AT_ONCE,
        help_text="Which of the job's cards, counted from 0; all of them if not given.",
    )
    subject = Text(
        max_length=FIELD_CHARACTERS,
        required=False,
        help_text="The deck; a job's own subject if not given.",
    )
    flashcards = serializers.ListField(
        child=CardFields(), required=False, allow_empty=False, max_length=CARDS_AT_ONCE
    )

    def validate(self, attrs: Any) -> Any:
        if ("jobId" in attrs) == ("flashcards" in attrs):
            raise ValidationError({"jobId": ["Give either jobId or flashcards."]})
        if "flashcards" in attrs and "subject" not in attrs:
            raise ValidationError({"subject": ["This field is required."]})
        return attrs


class CardRating(Body):
    rating = serializers.JSONField(help_text="1 again, 2 hard, 3 good, 4 easy; or the word.")
    reviewedAt = serializers.DateTimeField(
        required=False, help_text="When it was done. The same moment again is the same review."
    )

    def validate_rating(self, given: Any) -> Rating:
        if isinstance(given, str) and given.upper() in Rating.__members__:
            return Rating[given.upper()]
        if isinstance(given, int) and not isinstance(given, bool) and given in set(Rating):
            return Rating(given)
        raise ValidationError("1 again, 2 hard, 3 good, 4 easy; or the word.")


class StatisticsQuery(serializers.Serializer[Any]):
    timeZone = Text(
        max_length=64,
        default="UTC",
        help_text="Of the IANA database, such as Europe/Berlin: whose days are counted.",
    )

    def validate_timeZone(self, given: str) -> ZoneInfo:
        if given not in _time_zones():
            raise ValidationError("This is no time zone that is known here.")
        return ZoneInfo(given)


class RatingToUndo(serializers.Serializer[Any]):
    reviewedAt = serializers.DateTimeField(
        required=False,
        help_text="Which rating: the last one only. So a request that is sent twice undoes one.",
    )


class DeckQuery(serializers.Serializer[Any]):
    subject = Text(max_length=FIELD_CHARACTERS, default="", allow_blank=True)
    topic = Text(max_length=FIELD_CHARACTERS, default="", allow_blank=True)


class DueQuery(DeckQuery):
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


class CardsQuery(DueQuery):
    q = Text(
        max_length=FIELD_CHARACTERS,
        default="",
        allow_blank=True,
        help_text="Words that stand on the card, all of them.",
    )
    cursor = serializers.CharField(default="", allow_blank=True, max_length=200)


class LessonsQuery(serializers.Serializer[Any]):
    subject = Text(max_length=FIELD_CHARACTERS, default="", allow_blank=True)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.CharField(default="", allow_blank=True, max_length=200)


class ImportQuery(serializers.Serializer[Any]):
    subject = Text(
        max_length=FIELD_CHARACTERS, default="Imported", help_text="For rows that name none."
    )
    topic = Text(
        max_length=FIELD_CHARACTERS, default="General", help_text="For rows that name none."
    )
    dryRun = serializers.BooleanField(
        default=False, help_text="Only say what would become of the rows."
    )
