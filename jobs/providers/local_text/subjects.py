"""Definitions of the subject that a text is of, from a dictionary of that subject a user has installed.

A word of computing in a text of computing is not the dictionary's first `octet`. A text is of a subject that its name
says, or whose dictionary has many of its terms.
"""

from collections.abc import Iterable

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate
from jobs.providers.local_text.dictionary import Dictionaries, Dictionary

NAMED = {
    "computing": ("comput", "program", "software", "network", "informat", "internet", "database"),
    "chemistry": ("chemi",),
}
RARE = 3.6  # zipf frequency below which a word tells a subject
SHARE, FEWEST = 0.25, 5  # of the telling terms, and how many at least


class Subject:
    """What the dictionaries of the text's subjects say of its terms."""

    def __init__(self, dictionaries: list[Dictionary]) -> None:
        self._dictionaries = dictionaries

    def definition(self, forms: Iterable[str]) -> str:
        for form in forms:
            for dictionary in self._dictionaries:
                for entry in dictionary.entries(form):
                    return entry.translation
        return ""


def subject_of(dictionaries: Dictionaries, name: str, candidates: Iterable[Candidate]) -> Subject:
    telling = [c.text for c in candidates if len(c.key) > 1 or zipf_frequency(c.text, "en") < RARE]
    fitting = []
    for subject, words in NAMED.items():
        dictionary = dictionaries.of_subject(subject)
        if dictionary is None:
            continue
        found = sum(bool(dictionary.entries(text)) for text in telling)
        is_named = any(word in name.lower() for word in words)
        if is_named or (found >= FEWEST and found >= SHARE * len(telling)):
            fitting.append(dictionary)
    return Subject(fitting)
