"""Drafts of cards from English text: its terms, with definitions or translations."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jobs.providers.base import CardsRequest
from jobs.providers.local_text.backs import Backs
from jobs.providers.local_text.candidates import Candidate, Place
from jobs.providers.local_text.dictionary import Dictionaries, Dictionary, Translator
from jobs.providers.local_text.drafts import Draft, difficulty, shown_in
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.nouns import Nouns
from jobs.providers.local_text.offers import LANGUAGE
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.subjects import subject_of
from jobs.providers.local_text.terms import ENOUGH, HARDLY, Term, terms

IN_A_PART = 10  # cards of each part of a text that has more terms than are wanted


def english_drafts(
    lexicon: Lexicon,
    readings: list[Reading],
    request: CardsRequest,
    dictionary: Dictionary | None,
    dictionaries: Dictionaries,
    is_bilingual: bool,
) -> list[Draft]:
    """Best first; what is hardly a term only to reach the number of cards that is wanted."""
    nouns = Nouns(lexicon)
    known = {nouns.key(tuple(front.split())) for front in request.known_fronts if front.split()}
    found = terms(lexicon, readings)
    ranked = [t for t in found if t.candidate.key not in known and t.score >= HARDLY]
    subject = subject_of(dictionaries, request.subject, [term.candidate for term in ranked])
    backs = Backs(lexicon, readings, request.subject, subject, [term.candidate for term in found])
    translator = None
    if dictionary:
        words = [term.candidate.text for term in ranked]
        translator = Translator(dictionary, words, request.subject, request.native.base)
    drafts = (drafted(term, readings, backs, translator, nouns) for term in ranked)
    told = (stated_translation(draft) if is_bilingual else draft for draft in drafts)
    chosen = spread(enough(distinct(told), request), request.at_most, len(readings))
    return sorted(chosen, key=lambda draft: bool(dictionary) and not draft.translation)


def stated_translation(draft: Draft) -> Draft:
    """In a list of pairs, what stands beside the term is its translation."""
    return replace(draft, translation=draft.definition, definition="") if draft.is_listed else draft


def distinct(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Those with a back, each front once. Two terms with one definition are two names of one thing."""
    fronts: set[str] = set()
    said: set[str] = set()
    for draft in drafts:
        if draft.back and draft.front.lower() not in fronts and draft.back not in said:
            yield draft
            fronts.add(draft.front.lower())
            if not draft.translation:
                said.add(draft.back)


def enough(drafts: Iterable[Draft], request: CardsRequest) -> list[Draft]:
    """All good ones; of the others as many as are wanted at least, no usual words among them."""
    found: list[Draft] = []
    for draft in drafts:
        is_sure = draft.score >= ENOUGH
        if not is_sure and len(found) >= min(request.at_least, request.at_most):
            break
        if is_sure or draft.translation or not draft.is_usual:
            found.append(draft)
    return found


def spread(drafts: list[Draft], at_most: int, readings: int) -> list[Draft]:
    """The best of every part of the text in turn, where there are more than are wanted."""
    if len(drafts) <= at_most:
        return drafts
    parts: dict[int, list[Draft]] = {}
    for draft in drafts:
        at = draft.places[0].reading * (at_most // IN_A_PART + 1) // readings
        parts.setdefault(at, []).append(draft)
    ranked = [(rank, -d.score, d) for found in parts.values() for rank, d in enumerate(found)]
    chosen = sorted(ranked, key=lambda told: told[:2])[:at_most]
    return sorted((draft for _, _, draft in chosen), key=lambda draft: -draft.score)


def drafted(
    term: Term, readings: list[Reading], backs: Backs, translator: Translator | None, nouns: Nouns
) -> Draft:
    candidate = term.candidate
    translation = translator.translation(forms(candidate, nouns), "n") if translator else ""
    back = backs.back(candidate)
    shown = front(candidate, readings, nouns, is_said=back.reading is not None)
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
        is_usual=back.is_of_wordnet and shown.isalpha() and shown.islower(),
        is_listed=bool(candidate.definition and candidate.definition.is_listed),
    )


def forms(candidate: Candidate, nouns: Nouns) -> Iterator[str]:
    """The ways a dictionary may list the term."""
    yield candidate.text
    yield from nouns.spellings(candidate.key)


def front(
    candidate: Candidate, readings: list[Reading], nouns: Nouns, *, is_said: bool = True
) -> str:
    """The term as the text writes it where it is defined, else where it stands first; in the singular
    where that is a part of what is written, and the definition is not said of several."""
    said = candidate.definition
    place = Place(said.reading, said.first, said.end) if said else min(candidate.places)
    reading = readings[place.reading]
    written = reading.text(place.first, place.end)
    last, singular = reading.tokens[place.end - 1], candidate.key[-1]
    is_kept = said is not None and (said.is_listed or (said.is_plural and is_said))
    is_kept = is_kept or " of the " in written and last.istitle()  # `War of the Roses`
    if last.lower().startswith(singular) and not is_kept:
        written = written[: len(written) - (len(last) - len(singular))]
    words = written.split()
    is_title = all(word[0].isupper() or word[0] == "(" or len(word) < 4 for word in words[1:])
    if said and said.is_listed and len(words) > 1 and is_title:
        return in_small_letters(candidate, written, nouns)
    if is_opening(reading, place.first) and is_capital_of_sentence(candidate, written, nouns):
        written = written[0].lower() + written[1:]
    return written


def in_small_letters(candidate: Candidate, written: str, nouns: Nouns) -> str:
    """A term whose every word has a capital (`Fixed Cost (FC)`), without them unless it has a name in it."""
    plain = re.findall(r"\b[A-Z][a-z]+\b", written)
    listed = {word.lower(): word for sense in candidate.senses for word in sense.words}
    is_name = listed.get(candidate.text, "a")[0].isupper()
    if (
        is_name
        or any(nouns.is_name(word) for word in plain)
        or not plain
        or not written.startswith(plain[0])
    ):
        return written
    return re.sub(r"\b[A-Z][a-z]+\b", lambda word: word[0].lower(), written)


def is_opening(reading: Reading, number: int) -> bool:
    """Whether a sentence, a quotation or an entry begins with the word."""
    return (
        number == 0
        or reading.sentence.kind == "definition"
        or reading.tokens[number - 1] in (":", '"', "“")
    )


def is_capital_of_sentence(candidate: Candidate, written: str, nouns: Nouns) -> bool:
    """Whether a capital letter is there because a sentence begins, not because a name does."""
    if written[:2].isupper() or "'" in written or re.match(r"\w+-[A-Z]", written):
        return False
    if candidate.senses:
        listed = {word.lower(): word for word in candidate.senses[0].words}
        return listed.get(written.lower(), "a")[0].islower()
    return written[1:].islower() and (
        len(candidate.key) == 1 or not nouns.is_name(written.split()[0])
    )
