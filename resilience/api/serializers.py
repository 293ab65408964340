"""What operators may send, and what the OpenAPI document says they get back."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

MOST_DOLLARS = 999_999


class StrictBoolean(serializers.BooleanField):
    """true or false; not "true", 1 or null, which a switch must not guess about."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("Must be true or false.")
        return data


class PlainText(serializers.CharField):
    """A JSON string; not a number, which would be taken for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Amount(serializers.DecimalField):
    """A JSON number of dollars."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise serializers.ValidationError("Must be a number or null.")
        return super().to_internal_value(data)


class KillSwitchInput(serializers.Serializer[Any]):
    enabled = StrictBoolean()
    reason = PlainText(required=False, allow_blank=True, max_length=300)
    provider = PlainText(required=False, max_length=32)


class LimitInput(serializers.Serializer[Any]):
    limit = Amount(
        max_digits=12, decimal_places=6, min_value=0, max_value=MOST_DOLLARS, allow_null=True
    )
    userId = PlainText(required=False, max_length=128)


class ReasonInput(serializers.Serializer[Any]):
    reason = PlainText(required=False, allow_blank=True, max_length=300)
