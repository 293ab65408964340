from django.urls import path

from profiles.api import files, flashcards, lessons

urlpatterns = [
    path("lessons", lessons.Lessons.as_view()),
    path("lessons/<str:lesson_id>", lessons.LessonView.as_view()),
    path("progress/<str:lesson_id>/<str:unit_id>", lessons.ProgressView.as_view()),
    path("flashcards/due", flashcards.DueFlashcards.as_view()),
    path("flashcards/decks", flashcards.Decks.as_view()),
    path("flashcards/statistics", flashcards.Statistics.as_view()),
    path("flashcards/deck.apkg", files.DeckFile.as_view()),
    path("flashcards/deck.csv", files.CardTable.as_view()),
    path("flashcards/deck.txt", files.AnkiText.as_view()),
    path("flashcards/import", files.CardImport.as_view()),
    path("flashcards/<str:card_id>", flashcards.FlashcardView.as_view()),
    path("flashcards/<str:card_id>/review", flashcards.Reviews.as_view()),
]
