"""Lists of words with their translations: which side is the language to learn, and what is on the other."""

from dataclasses import replace

from jobs.providers.base import CardsRequest
from jobs.providers.local_text.candidates import Place
from jobs.providers.local_text.drafts import Draft, difficulty
from jobs.providers.local_text.known_words import share
from jobs.providers.local_text.prose import Sentence
from jobs.providers.local_text.reading import Reading
from unilingo.common.languages import Language

CLEARLY, HARDLY, MOSTLY = 0.15, 0.25, 0.75  # shares of words that a language knows
PAIRS, WORDS = 3, 3  # fewest entries, and most words on average, of what is a list of pairs
LISTED = 9.0  # score: a list of words says itself what is to be learned


def turned(sentences: list[Sentence], native: Language, target: Language) -> list[Sentence]:
    """The sentences, entries of a list that has the language to learn on its right side the other way round."""
    listed = [sentence for sentence in sentences if sentence.kind == "definition"]
    left = " ".join(sentence.term for sentence in listed if not sentence.term.isupper())
    right = " ".join(sentence.meaning for sentence in listed)
    if len(listed) < PAIRS or not left or len(right.split()) > WORDS * len(listed):
        return sentences
    learned, known = share(right, target), share(left, native)
    if native.base == target.base:
        is_turned = known < HARDLY and learned > MOSTLY
    else:
        is_turned = learned > share(left, target) + CLEARLY and known >= share(right, native)
    return [_other_way(one) if is_turned and one.term else one for one in sentences]


def are_translations(sentences: list[Sentence], native: Language, target: Language) -> bool:
    """Whether what the list says of its words is in the learner's language, and that is another one."""
    said = " ".join(sentence.meaning for sentence in sentences if sentence.kind == "definition")
    if native.base == target.base or not said:
        return False
    return share(said, native) >= share(said, target)


def pair_drafts(readings: list[Reading], request: CardsRequest) -> list[Draft]:
    """A card of every pair, in the order of the list."""
    known = {front.casefold() for front in request.known_fronts}
    drafts: dict[str, Draft] = {}
    for number, reading in enumerate(readings):
        sentence = reading.sentence
        if sentence.kind == "definition" and sentence.term.casefold() not in known:
            words = reading.tokens[: max(1, sum(s < len(sentence.term) for s in reading.starts))]
            draft = Draft(
                front=sentence.term,
                definition="",
                translation=sentence.meaning,
                difficulty=difficulty(words, request.target.base),
                example=sentence.text,
                places=(Place(number, 0, len(words)),),
                score=LISTED,
            )
            drafts.setdefault(sentence.term.casefold(), draft)
    return list(drafts.values())[: request.at_most]


def _other_way(sentence: Sentence) -> Sentence:
    term, meaning = sentence.meaning, sentence.term
    return replace(sentence, term=term, meaning=meaning, text=f"{term}: {meaning}")
