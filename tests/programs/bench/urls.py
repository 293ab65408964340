from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import path

from unilingo.urls import urlpatterns as program


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def cached(request: HttpRequest) -> HttpResponse:
    """As little as an answer from Redis can cost."""
    return HttpResponse(cache.get_or_set("bench", "x" * 10_000))


urlpatterns = [path("empty", empty), path("cached", cached), *program]
