"""Lists of words, kept as data."""

from pathlib import Path


def words_in(path: Path) -> frozenset[str]:
    """The words of a file, but for its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def words_of(name: str) -> frozenset[str]:
    """The words of a list in data/."""
    return words_in(Path(__file__).parent / "data" / name)
