from django.urls import path

from jobs.kinds.lesson import api

urlpatterns = [path("ai/generate-lesson", api.GenerateLesson.as_view())]
