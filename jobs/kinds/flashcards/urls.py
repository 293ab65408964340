from django.urls import path

from jobs.kinds.flashcards import api, deck

urlpatterns = [
    path("ai/generate-flashcards", api.GenerateFlashcards.as_view()),
    path("jobs/<str:job_id>/deck.apkg", deck.JobDeck.as_view()),
]
