"""Lists of words of no subject, and of everyday adjectives that also make kinds."""

from pathlib import Path

from jobs.study_text.words import words_in


def words_of(name: str) -> frozenset[str]:
    """The words of a list in data/."""
    return words_in(Path(__file__).parent / "data" / name)


GENERAL, CLASSIFYING = words_of("general.txt"), words_of("classifying.txt")
