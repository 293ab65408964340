"""The operator's endpoints. Who is an operator is said where they are mounted: `as_view(permission_classes=…)`."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from resilience import queries
from resilience.api import shapes
from resilience.api.serializers import KillSwitchInput, LimitInput, ReasonInput
from resilience.runtime import runtime
from resilience.scopes import FLEET, user_scope
from resilience.store import Command, StoreUnavailable
from unilingo.common.caller import actor_of
from unilingo.common.fields import valid
from unilingo.common.openapi import about, example
from unilingo.common.timestamps import iso

View = TypeVar("View", bound=type[APIView])


def _described(
    name: str, summary: str, answer: Any, *, names_provider: bool = False, **more: Any
) -> Callable[[View], View]:
    """The OpenAPI document's words for a view that has one method."""
    unknown = {404: OpenApiResponse(OpenApiTypes.OBJECT, "No provider of that name.")}
    responses = unknown if names_provider else {}
    words = extend_schema(**about(name, summary, "operating", answer, responses=responses, **more))
    return extend_schema_view(**{"post" if "request" in more else "get": words})


class LimitsUnavailable(APIException):
    status_code = 503
    default_detail = "The shared limits cannot be read at the moment. Please try again soon."


class OperatorView(APIView):
    """`permission`: what staff need to change something here, as in the admin."""

    permission: str | None = None

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(
            LimitsUnavailable() if isinstance(exc, StoreUnavailable) else exc
        )


@_described(
    "circuit_breakers_status",
    "State of the breakers",
    shapes.CircuitBreakers,
    description="Of every provider: open, closed or half open, since when, why, and when it is tried next.",
)
class CircuitBreakers(OperatorView):
    def get(self, request: Request) -> Response:
        current = runtime()
        breakers = queries.circuit_breakers(current.store, current.policies.values())
        return Response(
            shapes.CircuitBreakers(
                success=True, circuitBreakers=breakers, timestamp=iso(runtime().now())
            )
        )


class BreakerCommand(OperatorView):
    permission = "resilience.change_breakertransition"
    body_is_optional = True
    command: Command
    done: str

    def post(self, request: Request, name: str) -> Response:
        asked = valid(ReasonInput(data=request.data))
        runtime().operations.command_breaker(
            name, self.command, actor=actor_of(request), reason=asked.get("reason", "")
        )
        message = f"Circuit breaker {name} {self.done}"
        return Response(
            shapes.BreakerCommanded(success=True, message=message, timestamp=iso(runtime().now()))
        )


@_described(
    "circuit_breaker_reset",
    "Close a breaker",
    shapes.BreakerCommanded,
    request=ReasonInput,
    names_provider=True,
    description="Its provider is called again at once; jobs that waited for it go on.",
    examples=example(reason="Their status page says it is mended"),
)
class ResetBreaker(BreakerCommand):
    command = "reset"
    done = "reset to CLOSED"


@_described(
    "circuit_breaker_force_open",
    "Take a provider out",
    shapes.BreakerCommanded,
    request=ReasonInput,
    names_provider=True,
    description="It is not called until the breaker is reset; jobs wait, or other providers do the work.",
    examples=example(reason="Their answers are wrong today"),
)
class ForceBreakerOpen(BreakerCommand):
    command = "force_open"
    done = "forced OPEN"


@_described(
    "rate_limits_status",
    "What the providers' limits have left",
    shapes.RateLimits,
    description="Of each provider: what its windows have left, calls in flight, and a cooldown that it has asked for.",
)
class RateLimits(OperatorView):
    def get(self, request: Request) -> Response:
        current = runtime()
        limits = queries.rate_limits(current.store, current.policies.values())
        return Response(
            shapes.RateLimits(success=True, rateLimits=limits, timestamp=iso(runtime().now()))
        )


@_described(
    "budget_status",
    "What is spent and left of the month",
    shapes.Budget,
    description="By provider and by kind, with what is reserved by calls in flight and what the month may come to.",
)
class BudgetStatus(OperatorView):
    """`queue_depth` is handed in where it is mounted: jobs are counted elsewhere."""

    queue_depth: Callable[[], int] = staticmethod(lambda: 0)

    def get(self, request: Request) -> Response:
        current = runtime()
        now = current.now()
        budget = queries.budget(current.ledger, current.policies, self.queue_depth(), now)
        return Response(shapes.Budget(success=True, budget=budget, timestamp=iso(now)))


@_described(
    "budget_kill_switch",
    "Stop or allow paid work",
    shapes.KillSwitch,
    request=KillSwitchInput,
    names_provider=True,
    description="`enabled` true stops paid work everywhere before its next call, of one `provider` or of all; false allows it, and jobs that waited go on.",
    examples=example(enabled=False, reason="The bill is explained"),
)
class KillSwitches(OperatorView):
    permission = "resilience.change_killswitch"

    def post(self, request: Request) -> Response:
        wanted = valid(KillSwitchInput(data=request.data))
        runtime().operations.set_kill_switch(
            wanted["enabled"],
            actor=actor_of(request),
            reason=wanted.get("reason", ""),
            provider=wanted.get("provider"),
        )
        word = "activated" if wanted["enabled"] else "deactivated"
        return Response(
            shapes.KillSwitch(
                success=True,
                message=f"Budget kill-switch {word}",
                killSwitchActive=wanted["enabled"],
                reason=wanted.get("reason"),
                timestamp=iso(runtime().now()),
            )
        )


@_described(
    "budget_set_limit",
    "Set a monthly limit",
    shapes.LimitSet,
    request=LimitInput,
    description="In dollars, of the whole fleet or of one `userId`; null takes the limit away.",
    examples=example(limit=50),
)
class SetLimit(OperatorView):
    permission = "resilience.change_budget"

    def post(self, request: Request) -> Response:
        asked = valid(LimitInput(data=request.data))
        limit, user_id = asked["limit"], asked.get("userId")
        scope = user_scope(user_id) if user_id else FLEET
        runtime().operations.set_limit(limit, actor=actor_of(request), scope=scope)
        dollars = None if limit is None else float(limit)
        return Response(
            shapes.LimitSet(
                success=True, message="Limit set", limit=dollars, timestamp=iso(runtime().now())
            )
        )
