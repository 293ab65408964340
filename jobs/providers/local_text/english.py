"""Drafts of cards from English text: its terms, with definitions or translations."""

from collections.abc import Iterator
from dataclasses import replace

from jobs.providers.base import CardsRequest
from jobs.providers.local_text.backs import Backs
from jobs.providers.local_text.candidates import Candidate, Place
from jobs.providers.local_text.dictionary import Dictionary, Translator
from jobs.providers.local_text.drafts import Draft, difficulty, shown_in
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.nouns import Nouns
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.terms import ENOUGH, HARDLY, Term, terms

LANGUAGE = "en"


def english_drafts(
    lexicon: Lexicon,
    readings: list[Reading],
    request: CardsRequest,
    dictionary: Dictionary | None,
    is_bilingual: bool,
) -> list[Draft]:
    """Best first; what is hardly a term only to reach the number of cards that is wanted."""
    nouns = Nouns(lexicon)
    known = {nouns.key(tuple(front.split())) for front in request.known_fronts if front.split()}
    ranked = [
        term
        for term in terms(lexicon, readings)
        if term.candidate.key not in known and term.score >= HARDLY
    ]
    backs = Backs(lexicon, readings, request.subject, [term.candidate for term in ranked])
    translator = None
    if dictionary:
        words = [term.candidate.text for term in ranked]
        translator = Translator(dictionary, words, request.subject)
    drafts: dict[str, Draft] = {}
    said: set[str] = set()
    for term in ranked:
        if len(drafts) == request.at_most or (
            term.score < ENOUGH and len(drafts) >= request.at_least
        ):
            break
        draft = drafted(term, readings, backs, translator, nouns)
        if is_bilingual and term.candidate.definition and term.candidate.definition.is_listed:
            draft = replace(draft, translation=term.candidate.definition.said)
        if not draft.back:
            continue
        # Two terms with one definition are two names of one thing.
        is_new = draft.front.lower() not in drafts and draft.back not in said
        if is_new:
            drafts[draft.front.lower()] = draft
            if draft.back_source == "definition":
                said.add(draft.back)
    return sorted(drafts.values(), key=lambda draft: bool(dictionary) and not draft.translation)


def drafted(
    term: Term, readings: list[Reading], backs: Backs, translator: Translator | None, nouns: Nouns
) -> Draft:
    candidate = term.candidate
    translation = translator.translation(forms(candidate, nouns), "n") if translator else ""
    back = backs.back(candidate)
    shown = front(candidate, readings, nouns)
    having = [
        p for p in candidate.places if shown.lower() in readings[p.reading].sentence.text.lower()
    ]
    place = shown_in(having or candidate.places, readings, None if translation else back.reading)
    reading = readings[place.reading]
    return Draft(
        front=shown,
        definition=back.text,
        translation=translation,
        difficulty=difficulty(candidate.key, LANGUAGE),
        example=reading.sentence.text,
        places=candidate.places,
        score=term.score,
        quote=reading.sentence.text
        if back.reading is None
        else readings[back.reading].sentence.text,
        is_stated=back.reading is not None,
    )


def forms(candidate: Candidate, nouns: Nouns) -> Iterator[str]:
    """The ways a dictionary may list the term."""
    yield candidate.text
    yield from nouns.spellings(candidate.key)


def front(candidate: Candidate, readings: list[Reading], nouns: Nouns) -> str:
    """The term as the text writes it where it is defined, else where it stands first; in the singular
    where that is a part of what is written, and the definition is not said of several."""
    said = candidate.definition
    place = Place(said.reading, said.first, said.end) if said else min(candidate.places)
    reading = readings[place.reading]
    written = reading.text(place.first, place.end)
    last, singular = reading.tokens[place.end - 1], candidate.key[-1]
    is_kept = said is not None and (said.is_listed or said.is_plural)
    if last.lower().startswith(singular) and not is_kept:
        written = written[: len(written) - (len(last) - len(singular))]
    words = written.split()
    if len(words) > 1 and all(
        word[0].isupper() or word[0] == "(" or word.islower() and len(word) < 4
        for word in words[1:]
    ):
        return in_small_letters(candidate, words, nouns)
    if is_opening(reading, place.first) and is_capital_of_sentence(candidate, written, nouns):
        written = written[0].lower() + written[1:]
    return written


def in_small_letters(candidate: Candidate, words: list[str], nouns: Nouns) -> str:
    """A term whose every word has a capital (`Fixed Cost (FC)`), without them unless it has a name in it."""
    plain = [word for word in words if word[1:].islower() and word[0].isalpha()]
    listed = {word.lower(): word for sense in candidate.senses for word in sense.words}
    is_name = listed.get(candidate.text, "a")[0].isupper() or candidate.letters.strip("P") == "P"
    if is_name or any(nouns.is_name(word) for word in plain) or plain[:1] != words[:1]:
        return " ".join(words)
    return " ".join(word.lower() if word in plain else word for word in words)


def is_opening(reading: Reading, number: int) -> bool:
    """Whether a sentence, a quotation or an entry begins with the word."""
    return (
        number == 0
        or reading.sentence.kind == "definition"
        or reading.tokens[number - 1] in (":", '"', "“")
    )


def is_capital_of_sentence(candidate: Candidate, written: str, nouns: Nouns) -> bool:
    """Whether a capital letter is there because a sentence begins, not because a name does."""
    if written[:2].isupper() or "'" in written:
        return False
    if candidate.senses:
        listed = {word.lower(): word for word in candidate.senses[0].words}
        return listed.get(written.lower(), "a")[0].islower()
    return written[1:].islower() and (
        len(candidate.key) == 1 or not nouns.is_name(written.split()[0])
    )
