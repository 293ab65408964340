"""HTTP for a user's webhook."""

from typing import Annotated, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.webhooks import outbox, services
from unilingo.common.caller import user_id_of
from unilingo.common.fields import Text, valid
from unilingo.common.openapi import example
from unilingo.common.shapes import Success


class CallbackUrl(Text):
    """An address that may be called."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=services.URL_CHARACTERS, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        url = super().to_internal_value(data)
        refused = services.refusal(url)
        if refused:
            raise ValidationError(refused)
        return url


class WebhookRequest(serializers.Serializer[Any]):
    url = CallbackUrl(allow_null=True, help_text="null: no address for all jobs any more.")


class WebhookAddress(Success):
    url: str | None


class WebhookSecret(WebhookAddress):
    secret: Annotated[str, Field(description="told this once; the one before is good for a day")]


class Webhook(APIView):
    @extend_schema(
        operation_id="get_webhook",
        tags=["work"],
        summary="Where is told how all of the caller's jobs end",
        responses={200: WebhookAddress},
        description="`url` is null where none is set.",
    )
    def get(self, request: Request) -> Response:
        return Response(WebhookAddress(success=True, url=outbox.url_of(user_id_of(request))))

    @extend_schema(
        operation_id="set_webhook",
        tags=["work"],
        summary="Where to tell how all of the caller's jobs end",
        description=(
            "Told are `job.completed`, `job.failed`, `job.cancelled`, and `allowance.warning` at 80 and 100 % of the month's allowance, "
            "signed as https://www.standardwebhooks.com says."
        ),
        request=WebhookRequest,
        examples=example(url="https://example.org/told"),
        responses={200: WebhookSecret},
    )
    def put(self, request: Request) -> Response:
        asked = valid(WebhookRequest(data=request.data))
        url = asked["url"] or ""
        secret = services.set_endpoint(user_id_of(request), url, timezone.now())
        body = WebhookSecret(success=True, url=url or None, secret=secret)
        return Response(body, headers={"Cache-Control": "no-store"})
