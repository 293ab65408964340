"""What every request for work may say beside what is to be made. It changes nothing of the answer."""

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from jobs.webhooks.api import CallbackUrl


class OptionFields(serializers.Serializer[Any]):
    callbackUrl = CallbackUrl(
        required=False,
        allow_blank=True,
        default="",
        help_text="Told by a webhook how the job ends.",
    )


@dataclass(frozen=True, slots=True)
class Options:
    callback_url: str = ""

    @classmethod
    def of(cls, request: Request) -> "Options":
        """Raises ValidationError."""
        said: Any = request.data
        given = {name: said[name] for name in map(str, _FIELDS.fields) if name in said}
        found = _FIELDS.run_validation(given)
        return cls(callback_url=found["callbackUrl"])


_FIELDS = OptionFields()
