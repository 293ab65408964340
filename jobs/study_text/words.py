"""Lists of words, kept as data, and how words are written."""

from pathlib import Path


def words_in(path: Path) -> frozenset[str]:
    """The words of a file, but for its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def words_of(name: str) -> frozenset[str]:
    """The words of a list in data/."""
    return words_in(Path(__file__).parent / "data" / name)


def capitalised(text: str) -> str:
    """With a first capital, as a title has, but for a word with capitals of its own (`pH`, `mRNA`)."""
    first, *_ = text.split(maxsplit=1) or [""]
    return text[:1].upper() + text[1:] if first.islower() else text
