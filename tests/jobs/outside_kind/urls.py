from django.urls import path

from tests.jobs.outside_kind.api import MakeOutline

urlpatterns = [path("outline", MakeOutline.as_view())]
