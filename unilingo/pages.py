"""The pages that belong to no app: the demo, and the API's documentation."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

# Swagger UI writes style attributes and shows data: images; its scripts are files of ours.
_DOCS_CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'"


@ensure_csrf_cookie
def demo(request: HttpRequest) -> HttpResponse:
    return render(request, "jobs/demo.html")


class ApiDocs(SpectacularSwaggerSplitView):
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)
        response["Content-Security-Policy"] = _DOCS_CSP
        return response
