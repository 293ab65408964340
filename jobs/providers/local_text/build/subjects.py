"""Reads definitions of one subject's terms: the Free On-line Dictionary of Computing and the Elements, as Debian packages them.

An article of FOLDOC begins with its headword and mostly the fields it belongs to:
    octet

       <data> Eight {bits}.  This term is used ...
Of an article with several meanings, which are numbered, the first one is taken, if it has a field of its own.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from jobs.providers.local_text.build.entries import Line
from jobs.providers.local_text.build.freedict import number
from jobs.study_text.sentences import sentences

# Subject: its dictionary.
SUBJECTS = {"computing": "foldoc", "chemistry": "elements"}
NO_TERMS = frozenset(
    (
        *("person", "company", "product", "jargon", "humour", "abuse", "publication", "body"),
        *("legal", "job", "event"),
    )
)
LABEL = re.compile(
    r"(?:/[^/\n]{1,40}/[ ,]*|\*[^*\n]{1,40}\*\s*|1\.\s+)*<(?P<fields>[a-z ,/-]{2,60})>\s*(?:\([^()]{1,60}\)\s*)?(?P<said>.*)",
    re.S,
)
SPOKEN = re.compile(r"^(?:/[^/]{1,40}/[ ,]*|\*not\*\s*)+")  # how to say the word
SHORTEST, LONGEST = 20, 300


def packages() -> list[str]:
    return [f"dict-{name}" for name in SUBJECTS.values()]


def definitions(directory: Path, name: str) -> Iterator[Line]:
    text = gzip.decompress((directory / f"{name}.dict.dz").read_bytes())
    for line in (directory / f"{name}.index").read_text(encoding="utf-8").splitlines():
        word, start, length = line.split("\t")[:3]
        at = number(start)
        article = text[at : at + number(length)].decode(errors="replace")
        said = element(article) if name == "elements" else foldoc(article)
        if said and not word.startswith("00"):
            yield Line(word.lower(), "n", "", 0, said)


def foldoc(article: str) -> str:
    """The first sentence of an article, empty if it is of no term."""
    for paragraph in re.split(r"\n\s*\n", article)[:3]:
        found = LABEL.match(paragraph.strip())
        if found and NO_TERMS.isdisjoint(re.findall(r"[a-z]+", found["fields"])):
            return first_sentence(found["said"])
        if found:
            return ""
    return ""


def element(article: str) -> str:
    """What follows the symbol and the numbers of an element."""
    lines = [
        line
        for line in article.strip().split("\n")[1:]
        if not re.match(r"[A-Z][a-z]+(?: [a-z]+)?: ", line)
    ]
    return first_sentence(" ".join(lines))


def first_sentence(said: str) -> str:
    plain = SPOKEN.sub("", " ".join(re.sub(r"[{}]", "", said).split()))
    first = next(sentences(plain), "")
    is_whole = (
        SHORTEST <= len(first) <= LONGEST
        and first.endswith(".")
        and " see " not in f" {first.lower()}"
    )
    return first.rstrip(".") if is_whole else ""
