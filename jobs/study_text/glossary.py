"""Lines that state what a term means: `term: meaning`, `term - meaning`, `term = meaning` and their like."""

import re
from typing import NamedTuple

from jobs.study_text.formulas import is_formula, is_of_numbers
from jobs.study_text.labels import is_defining, is_label
from jobs.study_text.words import words_of

_SEPARATOR = re.compile(
    r"\s*(?P<sign>:=|::)\s*|\s*(?P<arrow>=>|->|→|⇒|⟶|↔)\s*|\s*(?P<colon>:(?=\s)|：)|(?:(?<=\s)(?P<dash>[-–—~])|(?<=\w)(?P<glued>[-–])(?! (?:und|oder|bzw|and|or|et|ou|[yoeu])\b))(?=\s)|(?P<tight>—)|(?<=\s)(?P<equals>=)(?=\s)|(?<=[\w)])(?P<wide> {2})(?=(?:An?|The|Any|When|One) )|\s(?P<dots>\.{3,})\s|(?P<gap>\t+|\s{3,})"
)
_BOLD = re.compile(
    r"(?P<mark>\*\*|__)(?P<term>[^*_\n]{1,80}?)(?P<inner>[:.–—-]?)\s?(?P=mark)\s*(?P<after>\([^()]{1,40}\))?\s*(?P<sign>[:=–—→-]|\.(?=\s))?\s*(?P<meaning>\S.*)"
)
# Words in italics, where a sign shows that they are a term.
_LEANING = re.compile(
    r"(?:(?:An?|The) )?([*_])(?=\w)([^*_\n]{1,80}?)(:?)\1(?=\s*(?:\([^()]{1,40}\)\s*)?(?:[:=–—-]\s|(?<=:.)\s))"
)
# `identified by finding a _minimal pair_ - two words that ...`
_LEANING_LAST = re.compile(r"\w.*\s(\*\*|__|[*_])(?=\w)([^*_]+)\1")
_ARTICLE = re.compile(r"(?:an?|the|any) ")
_ASIDE = re.compile(
    r"(?<!\s)\s*+(?:\((?P<round>[^()]{1,60})\)|\[(?P<square>[^\[\]]{1,60})\]|/(?P<spoken>[^/]{1,40})/)\s*$"
)
_GRAMMAR = re.compile(
    r"(?:n|v|adj|adv|noun|verb|adjective|adverb|pl|plural|sing|m|f|nt|masc|fem|prep|phr|[mf]/[mf]|nm|nf|abbr)\.?(?:,? ?(?:pl|sing|m|f|t|i)\.?)?",
    re.I,
)
_GENUS = re.compile(r"(?:An?|The|One of|Any|Anything|Something|Someone|The process)\s")
# A noun and what narrows it, not a noun and its verb (`Passive movement through a membrane`).
_NARROWED = re.compile(
    r"[A-Z][a-z-]+(?: [a-z-]+){0,3}(?<!s) (?:of|through|that|which|who|between|from|by|in which|with|without|for) "
)
_SAID = re.compile(
    r"^[^.;]*?\b(?:is|are|was|were|has|have|can|will|may|must|does|do)\b(?<!that is)(?<!that are)"
)
_SUBJECT = re.compile(
    r"(?:The |An? )?([\w -]{2,40}?)(?: of [^,.]{2,40}?)?(?:, [^,.]{3,50},)? (?:has|have|had|are|can|will|was|were|is|became)\b"
)
# It names what it defines itself (`Definition: Grana are stacks ...`).
_SENTENCE = re.compile(r"(?:\S+ ){1,5}?(?:is|are|refers to|means|occurs)\b")
_EMPHASIS = re.compile(r"^(?:An?|The) (?=\*\*|__)|\*\*|__|`")
_OF_BOOKS = re.compile(r"(?:Definition|Def\.?) ?[\d.]* ?\(([^()]+)\)")
_IS = re.compile(r"^(?:(?:it|this|they|these) )?(?:is|are) (?=(?:an?|the|any|one) )", re.I)
_EXAMPLE = re.compile(r"\s(?:Ex|Examples?)\s?:\s.*$")
_BRACKET = re.compile(r"\([^()]*\)")
_NO_TERM = re.compile(
    r"[.!?]\s|[<>{}|$=∼≈≤≥∈←→⇒⇔↑↓]|\(\s*\)|#\d|\w\((?:\w|[^()]*,)[^()]*\)|^\w+ed (?:by|from|with) |^(?:next|last|this|each|every) (?:week|month|year|day|time|class|lecture|lesson|session)\b|^to (?:summari[sz]e|sum up|conclude|recap|illustrate)|https?:|^[\d.:\s]*(?:am|pm)?$|\s\d+\.\d[\d.]*$",
    re.I,
)
_NO_MEANING = re.compile(
    r"(?:have|has|can|there (?:is|are|exists?)|here (?:is|are)|if|let|suppose|given|we (?:define|denote|have|say)|as follows)\b"
    r"|(?:after|by|when|while) (?:\w+ly )?\w+ing\b|in order to\b|when (?:you|we) (?:need|want)\b|for (?:\w+ )?(?:any|all|each|every|events?)\b",
    re.I,
)
# What is said follows, in a formula or a list.
_LEADING = re.compile(
    r"\b(?:have|has|is|are|as|follows|following|holds?|by|that|since|where|if|when|below|figure|table|\w{3,20}ing|of|in|for|with|into|from|contains?|includes?|consists?|comprises?)\s*:$"
    r"|\b(?:as follows|such that|(?:we|which) (?:have|is)|defined (?:as|by)|since)$"
)
_FORMULA_FOLLOWS = re.compile(r",? and (?:is|are) (?:\w{1,20} )?(?:as follows|by|as)\s?:?$")
# `"What is a stack?" → LIFO`, `is it in range? (at most 50)`, `"A stack is FIFO" → FALSE`.
_ASKS = re.compile(
    r"""["“][^"”?]{3,200}\?\s?["”]|(?:is|are|was|were|does|do|did|can|could|should|will|would) (?:it|they|he|she|we|you|there|this|these|your)\b[^.]*\?""",
    re.I,
)
_VERDICT = re.compile(
    r"(?:→|⇒|[-=]>|\s[-–—=]|:|\()\s*(?:true|false)\b[\s).!\"”*]*$|^\W*(?:true (?:or|/) false|t\s?/\s?f)\b",
    re.I,
)
_COMPARATIVE = re.compile(
    r"(?:better|bigger|deeper|faster|fewer|greater|higher|larger|less|longer|lower|more|shorter|slower|smaller|stronger|weaker|worse) \w",
    re.I,
)
_COMPARED = re.compile(r"(?:more|less|fewer|better|worse|[a-z]{3,}er)\b", re.I)
_OF_SIGNS = re.compile(r"(?:\S ){2,}\S")  # `A B * C /`
UNFINISHED = words_of("unfinished.txt")
NO_TERM, NO_PHRASE = words_of("no_term.txt"), words_of("no_phrase.txt")
VERBS = words_of("verbs_of_sentences.txt")
LONGEST_TERM, TERM_CHARACTERS = 7, 70
# Of Chinese, Japanese and Korean one character may be a word.
_WORD_SIGN = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")


