"""Everything that a learner's request can be refused for here; unilingo/problems.py gives each code its status.

ProfileError
├── NotHere            NOT_FOUND          no such profile, lesson or card, or somebody else's
├── OutOfOrder         VALIDATION_ERROR   a review from before the card's last one; undoing one that is not the last
├── TooEarly           VALIDATION_ERROR   a review from before the card was there
├── NoCardsInJob       VALIDATION_ERROR   a job that makes no cards, or has not made them yet
├── TooManyRows        VALIDATION_ERROR   a file of more cards than are taken at once
└── NoCards            UNREADABLE_FILE    a file that holds no cards: no CSV and no Anki text
"""

from typing import ClassVar


class ProfileError(Exception):
    """Base of the tree. `str(error)` is a sentence for people; `field`: what of the request it is about."""

    code: ClassVar[str]
    message: ClassVar[str]
    field: ClassVar[str] = ""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class NotHere(ProfileError):
    code = "NOT_FOUND"
    message = "There is nothing here."


class OutOfOrder(ProfileError):
    code = "VALIDATION_ERROR"
    message = "This card has been reviewed after that moment."
    field = "reviewedAt"


class TooEarly(ProfileError):
    code = "VALIDATION_ERROR"
    message = "This card did not exist at that moment."
    field = "reviewedAt"


class NoCardsInJob(ProfileError):
    code = "VALIDATION_ERROR"
    message = "This job has no cards: it makes none, or has not completed."
    field = "jobId"


class TooManyRows(ProfileError):
    code = "VALIDATION_ERROR"
    message = "The file has too many rows."
    field = "file"


class NoCards(ProfileError):
    code = "UNREADABLE_FILE"
    message = "No cards were found in this file."
    field = "file"
