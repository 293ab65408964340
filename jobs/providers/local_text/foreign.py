"""Terms of a text that is not English: those of its lists, those it defines, and nouns an installed dictionary translates, rare
ones first.

There is no grammar and no WordNet for these languages here, so a card's back is what the text or a dictionary says,
the translation or for a language in itself the definition, or there is no card.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import log2

from jobs.providers.base import CardsRequest
from jobs.providers.local_text.candidates import Place
from jobs.providers.local_text.dictionary import Dictionary, Entry, Translator
from jobs.providers.local_text.drafts import Draft, difficulty, shown_in
from jobs.providers.local_text.known_words import frequency, lemma
from jobs.providers.local_text.own_words import stated_drafts
from jobs.providers.local_text.pairs import are_translations, pair_drafts
from jobs.providers.local_text.reading import Reading

LONGEST, SHORTEST_WORD = 3, 4
USUAL = 4.8  # zipf frequency from which a word is known to every learner
ENOUGH, LEAST = 0.5, 0.0  # the score of a term, and that of one which is taken where there are few
FEWEST = 10
GERMAN = "de"  # writes its nouns with a capital letter


def foreign_drafts(
    dictionary: Dictionary | None, readings: list[Reading], request: CardsRequest
) -> list[Draft]:
    """Translations come first; in its own language, what the text says."""
    native, target = request.native, request.target
    sentences = [reading.sentence for reading in readings]
    paired = pair_drafts(readings, request) if are_translations(sentences, native, target) else []
    drafts = stated_drafts(readings, request, paired)
    if dictionary:
        is_own = native.base == target.base
        drafts = drafts if is_own else with_translations(dictionary, drafts, request)
        drafts += looked_up_drafts(dictionary, readings, request, [*paired, *drafts])
    # Where nothing is translated, all keep their order.
    return [*paired, *sorted(drafts, key=lambda draft: not draft.translation)][: request.at_most]


def with_translations(
    dictionary: Dictionary, drafts: Sequence[Draft], request: CardsRequest
) -> list[Draft]:
    fronts = [draft.front.lower() for draft in drafts]
    translator = Translator(dictionary, fronts, request.subject, request.native.base)
    forms = ((front, lemma(front, request.target.base).lower()) for front in fronts)
    return [
        replace(draft, translation=translator.translation(either, "n"))
        for draft, either in zip(drafts, forms, strict=True)
    ]


def looked_up_drafts(
    dictionary: Dictionary, readings: list[Reading], request: CardsRequest, made: Sequence[Draft]
) -> list[Draft]:
    """Beside those that are made."""
    language = request.target.base
    is_own = request.native.base == language
    fronts = {front.lower() for front in (*request.known_fronts, *(d.front for d in made))}
    known = fronts | {lemma(front, language).lower() for front in fronts}
    drafts: dict[str, Draft] = {}
    for term in foreign_terms(dictionary, readings, request):
        place = shown_in(term.places, readings, None)
        reading = readings[place.reading]
        front = basic_form(term.key, reading.text(place.first, place.end))
        if not known.intersection((term.key, front.lower())):
            drafts[front.lower()] = Draft(
                front=front,
                definition=term.said if is_own else "",
                translation="" if is_own else term.said,
                difficulty=difficulty(term.key.split(), language),
                example=reading.sentence.text,
                places=term.places,
                score=term.score,
            )
    return list(drafts.values())


@dataclass(slots=True)
class ForeignTerm:
    key: str
    places: list[Place] = field(default_factory=list)
    said: str = ""
    score: float = 0.0


def foreign_terms(
    dictionary: Dictionary, readings: list[Reading], request: CardsRequest
) -> list[ForeignTerm]:
    """Best first."""
    language = request.target.base
    found: dict[str, ForeignTerm] = {}
    for place in places(readings, language):
        for form in forms(readings[place.reading], place, language):
            if dictionary.entries(form):
                found.setdefault(form, ForeignTerm(form)).places.append(place)
                break
    translator = Translator(dictionary, found, request.subject, request.native.base)
    for term in found.values():
        if request.native.base == language:
            term.said = definition(dictionary.entries(term.key))
        else:
            term.said = translator.translation([term.key], "n")
        term.score = score(term, language)
    ranked = sorted(found.values(), key=lambda term: (-term.score, term.places[0]))
    explained = without_parts([t for t in ranked if t.said and t.score >= LEAST])
    sure = sum(term.score >= ENOUGH for term in explained)
    return explained[: max(sure, FEWEST)]


def basic_form(key: str, written: str) -> str:
    """`key` with the capitals of the text: what is explained is one power station, not several (`Kraftwerke`)."""
    words, forms = written.split(), key.split()
    if len(words) != len(forms):
        return written
    return " ".join(
        form if word.islower() else form.capitalize() if word.istitle() else word
        for word, form in zip(words, forms, strict=True)
    )


def definition(entries: Sequence[Entry]) -> str:
    """Where the word has one sense only."""
    return entries[0].translation if len(entries) == 1 else ""


def places(readings: list[Reading], language: str) -> Iterator[Place]:
    for number, reading in enumerate(readings):
        if reading.sentence.kind == "definition":
            continue
        for first in range(len(reading.tokens)):
            for end in range(first + 1, min(first + LONGEST, len(reading.tokens)) + 1):
                ends = reading.tokens[first], reading.tokens[end - 1]
                is_noun = language != GERMAN or ends[1][0].isupper()
                is_cut = reading.sentence.text[reading.starts[end - 1] + len(ends[1]) :][:1] == "-"
                is_whole = all(word.isalpha() and len(word) >= SHORTEST_WORD for word in ends)
                if is_noun and is_whole and not is_cut:  # `Sach- und Rechtsmängel`
                    yield Place(number, first, end)


def forms(reading: Reading, place: Place, language: str) -> Iterator[str]:
    """The words as a dictionary may list them: with the last one's basic form (`Blättern` is of `Blatt`), and as written."""
    words = [token.lower() for token in reading.tokens[place.first : place.end]]
    last = reading.tokens[place.end - 1]
    yield " ".join([*words[:-1], lemma(last, language).lower()])
    yield " ".join(words)


def score(term: ForeignTerm, language: str) -> float:
    words = term.key.split()
    rarity = min(3.0, USUAL - sum(frequency(word, language) for word in words) / len(words))
    return rarity * (1 + 0.35 * log2(len(term.places)))


def without_parts(ranked: list[ForeignTerm]) -> list[ForeignTerm]:
    """Without the words that the text has only within longer terms."""
    longer = [place for term in ranked if " " in term.key for place in term.places]
    covered = Counter((p.reading, word) for p in longer for word in range(p.first, p.end))
    return [
        term
        for term in ranked
        if " " in term.key or not all(covered[place.reading, place.first] for place in term.places)
    ]