class Stated(NamedTuple):
    """`sign`: what stands between; lists use one throughout. `label`: the term is the heading above."""

    term: str
    meaning: str
    sign: str
    is_label: bool = False


def stated(text: str) -> Stated | None:
    """The term that opens the line, and what is said to be its meaning; `text` may have bold marks."""
    leaning = _LEANING.match(text)
    if leaning:
        text = f"**{leaning[2]}{leaning[3]}**{text[leaning.end() :]}"
    bold = _BOLD.match(text)
    if bold:
        after = bold["after"] or ""
        sign = bold["sign"] or bold["inner"]
        if sign == "." and not _explains(bold["term"], bold["meaning"]):
            return None
        if sign or bold["meaning"][:1].islower() or after or _GENUS.match(bold["meaning"]):
            is_sure = sign or _GENUS.match(bold["meaning"])
            return _checked(
                bold["term"].strip(" :"), bold["meaning"], "bold" if is_sure else "bold-only"
            )
        return None
    for found in _SEPARATOR.finditer(text):
        if found.start() > TERM_CHARACTERS:
            return None
        term, meaning = text[: found.start()], text[found.end() :]
        if term.count("(") != term.count(")") or term.count("`") % 2 or term.count("$") % 2:
            continue
        if not term.strip():
            return None
        kind = found.lastgroup or ""
        is_led_to = kind == "dash" or kind == "colon" and _ARTICLE.match(meaning)
        last = _LEANING_LAST.fullmatch(term.strip()) if is_led_to else None
        term = last[2] if last else term
        if kind == "tight" and " " in term.strip() and len(term.split()) > 4:
            return None
        return _checked(term, meaning, kind)
    return None


def _explains(title: str, text: str) -> bool:
    """What follows a title with a full stop rather goes on about it (`Sigmoid. The sigmoid function has`)."""
    opening = text.lower().split()[:5]
    is_phrase = _GENUS.match(text) or (_NARROWED.match(text) and not _SAID.search(text))
    return bool(is_phrase) and title.lower().split()[0].strip(".:") not in opening


def sign_of(text: str) -> str:
    """What stands between the line's first words and the rest, whether they state something or not."""
    found = _SEPARATOR.search(text, 0, TERM_CHARACTERS + 10)
    is_short = found and 0 < len(text[: found.start()].split()) <= LONGEST_TERM
    return (found.lastgroup or "") if found and is_short else ""


