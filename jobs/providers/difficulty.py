"""The three difficulties of a card, and the other words that models use for them."""

from jobs.providers.base import Difficulty

_MEANT: dict[str, Difficulty] = {
    "beginner": "beginner",
    "easy": "beginner",
    "basic": "beginner",
    "elementary": "beginner",
    "a1": "beginner",
    "a2": "beginner",
    "expert": "expert",
    "hard": "expert",
    "difficult": "expert",
    "advanced": "expert",
    "c1": "expert",
    "c2": "expert",
}


def difficulty_of(word: str) -> Difficulty:
    """The difficulty that is meant; what says nothing is in the middle."""
    return _MEANT.get(word.strip().lower(), "intermediate")
