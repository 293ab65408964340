"""What clients of the original ask before they send work: is the text provider to be had, and how busy is everybody?"""

from collections.abc import Callable

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from resilience import queries
from resilience.api import shapes
from resilience.api.views import OperatorView
from resilience.runtime import runtime
from unilingo.common.timestamps import iso, milliseconds

MINUTE_MS = 60_000


class AiStatus(OperatorView):
    """`queue_depth` and `provider`, who works on text, are handed in where it is mounted."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    queue_depth: Callable[[], int] = staticmethod(lambda: 0)
    provider = ""

    @extend_schema(
        operation_id="ai_status",
        tags=["operating"],
        summary="Whether text can be worked on, in the shape of the original",
        responses={200: shapes.AiStatus},
        description="What clients of the original ask before they send work: the breaker and the limits of the text provider, and how much is waiting.",
    )
    def get(self, request: Request) -> Response:
        current, now = runtime(), timezone.now()
        policies = [current.policies[self.provider]]
        breaker = queries.circuit_breakers(current.store, policies)[self.provider]
        limits = queries.rate_limits(current.store, policies)[self.provider]
        windows = {w["name"]: w for w in limits["windows"] if w["windowMs"] == MINUTE_MS}
        requests, tokens = windows.get("requests"), windows.get("tokens")
        depth = self.queue_depth()
        status: shapes.AiStatusView = {
            "queueSize": depth,
            "isProcessing": depth > 0,
            "circuitBreakerOpen": breaker["state"] == "OPEN",
            "requestsThisMinute": requests["used"] if requests else 0,
            "tokensThisMinute": tokens["used"] if tokens else 0,
            "requestsPerMinute": requests["limit"] if requests else None,
            "tokensPerMinute": tokens["limit"] if tokens else None,
            "currentMinute": milliseconds(now) // MINUTE_MS,
        }
        return Response(shapes.AiStatus(success=True, status=status, timestamp=iso(now)))