def _checked(term: str, meaning: str, sign: str) -> Stated | None:
    term = _EMPHASIS.sub("", term).strip(" *_`\"“”'‘’.,")
    numbered = _OF_BOOKS.fullmatch(term)
    term = numbered[1] if numbered else term
    meaning = _FORMULA_FOLLOWS.sub("", meaning.rstrip())
    if _LEADING.search(meaning.rstrip(" *_")) and ". " not in meaning:
        return None
    meaning = _unopened(meaning.strip(" \t=-–—:→⇒⟹"))
    if numbered and _SENTENCE.match(meaning):
        return None
    meaning = _EXAMPLE.sub("", _IS.sub("", meaning)).strip()
    words = term.lower().split()
    if words and is_defining(" ".join(words).strip(":")) and len(meaning.split()) > 1:
        if _SENTENCE.match(meaning):
            return None
        return Stated("", meaning, sign, is_label=True)
    if not is_term(term) or not is_meaning(meaning) or _is_about(term, meaning):
        return None
    if sign == "equals" and " = " in meaning:
        return None  # `TCP = reliable, UDP = fast`
    if _COMPARATIVE.match(term) and _COMPARED.match(meaning):
        return None  # `Lower distance = more trusted`
    if _is_title(meaning) and not term.isupper() and sign == "colon":
        return None
    return Stated(plain_term(term), meaning, sign)


def _unopened(text: str) -> str:
    """Without marks of bold type whose other one was taken off with what stood before."""
    return text.replace("**", "").strip(" *_") if text.count("**") % 2 else text


def _is_title(meaning: str) -> bool:
    """Whether it is the second half of a heading (`Adding Velocities: A Boat on a River`)."""
    words = [word for word in re.findall(r"[^\W\d_]+", meaning) if len(word) > 3]
    return len(words) > 1 and all(word[0].isupper() for word in words) and meaning[-1] != "."


def _is_about(term: str, meaning: str) -> bool:
    """A sentence that has the term as its subject is a remark (`dogs: Dogs have 39 pairs`)."""
    subject = _SUBJECT.match(meaning)
    return subject is not None and term.lower().endswith(subject[1].lower())


def untitled(text: str) -> str:
    """The sentence behind a title in its own line (`Lease – A lease is a contract that ...`), else the text."""
    found = _SEPARATOR.search(text, 0, TERM_CHARACTERS)
    if not found:
        return text
    title, said = text[: found.start()].strip(" *_"), text[found.end() :].lstrip(" *_")
    return said if _is_about(_ASIDE.sub("", title), said) else text


def plain_term(term: str) -> str:
    """Without its part of speech and its pronunciation: `erosion (n.)`."""
    aside = _ASIDE.search(term)
    if aside and (aside["square"] or aside["spoken"] or _GRAMMAR.fullmatch(aside["round"] or "")):
        term = term[: aside.start()]
    return term.strip()


def is_term(term: str) -> bool:
    words = re.sub(r"\([^()]*\)", " ", term).lower().split()
    if not 0 < len(words) <= LONGEST_TERM or len(term) > TERM_CHARACTERS:
        return False
    is_odd = (
        (sum(map(str.isalpha, "".join(words))) < 2 and not _WORD_SIGN.match(term))
        or term.count("(") != term.count(")")
        or not term[0].isalnum()
        or term[-1] in "?!,;"
    )
    if is_odd or not any(map(str.isalpha, term)) or _NO_TERM.search(term):
        return False
    return not (is_label(words) or _is_clause(words)) and (
        len(words) == 1 or not term[0].isdigit() or re.match(r"(?=\d)[-\w]*[a-z]", term) is not None
    )


def _is_clause(words: list[str]) -> bool:
    """A piece of a sentence rather than its subject."""
    opens = words[0].strip(",") in NO_TERM or (len(words) > 1 and words[0] in NO_PHRASE)
    return opens or words[-1] in UNFINISHED or not VERBS.isdisjoint(words[1:])


def is_quiz(text: str) -> bool:
    """Whether it asks, or says of a statement whether it is true."""
    asks = text.rstrip('"”’*_) ').endswith("?") or _ASKS.match(text)
    return bool(asks or _VERDICT.search(text))


def is_meaning(meaning: str) -> bool:
    if not any(map(str.isalpha, _BRACKET.sub("", meaning))) or is_quiz(meaning):
        return False
    if is_formula(meaning) or is_of_numbers(meaning) or _OF_SIGNS.fullmatch(meaning):
        return False
    # One word of these is a translation (`können = can`).
    if _NO_MEANING.match(meaning) and len(meaning.split()) > 2:
        return False
    if re.match(r"\w+(?:\.\w+)*\(|[$>%] \w|[^<>]{0,60}<[\w -]+>", meaning):
        return False  # a call in a program, a command
    if re.match(r"(?:see|cf\.?|vgl\.?|q\.v\.) ", meaning, re.I) and len(meaning.split()) < 8:
        return False
    return not re.match(r"(?:https?://|www\.|\d+(?:[.,:]\d+)*\s?(?:am|pm|%|€|\$)?$)", meaning, re.I)
