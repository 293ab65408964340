"""What may come in. Answers are built in representation.py."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from jobs.kind import kinds
from jobs.models import Status


class MissingFields(ValidationError):
    """Something required is absent, null or empty. `missing` is the sentence that clients of the original know."""

    def __init__(self, missing: list[str], required: Sequence[str]) -> None:
        super().__init__({name: ["This field is required."] for name in missing})
        named = (*required, "userId") if settings.TRUST_USER_ID_HEADER else required
        self.missing = "Missing required fields: " + ", ".join(named)


def kind_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in kinds()]


class KindField(serializers.ChoiceField):
    """The name of a kind: DRF makes fields anew for each serializer, so of those that there are by then."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=kind_choices(), **options)


class JobsQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=Status.choices, required=False, default="", allow_blank=True
    )
    kind = KindField(required=False, default="", allow_blank=True)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


def is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
