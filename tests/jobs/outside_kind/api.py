"""HTTP for outlines."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from jobs.api.schema import work
from jobs.api.views import WorkView, ask
from tests.jobs.outside_kind.kind import KIND


class OutlineRequest(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=1000)
    words = serializers.IntegerField(min_value=1, max_value=10, default=3)


class MakeOutline(WorkView):
    limit = "ai"
    required = ("note",)

    @extend_schema(
        **work(
            KIND,
            "make_outline",
            "Make the outline of a note",
            OutlineRequest,
            description="In a few words.",
        )
    )
    def post(self, request: Request) -> HttpResponse:
        asked = OutlineRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return ask(request, KIND.name, self.limit, asked.validated_data)


urlpatterns = [path("outline", MakeOutline.as_view())]
