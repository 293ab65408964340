"""What operators may send."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from unilingo.common.fields import Text

MOST_DOLLARS = 999_999


class StrictBoolean(serializers.BooleanField):
    """true or false; not "true", 1 or null, which a switch must not guess about."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Must be true or false.")
        return data


class Amount(serializers.DecimalField):
    """A JSON number of dollars."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise serializers.ValidationError("Must be a number or null.")
        return super().to_internal_value(data)


class KillSwitchInput(serializers.Serializer[Any]):
    enabled = StrictBoolean()
    reason = Text(required=False, allow_blank=True, max_length=300)
    provider = Text(required=False, max_length=32)


class LimitInput(serializers.Serializer[Any]):
    limit = Amount(
        max_digits=12, decimal_places=6, min_value=0, max_value=MOST_DOLLARS, allow_null=True
    )
    userId = Text(required=False, max_length=128)


class ReasonInput(serializers.Serializer[Any]):
    reason = Text(required=False, allow_blank=True, max_length=300)
