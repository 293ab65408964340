"""What the dashboard's buttons do beside the operator's endpoints of the API. Each leaves a row that says who did it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import services
from jobs.kind import kinds
from resilience.api.serializers import StrictBoolean
from resilience.runtime import runtime
from unilingo.common.caller import actor_of
from unilingo.common.fields import Text, valid
from unilingo.identity.auth import IsOperator


class PauseInput(serializers.Serializer[None]):
    paused = StrictBoolean()
    reason = Text(max_length=200, required=False, allow_blank=True)


class Retry(APIView):
    """For anybody's job: an owner has /api/jobs/{id}/retry."""

    permission_classes = (IsOperator,)
    permission = "jobs.change_job"

    @extend_schema(exclude=True)
    def post(self, request: Request, job_id: str) -> Response:
        job = services.retry_job(None, job_id)
        runtime().operations.log(actor_of(request), "retry_job", job.id, {})
        return Response({"success": True, "jobId": job.id, "status": job.status}, status=202)


class PauseKind(APIView):
    """No further job of the kind is begun until it is resumed."""

    permission_classes = (IsOperator,)
    permission = "jobs.change_pausedkind"

    @extend_schema(exclude=True)
    def post(self, request: Request, kind: str) -> Response:
        if kind not in kinds():
            raise NotFound
        wanted = valid(PauseInput(data=request.data))
        if wanted["paused"]:
            reason = wanted.get("reason", "")
            services.pause_kind(kind, actor=actor_of(request), reason=reason)
        else:
            services.resume_kind(kind, actor=actor_of(request))
        return Response({"success": True, "kind": kind, "paused": wanted["paused"]})
