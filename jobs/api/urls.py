from django.urls import path

from jobs.api import changes, privacy, views
from jobs.kinds.document import api as document
from jobs.kinds.flashcards import deck
from jobs.kinds.pronunciation import api as pronunciation
from jobs.webhooks import api as webhooks

urlpatterns = [
    path("ai/generate-flashcards", views.GenerateFlashcards.as_view()),
    path("ai/generate-lesson", views.GenerateLesson.as_view()),
    path("process-image", document.ProcessImage.as_view()),
    path("process-pdf", document.ProcessPdf.as_view()),
    path("pronunciation-assess", pronunciation.PronunciationAssess.as_view()),
    path("job-status/<str:job_id>", views.JobStatus.as_view()),
    path("job-events", views.JobEvents.as_view()),
    path("jobs", views.JobList.as_view()),
    path("jobs/<str:job_id>/cancel", changes.CancelJob.as_view()),
    path("jobs/<str:job_id>/retry", changes.RetryJob.as_view()),
    path("jobs/<str:job_id>/deck.apkg", deck.JobDeck.as_view()),
    path("webhook", webhooks.Webhook.as_view()),
    path("profile/<path:user_id>/export", privacy.ProfileExport.as_view()),
]
