"""What an owner may still do to a job: stop it, or have it tried again."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import services
from jobs.api import representation, schema
from jobs.api.views import POLL_SECONDS
from jobs.lifecycle import STOPPING
from jobs.models import Status
from unilingo.common.caller import user_id_of


class CancelJob(APIView):
    @extend_schema(**schema.CANCEL_JOB)
    def post(self, request: Request, job_id: str) -> Response:
        """200 for a job that has ended by it, 202 for one that ends at its next step."""
        job = services.cancel_job(user_id_of(request), job_id)
        body = representation.status(job)
        if job.status == Status.CANCELLED:
            return Response(body)
        headers = {"Location": representation.status_url(job), "Retry-After": POLL_SECONDS}
        return Response({**body, "message": f"{STOPPING}."}, status=202, headers=headers)


class RetryJob(APIView):
    @extend_schema(**schema.RETRY_JOB)
    def post(self, request: Request, job_id: str) -> Response:
        job = services.retry_job(user_id_of(request), job_id)
        headers = {"Location": representation.status_url(job), "Retry-After": POLL_SECONDS}
        return Response(representation.accepted(job, is_new=True), status=202, headers=headers)
