"""Flashcards from study text without any service: the terms of the text and what they mean."""

from dataclasses import dataclass
from pathlib import Path

from wordfreq import zipf_frequency

from jobs.errors import UnusableInput
from jobs.providers.base import Answer, Card, CardsRequest, Difficulty
from jobs.providers.local import prose
from jobs.providers.local.backs import Back, Backs
from jobs.providers.local.candidates import Candidate, Place
from jobs.providers.local.lexicon import Lexicon
from jobs.providers.local.nouns import Nouns
from jobs.providers.local.reading import Reading, read
from jobs.providers.local.terms import ENOUGH, HARDLY, Term, terms
from jobs.providers.local.topics import topics

COMMON, RARE = 4.3, 3.3  # zipf frequencies: above is for beginners, below for experts
EXAMPLE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Example:
    front: str
    sentence: str


class LocalTextModel:
    """A TextModel that looks terms up instead of asking a model. Safe to share between threads."""

    provider = "local"
    model = "wordnet-3.1"
    version = "1"
    part_characters = 100_000

    def __init__(self, data_dir: Path, dictionary_dir: Path) -> None:
        self._lexicon = Lexicon(data_dir)
        self._dictionary_dir = dictionary_dir

    def cards(self, request: CardsRequest) -> Answer[list[Card]]:
        """Raises UnusableInput when the text is not English or holds no terms."""
        if request.target.base != "en":
            raise UnusableInput(
                "The built-in engine makes cards from English text only. "
                f"For {request.target.name} an OpenAI key is needed."
            )
        readings = [read(self._lexicon, s) for s in prose.sentences(request.content)]
        chosen = self._chosen(terms(self._lexicon, readings), request)
        cards = self._made(chosen, readings, request)
        if not cards:
            raise UnusableInput
        return Answer(cards, self.provider, self.model)

    def _chosen(self, ranked: list[Term], request: CardsRequest) -> list[Term]:
        nouns = Nouns(self._lexicon)
        known = {nouns.key(tuple(front.split())) for front in request.known_fronts if front.split()}
        fresh = [t for t in ranked if t.candidate.key not in known and t.score >= HARDLY]
        good = [term for term in fresh if term.score >= ENOUGH]
        return good if len(good) >= request.at_least else fresh[: request.at_least]

    def _made(
        self, chosen: list[Term], readings: list[Reading], request: CardsRequest
    ) -> list[Card]:
        backs = Backs(self._lexicon, readings, request.subject, [t.candidate for t in chosen])
        made: dict[str, tuple[Term, Example, Back]] = {}
        said_before: set[str] = set()
        for term in chosen:
            said = backs.back(term.candidate)
            shown = example(term.candidate, readings, said.reading)
            is_new = shown.front.lower() not in made and said.text not in said_before
            if is_new and len(made) < request.at_most:
                made[shown.front.lower()] = term, shown, said
                said_before.add(said.text)
        named = topics([term for term, _, _ in made.values()], readings)
        return [
            Card(
                front=shown.front,
                back=said.text,
                topic=request.topic or named[term.candidate.key],
                difficulty=difficulty(term.candidate),
                example=shown.sentence,
                back_source="definition",
            )
            for term, shown, said in made.values()
        ]


def example(candidate: Candidate, readings: list[Reading], explained_in: int | None) -> Example:
    """The sentence that shows the term best: not the one on the back, not too long."""

    def fitness(place: Place) -> tuple[bool, bool, Place]:
        length = len(readings[place.reading].sentence.text)
        return place.reading == explained_in, not 30 <= length <= EXAMPLE_LENGTH, place

    place = min(candidate.places, key=fitness)
    reading = readings[place.reading]
    return Example(front(candidate, reading, place), reading.sentence.text)


def front(candidate: Candidate, reading: Reading, place: Place) -> str:
    """The term as the sentence writes it, in the singular where that is a part of what is written."""
    written = reading.text(place.first, place.end)
    last, singular = reading.tokens[place.end - 1], candidate.key[-1]
    if last.lower().startswith(singular):
        written = written[: len(written) - (len(last) - len(singular))]
    if place.first == 0 and is_capital_of_sentence(candidate, written):
        written = written[0].lower() + written[1:]
    return written


def is_capital_of_sentence(candidate: Candidate, written: str) -> bool:
    """Whether a capital letter is there because a sentence begins, not because a name does."""
    if candidate.senses:
        listed = {word.lower(): word for word in candidate.senses[0].words}
        return listed.get(written.lower(), "a")[0].islower() and not written[:2].isupper()
    return written[1:].islower() and "'" not in written


def difficulty(candidate: Candidate) -> Difficulty:
    rarest = min(zipf_frequency(word, "en") for word in candidate.key)
    if rarest >= COMMON:
        return "beginner"
    return "intermediate" if rarest >= RARE else "expert"
