from django.urls import path

from jobs.api import changes, decks, documents, pronunciation, rights, views

urlpatterns = [
    path("ai/generate-flashcards", views.GenerateFlashcards.as_view()),
    path("ai/generate-lesson", views.GenerateLesson.as_view()),
    path("process-image", documents.ProcessImage.as_view()),
    path("process-pdf", documents.ProcessPdf.as_view()),
    path("pronunciation-assess", pronunciation.PronunciationAssess.as_view()),
    path("job-status/<str:job_id>", views.JobStatus.as_view()),
    path("job-events", views.JobEvents.as_view()),
    path("jobs", views.JobList.as_view()),
    path("jobs/<str:job_id>/cancel", changes.CancelJob.as_view()),
    path("jobs/<str:job_id>/retry", changes.RetryJob.as_view()),
    path("jobs/<str:job_id>/deck.apkg", decks.JobDeck.as_view()),
    path("profile/<path:user_id>/export", rights.ProfileExport.as_view()),
]
