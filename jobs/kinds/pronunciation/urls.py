from django.urls import path

from jobs.kinds.pronunciation import api

urlpatterns = [path("pronunciation-assess", api.PronunciationAssess.as_view())]
