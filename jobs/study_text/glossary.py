"""Lines that state what a term means: `term: meaning`, `term - meaning`, `term = meaning` and their like."""

import re
from typing import NamedTuple

_SEPARATOR = re.compile(
    r"\s*(?P<sign>:=|::|=>|->|→|⇒|⟶|↔)\s*|\s*(?P<colon>:)(?=\s)|(?:(?<=\s)(?P<dash>[-–—~])|(?<=\w)(?P<glued>[-–]))(?=\s)|(?P<tight>—)|(?<=\s)(?P<equals>=)(?=\s)|(?<=[\w)])(?P<wide> {2})(?=(?:An?|The|Any|When|One) )|(?P<gap>\t+|\s{3,})"
)
_BOLD = re.compile(
    r"(?P<mark>\*\*|__)(?P<term>[^*_\n]{1,80}?)(?P<inner>[:.–—-]?)\s?(?P=mark)\s*(?P<after>\([^()]{1,40}\))?\s*(?P<sign>[:=–—→-]|\.(?=\s))?\s*(?P<meaning>\S.*)"
)
_ASIDE = re.compile(
    r"\s*(?:\((?P<round>[^()]{1,60})\)|\[(?P<square>[^\[\]]{1,60})\]|/(?P<spoken>[^/]{1,40})/)\s*$"
)
_GRAMMAR = re.compile(
    r"(?:n|v|adj|adv|noun|verb|adjective|adverb|pl|plural|sing|m|f|nt|masc|fem|prep|phr|[mf]/[mf]|nm|nf|abbr)\.?(?:,? ?(?:pl|sing|m|f|t|i)\.?)?",
    re.I,
)
_LABELS = (
    "note notes example examples remember question answer source sources figure fig table step tip warning caution "
    "hint url author authors date chapter section title abstract keywords summary objective objectives "
    "goal goals aim aims lesson problem solution proof remark result results discussion conclusion homework exercise "
    "exercises assignment reading readings instructor lecturer email office copyright license licence version "
    "updated status category abstract introduction overview important attention q a ex eg i.e e.g todo given find "
    "advantages disadvantages pros cons properties characteristics features types type causes effects symptoms "
    "treatment treatments uses use applications formula unit units symbol structure function functions location "
    "time place room deadline due see also updates obsoletes request comments issn doi isbn https http ftp mailto "
    "context learning outcome outcomes credit course week lecture topic day slide part unit module page pages answer "
    "terms concepts words vocabulary definitions reference references fix fixes symptom cause highlight highlights activity task fact facts case cases key points takeaway takeaways agenda contents legend"
)
LABELS = frozenset(_LABELS.split())
DEFINING = frozenset(
    (
        "definition",
        "def",
        "meaning",
        "definition:",
        "define",
        "defined as",
        "what it is",
        "what is it",
        "description",
    )
)
UNFINISHED = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "be",
        "as",
        "that",
        "which",
        "than",
        "such",
        "following",
        "including",
        "include",
        "includes",
        "called",
        "namely",
        "if",
        "when",
        "because",
        "where",
        "how",
        "what",
        "why",
        "who",
        "this",
        "these",
        "those",
        "it",
        "they",
        "he",
        "she",
        "we",
        "you",
        "i",
        "not",
        "can",
        "may",
        "must",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "should",
        "see",
        "into",
        "like",
        "per",
        "about",
        "their",
        "its",
        "his",
        "her",
        "our",
        "your",
        "there",
        "here",
        "then",
    ]
)
_SENTENCE_WORDS = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "can",
        "will",
        "may",
        "must",
        "should",
        "would",
        "could",
        "does",
        "do",
        "did",
        "been",
        "being",
    ]
)
_PRONOUNS = frozenset(
    ["it", "they", "he", "she", "we", "you", "i", "this", "these", "those", "there", "here"]
)
_GENUS = re.compile(r"(?:An?|The|One of|Any|Anything|Something|Someone|The process)\s")
# It names what it defines itself (`Definition: Grana are stacks ...`).
_SENTENCE = re.compile(r"(?:\S+ ){1,4}(?:is|are|refers to|means|occurs)\b")
_EXAMPLE = re.compile(r"\s(?:Ex|Examples?)\s?:\s.*$")
_COUNTS = frozenset(
    ("two", "three", "four", "five", "six", "seven", "several", "many", "some", "all", "most")
)
LONGEST_TERM, TERM_CHARACTERS = 7, 70


