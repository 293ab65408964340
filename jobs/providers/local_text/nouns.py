"""The form under which a noun phrase is listed: lower case, its last word in the singular."""

from collections.abc import Iterator

import simplemma

from jobs.providers.local_text.known_words import frequency
from jobs.providers.local_text.lexicon import Lexicon, Sense

PLURAL_ONLY = frozenset(
    ["damages", "mores", "means", "goods", "customs", "arms", "series", "species"]
)
OF_ADJECTIVES = ("ive", "ic", "ous", "less", "able")  # of those that nobody lists (`steric`)
NO_PLURAL = ("ss", "us", "is", "ics", "ing", "ed")
Key = tuple[str, ...]


class Nouns:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def key(self, tokens: tuple[str, ...]) -> Key:
        words = tuple(token.lower().replace("’", "'") for token in tokens)
        return (*words[:-1], self.singular(words[-1]))

    def singular(self, word: str) -> str:
        if len(word) < 4 or word in PLURAL_ONLY or word.endswith(NO_PLURAL):
            return word
        if not word.endswith("s") and self._lexicon.senses(word, "n"):
            return word
        lemma = simplemma.lemmatize(word, lang="en").lower()
        if word.endswith("ves") and self._lexicon.senses(word[:-3] + "f", "n"):
            lemma = word[:-3] + "f"
        if not self._lexicon.spelled(lemma, "n") and word.endswith("s"):
            lemma = word[:-3] + "y" if word.endswith("ies") else _without_s(word)
        is_known = bool(self._lexicon.spelled(lemma, "n")) or word.startswith(lemma)
        return lemma if is_known and lemma[0] == word[0] else word

    def is_name(self, word: str) -> bool:
        """Whether a word with a capital letter has no use without it."""
        senses = (
            *self._lexicon.senses(word.lower(), "n"),
            *self._lexicon.senses(word.lower(), "a"),
        )
        is_plain = any(word.lower() in sense.words for sense in senses)
        is_plain = is_plain or not senses and word.endswith(OF_ADJECTIVES)
        return not (is_plain or self._lexicon.letters(word.lower()))

    def spellings(self, key: Key) -> Iterator[str]:
        """The ways to write the phrase that WordNet lists as a noun."""
        text = " ".join(key)
        for form in dict.fromkeys((text, "-".join(key), text.replace("-", " "))):
            spelled = self._lexicon.spelled(form, "n")
            if spelled:
                yield spelled

    def senses(self, key: Key) -> tuple[Sense, ...]:
        """What WordNet says the phrase means, under any of its spellings."""
        for form in self.spellings(key):
            return self._lexicon.senses(form, "n")
        return ()


def _without_s(word: str) -> str:
    """The singular of a word that no dictionary has: itself, where nobody writes another (`Kerberos`; `tuples`, `mutexes`)."""
    if not frequency(word, "en") or frequency(word[:-1], "en"):
        return word[:-1]
    return word[:-2] if word.endswith("es") and frequency(word[:-2], "en") else word
