"""A card before it has a topic, and what the drafters of every language share."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.providers.base import BackSource, Difficulty
from jobs.providers.local_text.candidates import Place
from jobs.providers.local_text.known_words import frequency
from jobs.providers.local_text.prose import Sentence
from jobs.providers.local_text.reading import Reading

COMMON, RARE = 4.3, 3.3  # zipf frequencies: above is for beginners, below for experts
SHORTEST, LONGEST = 30, 300  # characters of a good example
_ENDS, _CLOSING = (".", "!", "。", "।", "؟"), '"”»’)'


@dataclass(frozen=True, slots=True)
class Draft:
    """`places`: everywhere the text has the term; `score`: how sure it is that it is one.

    `translation` or `definition` is empty where the engine knows none. `quote`: the sentence that
    the definition is from, if the text itself has one (`is_stated`), else the example; `is_listed`: an entry of a list of terms;
    `is_usual`: one small word that only WordNet explains.
    """

    front: str
    definition: str
    translation: str
    difficulty: Difficulty
    example: str
    places: Sequence[Place]
    score: float
    quote: str = ""
    is_stated: bool = False
    is_usual: bool = False
    is_listed: bool = False

    @property
    def back(self) -> str:
        return self.translation if self._is_translated else self.definition

    @property
    def _is_translated(self) -> bool:
        """A word that is written alike in both languages is explained instead, where it can be."""
        is_same = self.translation.casefold() == self.front.casefold()
        return bool(self.translation) and not (is_same and self.definition)

    @property
    def back_source(self) -> BackSource:
        if self._is_translated:
            return "translation"
        return "text" if self.is_stated else "definition"


@dataclass(frozen=True, slots=True)
class Study:
    """A text that has been read, and the drafts from it, best first."""

    drafts: list[Draft]
    readings: list[Reading]


def difficulty(words: Sequence[str], language: str) -> Difficulty:
    rarest = min(frequency(word, language) for word in words)
    if rarest >= COMMON:
        return "beginner"
    return "intermediate" if rarest >= RARE else "expert"


def shown_in(places: Sequence[Place], readings: list[Reading], explained_in: int | None) -> Place:
    """The place in the best example: a whole sentence, not the one on the back, not too long."""

    def fitness(place: Place) -> tuple[int, bool, bool, Place]:
        sentence = readings[place.reading].sentence
        is_odd = not SHORTEST <= len(sentence.text) <= LONGEST
        return _kind(sentence), place.reading == explained_in, is_odd, place

    return min(places, key=fitness)


def _kind(sentence: Sentence) -> int:
    """0 for a whole sentence, then a piece of one, an entry of a list or a question, and a mere heading."""
    if sentence.kind == "definition" or sentence.text.endswith("?"):
        return 2
    if sentence.text.rstrip(_CLOSING).endswith(_ENDS):
        return 0
    return 1 if len(sentence.text) >= SHORTEST else 3
