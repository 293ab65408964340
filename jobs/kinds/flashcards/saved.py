"""The cards of a job, to be kept by its learner."""

from jobs.queries import job_for
from profiles.content import JobCards, made_cards
from profiles.errors import NoCardsInJob


def cards_of(user_id: str, job_id: str) -> JobCards:
    """What a flashcards job has made. Raises JobNotFound, NoCardsInJob."""
    job = job_for(user_id, job_id)
    if job.kind != "flashcards" or job.result is None:
        raise NoCardsInJob
    return JobCards(job.input["subject"], made_cards(job.result))
