"""Everything that a learner's request can be refused for here; unilingo/problems.py gives each code its status.

ProfileError
├── NotHere            NOT_FOUND          no such profile, lesson or card, or somebody else's
└── UnreadableTable    UNREADABLE_FILE    a file of cards that is no CSV and no Anki text
"""

from typing import ClassVar


class ProfileError(Exception):
    """Base of the tree. `str(error)` is a sentence for people."""

    code: ClassVar[str]
    message: ClassVar[str]

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class NotHere(ProfileError):
    code = "NOT_FOUND"
    message = "There is nothing here."


class UnreadableTable(ProfileError):
    code = "UNREADABLE_FILE"
    message = "No cards were found in this file."
