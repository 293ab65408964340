"""What a text in another language than English says of its own terms: entries of lists, and sentences that say what one is.

There is no grammar of these languages here. The verbs that define are told by what stands around them: an article or
nothing before the term, and an article or a word that opens a meaning behind the verb.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobs.providers.base import CardsRequest
from jobs.providers.local_text.candidates import Place
from jobs.providers.local_text.drafts import Draft, difficulty
from jobs.providers.local_text.known_words import frequency
from jobs.providers.local_text.prose import Sentence
from jobs.providers.local_text.reading import Reading

LONGEST = 4  # words of a term without those that join them
FEWEST = 3  # words of a sentence's meaning
# Zipf frequencies from which a word says nothing without others, and above which one alone is no term.
EMPTY, EVERYDAY = 5.9, 5.0
SURE, LIKELY = 6.0, 4.0  # scores: of an entry, and of a sentence
_TERM = r"(?P<term>[^\W\d_][^\s,.;:!?()]{1,40}(?: [^\s,.;:!?()]{1,40}){0,5}?)(?: \([^()]{1,60}\))?"


@dataclass(frozen=True, slots=True)
class Wording:
    """`articles` before a term, `being` and `meaning` behind it, `opening` a meaning, `naming` a term that comes later."""

    articles: str
    being: str
    meaning: str
    opening: str
    naming: tuple[str, ...]
    joining: frozenset[str]


_LANGUAGES = {
    "de": Wording(
        "der|die|das|ein|eine",
        "ist|sind",
        "bezeichnet|bezeichnen|bedeutet|beschreibt|beschreiben|heißt",
        "eine?[nrs]?|der|die|das|den|jede[rsn]?|alle",
        (
            rf"(?:Unter|Mit) (?:(?:einem|einer|dem|der|den) )?{_TERM} (?:versteht|meint|bezeichnet) man (?P<said>.+)",
            rf"Als {_TERM} (?:bezeichnet|versteht) man (?P<said>.+)",
        ),
        frozenset(["und", "von", "der", "des", "im"]),
    ),
    "es": Wording(
        "el|la|los|las|un|una",
        "es|son",
        "significa|designa|se define como|se refiere a|consiste en",
        "un|una|unos|unas|el|la|los|las|aquell?[ao]s?|cualquier|tod[ao]s?",
        (
            rf"(?:Se (?:llama|denomina|conoce como)|Llamamos) {_TERM} (?:al? )(?P<said>.+)",
            rf"Por {_TERM} (?:se entiende|entendemos) (?P<said>.+)",
            rf"Se entiende por {_TERM} (?P<said>(?:un[ao]?s?|el|l[ao]s?|cualquier|tod[ao]s?) .+)",
        ),
        frozenset(["de", "del", "la", "el", "los", "las", "y", "a", "en"]),
    ),
    "fr": Wording(
        "le|la|les|un|une",
        "est|sont",
        "désigne|désignent|signifie|se définit comme|correspond à|consiste en",
        "une?|les?|la|des|tout|toute|celui|celle|l['’]\\w+",
        (
            rf"On (?:appelle|nomme) {_TERM} (?P<said>(?:une?|les?|la|tout|toute|l['’]\w+) .+)",
            rf"Par {_TERM},? on entend (?P<said>.+)",
            rf"On entend par {_TERM},? (?P<said>(?:une?|les?|la|tout|toute|l['’]\w+) .+)",
        ),
        frozenset(["de", "du", "des", "la", "le", "les", "et", "à", "en", "au"]),
    ),
    "it": Wording(
        "il|lo|la|i|gli|le|un|uno|una",
        "è|sono",
        "indica|significa|si definisce come|consiste in|designa",
        "uno?|una|il|lo|la|i|gli|le|l['’]\\w+|un['’]\\w+|ogni|qualsiasi",
        (
            rf"(?:Si (?:chiama|definisce|dice)|Chiamiamo) {_TERM} (?P<said>(?:uno?|una|il|lo|la|i|gli|le|l['’]\w+|ogni) .+)",
        ),
        frozenset(["di", "del", "della", "dei", "delle", "e", "a", "in", "da", "la"]),
    ),
    "pt": Wording(
        "o|a|os|as|um|uma",
        "é|são",
        "significa|designa|define-se como|refere-se a|consiste em",
        "uma?|os?|as?|uns|umas|qualquer|tod[ao]s?|aquel[ea]s?",
        (
            rf"(?:Chama-se|Denomina-se|Dá-se o nome de) {_TERM} (?:ao?s?|à?s?) (?P<said>.+)",
            rf"Entende-se por {_TERM} (?P<said>.+)",
        ),
        frozenset(["de", "do", "da", "dos", "das", "e", "em", "a", "o"]),
    ),
}
_PATTERNS = {
    code: tuple(
        re.compile(pattern, re.I)
        for pattern in (
            *wording.naming,
            rf"(?:(?:{wording.articles}) |(?:l|d|un)['’])?{_TERM} "
            rf"(?:(?:{wording.being}) (?=(?:{wording.opening}) )|(?:{wording.meaning}) )(?P<said>.+)",
        )
    )
    for code, wording in _LANGUAGES.items()
}
# What follows is said below, or is a figure.
_LEADING = re.compile(r"\b(?:folgenden?|siguientes?|suivante?s|seguenti|seguintes?)\b", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ELIDED = re.compile(r"(?:[ldLD]|[uU]n)['’](?=\w)")


@dataclass(frozen=True, slots=True)
class Statement:
    sentence: int
    term: str
    meaning: str
    is_entry: bool


def statements(sentences: Sequence[Sentence], language: str) -> Iterator[Statement]:
    """In the order of the text."""
    for number, sentence in enumerate(sentences):
        is_entry = sentence.kind == "definition"
        said = (
            (sentence.term, sentence.meaning.rstrip(" .:"))
            if is_entry
            else _said(sentence.text, language)
        )
        if said and _is_meaning(said[1], is_entry) and _is_term(said[0], language, is_entry):
            yield Statement(number, *said, is_entry)


def stated_drafts(
    readings: Sequence[Reading], request: CardsRequest, taken: Sequence[Draft]
) -> list[Draft]:
    """A card of each term, by the first entry or else the first sentence, beside those that are made of it."""
    language = request.target.base
    known = {front.casefold() for front in (*request.known_fronts, *(d.front for d in taken))}
    found = list(statements([reading.sentence for reading in readings], language))
    drafts: dict[str, Draft] = {}
    for said in sorted(found, key=lambda statement: not statement.is_entry):
        if said.term.casefold() not in known:
            draft = _draft(said, readings[said.sentence].sentence.text, language)
            drafts.setdefault(said.term.casefold(), draft)
    return sorted(drafts.values(), key=lambda draft: draft.places[0])


def _draft(said: Statement, text: str, language: str) -> Draft:
    words = said.term.split()
    return Draft(
        front=said.term,
        definition=said.meaning,
        translation="",
        difficulty=difficulty(words, language),
        example=text,
        places=(Place(said.sentence, 0, len(words)),),
        score=SURE if said.is_entry else LIKELY,
        quote=text,
        is_stated=True,
        is_listed=said.is_entry,
    )


def _said(text: str, code: str) -> tuple[str, str] | None:
    tried = (pattern.match(text) for pattern in _PATTERNS.get(code, ()))
    found = next(filter(None, tried), None)
    return (found["term"], found["said"].rstrip(" .")) if found else None


def _is_meaning(said: str, is_entry: bool) -> bool:
    return len(_WORD.findall(said)) >= FEWEST - is_entry and not _LEADING.search(said)


def _is_term(term: str, code: str, is_entry: bool) -> bool:
    """No clause, no pronoun, no everyday word alone."""
    language = _LANGUAGES.get(code)
    joining = language.joining if language else frozenset[str]()
    articles = language.articles.split("|") if language else []
    words = _ELIDED.sub("", term).lower().split()
    words = words[words[0] in articles :] if words else []
    weights = [frequency(word.strip(",/"), code) for word in words if word not in joining]
    if not 0 < len(weights) <= LONGEST or words[0] in joining or words[-1] in joining:
        return False
    if any(weight >= EMPTY for weight in weights):
        return False
    return is_entry or len(weights) > 1 or weights[0] < EVERYDAY
