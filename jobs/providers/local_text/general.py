"""Lists of words of no subject, and of everyday adjectives that also make kinds."""

from pathlib import Path


def words_of(name: str) -> frozenset[str]:
    """The words of a list in data/, but for its comments."""
    lines = (Path(__file__).parent / "data" / name).read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


GENERAL, CLASSIFYING = words_of("general.txt"), words_of("classifying.txt")
