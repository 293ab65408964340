"""What every request for work may say beside what is to be made (jobs/services.py: Options)."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from jobs.services import Options
from jobs.webhooks.api import CallbackUrl


class Dollars(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):  # true would be one dollar
            self.fail("invalid")
        return super().to_internal_value(data)


DRY_RUN = "Validated and priced only: nothing is kept, and the answer is a 200 with `success` and `estimatedCost`."


class OptionFields(serializers.Serializer[Any]):
    callbackUrl = CallbackUrl(
        required=False,
        allow_blank=True,
        default="",
        help_text="Told by a webhook how the job ends.",
    )
    maxCost = Dollars(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=1_000_000,
        help_text="Dollars: what could cost more is a 402, and the job never costs more.",
    )
    dryRun = serializers.BooleanField(required=False, default=False, help_text=DRY_RUN)


def options_of(request: Request) -> Options:
    """Raises ValidationError."""
    said: Any = request.data
    given = {name: said[name] for name in map(str, _FIELDS.fields) if name in said}
    if not given:
        return Options()
    found = _FIELDS.run_validation(given)
    most = found["maxCost"]
    return Options(
        callback_url=found["callbackUrl"],
        max_cost=None if most is None else Decimal(str(most)),
        is_dry_run=found["dryRun"],
    )


_FIELDS = OptionFields()
