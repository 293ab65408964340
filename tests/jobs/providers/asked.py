"""A request for cards, and the run of a job that it is made for."""

from jobs.providers.base import CardsRequest, Language
from jobs.providers.run import Run

REQUEST = CardsRequest(
    content="A thrombus blocks a coronary artery. The infarction damages the heart muscle.",
    subject="Medicine",
    topic="Heart",
    native=Language("es", "Spanish"),
    target=Language("en", "English"),
)
RUN = Run("flashcards-1:1", "ann", "flashcards", is_retry=False, wait=lambda seconds: False)