class Stated(NamedTuple):
    """`sign`: what stands between; lists use one throughout. `label`: the term is the heading above."""

    term: str
    meaning: str
    sign: str
    is_label: bool = False


def stated(text: str) -> Stated | None:
    """The term that opens the line, and what is said to be its meaning; `text` may have bold marks."""
    bold = _BOLD.match(text)
    if bold:
        after = bold["after"] or ""
        sign = bold["sign"] or bold["inner"]
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
        if term.count("(") != term.count(")"):
            continue
        if not term.strip():
            return None
        kind = found.lastgroup or ""
        if kind == "tight" and " " in term.strip() and len(term.split()) > 4:
            return None
        return _checked(term, meaning, kind)
    return None


def sign_of(text: str) -> str:
    """What stands between the line's first words and the rest, whether they state something or not."""
    found = _SEPARATOR.search(text, 0, TERM_CHARACTERS + 10)
    is_short = found and 0 < len(text[: found.start()].split()) <= LONGEST_TERM
    return (found.lastgroup or "") if found and is_short else ""


def _checked(term: str, meaning: str, sign: str) -> Stated | None:
    term, meaning = term.strip(" *_`\"“”'‘’.,"), meaning.strip(" *_\t=-–—:")
    meaning = _EXAMPLE.sub("", re.sub(r"^(?:is|are) (?=(?:an?|the|any|one) )", "", meaning)).strip()
    words = term.lower().split()
    if words and " ".join(words).strip(":") in DEFINING and len(meaning.split()) > 1:
        if _SENTENCE.match(meaning):
            return None
        return Stated("", meaning, sign, is_label=True)
    if not is_term(term) or not is_meaning(meaning) or _is_about(term, meaning):
        return None
    return Stated(plain_term(term), meaning, sign)


def _is_about(term: str, meaning: str) -> bool:
    """A sentence that has the term as its subject is a remark (`dogs: Dogs have 39 pairs`)."""
    subject = re.match(
        r"(?:The |An? )?([\w -]{2,40}?) (?:has|have|had|are|can|will|was|were|is|became)\b", meaning
    )
    return subject is not None and term.lower().endswith(subject[1].lower())


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
    if (
        len(term) < 2
        or term.count("(") != term.count(")")
        or not term[0].isalnum()
        or not any(character.isalpha() for character in term)
    ):
        return False
    if (
        term[-1] in "?!,;"
        or re.search(r"[.!?]\s|[<>{}|]|https?:", term)
        or re.fullmatch(r"[\d.:\s]*(?:am|pm)?", term, re.I)
    ):
        return False
    return not (
        words[0] in _COUNTS
        or words[0].strip(".") in LABELS
        and (
            len(words) == 1
            or words[1] == "of"
            or re.fullmatch(r"[#(]?[\d.]+\)?", words[1]) is not None
            or words[-1] in LABELS
        )
        or words[0] in _PRONOUNS
        or words[-1] in UNFINISHED
        or (
            len(words) > 1
            and words[0]
            in (
                "what",
                "how",
                "why",
                "when",
                "who",
                "which",
                "where",
                "if",
                "because",
                "and",
                "but",
                "or",
                "for",
                "in",
                "on",
                "at",
                "as",
                "see",
                "by",
                "with",
            )
        )
        or any(word in _SENTENCE_WORDS for word in words[1:])
        or words[0] in ("is", "are", "was", "were", "has", "have", "does", "do", "did")
        or re.match(r"\d", term) is not None
        and len(words) > 1
        and not re.match(r"\d+[-\w]*[a-z]", term)
        or (len(words) == 1 and len(words[0]) == 1 and words[0] in LABELS)
    )


def is_meaning(meaning: str) -> bool:
    if not any(character.isalpha() for character in meaning) or meaning.endswith("?"):
        return False
    if re.match(r"(?:have|has|can|there (?:is|are|exists?)|if|let|suppose|given)\b", meaning, re.I):
        return False
    if re.match(r"(?:see|cf\.?|vgl\.?|q\.v\.) ", meaning, re.I) and len(meaning.split()) < 8:
        return False
    return not re.match(r"(?:https?://|www\.|\d+(?:[.,:]\d+)*\s?(?:am|pm|%|€|\$)?$)", meaning, re.I)
