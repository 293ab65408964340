"""How languages other than English say what something is.

There is no grammar of these languages here. The verbs that define are told by what stands around them: an article or
nothing before the term, and an article or a word that opens a meaning behind the verb.
"""

import re
from dataclasses import dataclass

_TERM = r"(?P<term>[^\W\d_][^\s,.;:!?()]{1,40}(?: [^\s,.;:!?()]{1,40}){0,5}?)(?: \([^()]{1,60}\))?"
_ANY = r"\w+,?"


@dataclass(frozen=True, slots=True)
class Wording:
    """`articles` before a term, `being` and `meaning` behind it, `opening` a meaning, `naming` a term that comes later."""

    articles: str
    being: str
    meaning: str
    opening: str
    naming: tuple[str, ...]
    joining: frozenset[str]


WORDINGS = {
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
    "nl": Wording(
        "de|het|een",
        "is|zijn",
        "betekent|beschrijft|verwijst naar|bestaat uit",
        "een|de|het|elke?|alle",
        (
            rf"Onder (?:(?:een|de|het) )?{_TERM} (?:verstaat men|verstaan we|wordt verstaan) (?P<said>.+)",
            rf"(?:Men noemt|We noemen) {_TERM} (?P<said>(?:een|de|het|elke?) .+)",
        ),
        frozenset(["van", "de", "het", "der", "en", "in", "op"]),
    ),
    "sv": Wording(
        "en|ett|den|det",
        "är",
        "betyder|innebär|beskriver|syftar på",
        "en|ett|den|det|de|varje|alla",
        (rf"Med {_TERM} (?:menas|avses) (?P<said>.+)",),
        frozenset(["och", "av", "i", "för", "på"]),
    ),
    "da": Wording(
        "en|et|den|det",
        "er",
        "betyder|beskriver|betegner",
        "en|et|den|det|de|hver|alle",
        (rf"Ved {_TERM} forstås (?P<said>.+)",),
        frozenset(["og", "af", "i", "for", "på"]),
    ),
    "nb": Wording(
        "en|ei|et|den|det",
        "er",
        "betyr|beskriver|betegner",
        "en|ei|et|den|det|de|hver|alle",
        (rf"Med {_TERM} (?:menes|forstås) (?P<said>.+)",),
        frozenset(["og", "av", "i", "for", "på"]),
    ),
    "ro": Wording(
        "un|o",
        "este|sunt",
        "înseamnă|reprezintă|desemnează|constă în",
        r"un|o|ansamblul|totalitatea|procesul|orice|acel|acea|[\w-]+(?:ul|ea|rea)",
        (rf"Prin {_TERM} se înțelege (?P<said>.+)",),
        frozenset(["de", "a", "al", "ale", "și", "în", "din", "la"]),
    ),
    "pl": Wording(
        "", "(?:jest )?to", "oznacza", _ANY, (), frozenset(["i", "w", "z", "na", "do", "o"])
    ),
    "ru": Wording(
        "", "(?:[—–-] )?это", "означает", _ANY, (), frozenset(["и", "в", "на", "с", "по"])
    ),
    "uk": Wording(
        "", "(?:[—–-] )?це", "означає", _ANY, (), frozenset(["і", "й", "та", "в", "у", "на"])
    ),
    "id": Wording(
        "", "adalah|ialah|merupakan", "berarti", _ANY, (), frozenset(["dan", "di", "dari"])
    ),
}
WORDINGS |= {"no": WORDINGS["nb"], "ms": WORDINGS["id"]}
PATTERNS = {
    code: tuple(
        re.compile(pattern, re.I)
        for pattern in (
            *wording.naming,
            rf"(?:(?:{wording.articles}) |(?:l|d|un)['’])?{_TERM} "
            rf"(?:(?:{wording.being}) (?=(?:{wording.opening}) )|(?:{wording.meaning}) )(?P<said>.+)",
        )
    )
    for code, wording in WORDINGS.items()
}
