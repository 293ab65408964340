"""Flashcards from study text without any service: the terms of the text and what they mean."""

from dataclasses import dataclass
from pathlib import Path

from wordfreq import zipf_frequency

from jobs.errors import UnusableInput
from jobs.providers.base import Answer, Card, CardsRequest, Difficulty
from jobs.providers.local import prose
from jobs.providers.local.backs import Backs
from jobs.providers.local.lexicon import Lexicon
from jobs.providers.local.nouns import Nouns
from jobs.providers.local.reading import Reading, read
from jobs.providers.local.terms import ENOUGH, Term, TermFinder
from jobs.providers.local.topics import topics

HARDLY = -0.3  # the score down to which terms are taken to reach the number asked for
COMMON, RARE = 4.3, 3.3  # zipf frequencies: above is for beginners, below for experts
EXAMPLE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Example:
    front: str
    sentence: str
    reading: int


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
        terms = self._chosen(TermFinder(self._lexicon, readings).terms(), request)
        cards = self._made(terms, readings, request)
        if not cards:
            raise UnusableInput
        return Answer(cards, self.provider, self.model)

    def _chosen(self, ranked: list[Term], request: CardsRequest) -> list[Term]:
        nouns = Nouns(self._lexicon)
        known = {nouns.key(tuple(front.split())) for front in request.known_fronts if front.split()}
        fresh = [term for term in ranked if term.key not in known and term.score >= HARDLY]
        good = [term for term in fresh if term.score >= ENOUGH]
        return good if len(good) >= request.at_least else fresh[: request.at_least]

    def _made(
        self, terms: list[Term], readings: list[Reading], request: CardsRequest
    ) -> list[Card]:
        backs = Backs(self._lexicon, readings, request.subject, terms)
        made: dict[tuple[str, ...], tuple[Term, Example, str]] = {}
        fronts: set[str] = set()
        for term in terms:
            shown = example(term, readings)
            said = backs.back(term, shown.reading)
            if said and shown.front.lower() not in fronts and len(made) < request.at_most:
                made[term.key] = term, shown, said
                fronts.add(shown.front.lower())
        named = topics([term for term, _, _ in made.values()], readings)
        return [
            Card(
                front=shown.front,
                back=said,
                topic=request.topic or named[key],
                difficulty=difficulty(term),
                example=shown.sentence,
                back_source="definition",
            )
            for key, (term, shown, said) in made.items()
        ]


def example(term: Term, readings: list[Reading]) -> Example:
    """The sentence that shows the term best: not the one that defines it, not too long."""
    defining = term.definition.reading if term.definition else -1

    def fitness(place: tuple[int, int, int]) -> tuple[bool, bool, int]:
        sentence = readings[place[0]].sentence
        return (place[0] == defining, not 30 <= len(sentence.text) <= EXAMPLE_LENGTH, place[0])

    number, first, end = min(term.places, key=fitness)
    return Example(
        front(term, readings[number], first, end), readings[number].sentence.text, number
    )


def front(term: Term, reading: Reading, first: int, end: int) -> str:
    """The term as the sentence writes it, in the singular where that is a part of what is written."""
    written = reading.text(first, end)
    last, singular = reading.tokens[end - 1], term.key[-1]
    if last.lower().startswith(singular):
        written = written[: len(written) - (len(last) - len(singular))]
    if first == 0 and reading.letters[0] != "P" and not written[:2].isupper():
        written = written[0].lower() + written[1:]
    return written


def difficulty(term: Term) -> Difficulty:
    rarest = min(zipf_frequency(word, "en") for word in term.key)
    if rarest >= COMMON:
        return "beginner"
    return "intermediate" if rarest >= RARE else "expert"
