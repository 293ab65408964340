"""The rules one flashcard has to pass, whichever engine made it.

A card has a front and a back that say different things, each in its language, clean and of bounded length. Its example
contains its front as whole words; if not, a sentence of the study text that does is taken instead. What is certain is
mended, anything else is left out; both are counted in the learner's words.
"""

from collections import Counter
from dataclasses import replace
from itertools import chain

from jobs.kinds.flashcards.tidy import bare_terms, phonetic, tidy
from jobs.kinds.study.text import EXAMPLE_REPLACED, TEXT_CHARACTERS, StudyText, clean, shortened
from jobs.kinds.study.wrong_language import is_foreign, is_rather
from jobs.providers.base import Card
from jobs.providers.difficulty import difficulty_of

FRONT_CHARACTERS = 120
TOPIC_CHARACTERS = 200
NO_TOPIC = "General"

INCOMPLETE = "Cards left out because a side of them is empty"
TOO_LONG = f"Cards left out because their front is longer than {FRONT_CHARACTERS} characters"
REPEATED = "Cards left out because their back says the same as their front"
FOREIGN = "Cards left out because a side of them is in the wrong language"
NO_EXAMPLE = "Cards left out because their word stands in no sentence of your text"
TURNED = "Cards whose front and back were swapped"
BACK_CUT = f"Backs shortened to {TEXT_CHARACTERS} characters"
NOT_PHONETIC = "Pronunciations left out because they were not in phonetic letters"


def checked(draft: Card, text: StudyText, remarks: Counter[str]) -> Card | None:
    """The card as it may be shown, or None if it cannot be mended; `remarks` counts what was done."""
    card = _with_bare_term(_turned(tidy(draft), text, remarks), text)
    fault = _fault(card, text)
    if fault:
        remarks[fault] += 1
        return None
    example = _example(card, text, remarks)
    if not example:
        return None
    return replace(
        card,
        back=_back(card.back, remarks),
        topic=shortened(card.topic, TOPIC_CHARACTERS) or NO_TOPIC,
        difficulty=difficulty_of(card.difficulty),
        example=example,
        pronunciation=_pronunciation(card, text, remarks),
    )


def _turned(card: Card, text: StudyText, remarks: Counter[str]) -> Card:
    """With the term of the language that is learned, or of the definition, in front."""
    if not _is_turned(card, text):
        return card
    remarks[TURNED] += 1
    return replace(card, front=card.back, back=card.front)


def _is_turned(card: Card, text: StudyText) -> bool:
    native, target = text.native, text.target
    if card.back_source == "text" or is_foreign(card.back, target, [native]):
        return False
    if is_rather(card.front, native, target) and is_rather(card.back, target, native):
        return True
    if is_rather(card.front, target, native) or _sentence(card.front, text):
        return False
    shows_front, shows_back = (text.shows(card.example, side) for side in (card.front, card.back))
    if is_foreign(card.example, target, [native]):
        return shows_front and bool(_sentence(card.back, text))
    return shows_back and not shows_front


def _with_bare_term(card: Card, text: StudyText) -> Card:
    """With what the example or the text shows of the front."""
    fronts = list(dict.fromkeys(bare_terms(card.front)))
    in_example = (front for front in fronts if text.shows(card.example, front))
    in_text = (front for front in fronts if _sentence(front, text))
    return replace(card, front=next(chain(in_example, in_text), card.front))


def _fault(card: Card, text: StudyText) -> str:
    """Why the card cannot be used, empty where it can."""
    native, target = text.native, text.target
    if not card.front or not card.back:
        return INCOMPLETE
    if len(card.front) > FRONT_CHARACTERS:
        return TOO_LONG
    if _letters(card.front) == _letters(card.back):
        return REPEATED
    # Where no dictionary is installed, the local engine explains terms in the language that is learned.
    is_in_native = card.back_source == "translation" or native.base == target.base
    is_back_foreign = is_in_native and is_foreign(card.back, native, [target])
    is_front_foreign = is_foreign(card.front, target, [native]) and not _sentence(card.front, text)
    return FOREIGN if is_back_foreign or is_front_foreign else ""


def _example(card: Card, text: StudyText, remarks: Counter[str]) -> str:
    example = card.example
    is_good = text.shows(example, card.front) and len(example) <= TEXT_CHARACTERS
    is_pair = card.back.casefold() in example.casefold()  # a line of a list in two languages
    if is_good and (is_pair or not is_foreign(example, text.target, [text.native])):
        return example
    example = _sentence(card.front, text)
    remarks[EXAMPLE_REPLACED if example else NO_EXAMPLE] += 1
    return example


def _sentence(term: str, text: StudyText) -> str:
    """One of the study text that shows the term, unless the text is in another language than is learned."""
    sentence = text.sentence_with(term)
    return "" if is_foreign(sentence, text.target, [text.native]) else sentence


def _back(back: str, remarks: Counter[str]) -> str:
    if len(back) > TEXT_CHARACTERS:
        remarks[BACK_CUT] += 1
    return shortened(back, TEXT_CHARACTERS)


def _pronunciation(card: Card, text: StudyText, remarks: Counter[str]) -> str:
    said = phonetic(card.pronunciation, text.target)
    if said is None or len(said) > FRONT_CHARACTERS:
        remarks[NOT_PHONETIC] += 1
    return shortened(clean(said or ""), FRONT_CHARACTERS)


def _letters(text: str) -> str:
    """What is told of two sides that differ in case, spaces and signs alone."""
    return "".join(c for c in text.casefold() if c.isalnum()) or text
