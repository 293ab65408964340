from django.http import HttpRequest, HttpResponse
from django.urls import path

from unilingo.urls import urlpatterns as program


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty", empty), *program]
