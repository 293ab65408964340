"""What models put around the words of a card, taken away: mark-up, quotes, dots, words that stand for nothing."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from jobs.kinds.study.text import clean
from jobs.providers.base import Card, Language
from jobs.study_text.html_source import is_html
from jobs.study_text.latex import plain_formula
from profiles.tables.layout import member_of
from profiles.tables.markup import plain
from unilingo.common.alphabets import alphabets

_ENTITY = re.compile(r"&(?:[A-Za-z]{2,12}\d{0,2}|#\d{1,7}|#[xX][\da-fA-F]{1,6});")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3}|`{1,3})(?=\S)([^*`]{1,1000}?)(?<=\S)\1(?![\w*])")
_ALONE = re.compile(r"([*_])(?=\S)([^*_]+)(?<=\S)\1")
# Marks of writing direction, soft hyphens and spaces without width. Joiners stay: letters of some scripts and emoji need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ESCAPED = re.compile(r"\\u([\da-fA-F]{4})")
_LABEL = re.compile(r"([^\W\d_]{2,20})\s?:\s")
_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s+")
_ASIDE = re.compile(r"(.*\S)\s*[(（\[][^()（）\[\]]+[)）\]]")
# Vowels and accents that Arabic and Hebrew write for learners alone.
_VOWELS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u0640\u064b-\u0652\u0670]")
_RUBY = re.compile(r"</(?:ruby|rt)>", re.IGNORECASE)
_ARTICLES = "the|an?|der|die|das|eine?|el|la|los|las|una?|les?|une|il|lo|gli|uno|os?|as|uma?"
_ARTICLE = re.compile(rf"(?:{_ARTICLES})\s|l['’]", re.IGNORECASE)
_ARTICLE_BEHIND = re.compile(rf",\s?(?:{_ARTICLES})$", re.IGNORECASE)
_FORMULA = re.compile(r"\$([^$\s][^$]{0,100}?)\$|\\\((.{1,100}?)\\\)")
_BULLET = re.compile(
    r"(?:[-*•–—→\u25a0-\u25ff\u2611\u2705\u2714\u2794-\u27be\U0001f300-\U0001faff]\ufe0f?|#{1,6})\s+"
)
_QUOTED = re.compile(
    "\"([^\"]+)\"|“([^“”]+)”|„([^„“”]+)[“”]|[«»]\\s?([^«»]+?)\\s?[«»]|[‘‚]([^‘’‚]+)[‘’]|'([^']+)'"
)
_ENDS = " .,;:…。،।"
_SHORT_FORM = re.compile(r"(?:^|\s)(?:\w\.)*\w\.\w+\.$")
_NOTHING = re.compile(r"(?:n\s?/\s?a|tbd|[-–—.…/*_#`~\s]+)\.?", re.IGNORECASE)
_NOT_SAID = re.compile(
    r"\W*+(?:n/?a|tbd|none|null|nil|unknown|undefined|empty|not (?:available|applicable|sure))?\W*",
    re.IGNORECASE,
)
_IN_PLAIN_KEYS = str.maketrans({"'": "ˈ", "’": "ˈ", ":": "ː", "·": ".", "g": "ɡ"})
_SIGNS = "a-zæðøħŋœβθχǀ-ǃ\u0250-\u02ff\u0300-\u036f\u1d00-\u1dbf\u2016\u203fⁿ"
_PHONETIC = re.compile(rf"[{_SIGNS}.,()/ -]+")
_BETWEEN = re.compile(r"/(.+)/|\[(.+)\]|\\(.+)\\")


def tidy(card: Card) -> Card:
    """The words of the card. Of one that is about mark-up, a tag is what it teaches, and stays."""
    is_about_tags = is_html(card.front) and not plain(card.front).text
    front, back, topic, example = (
        _said(getattr(card, name), name, keeps_tags=is_about_tags)
        for name in ("front", "back", "topic", "example")
    )
    if _NUMBER.match(front) and _NUMBER.match(back):
        front, back = _NUMBER.sub("", front, count=1), _NUMBER.sub("", back, count=1)
    is_term = card.back_source == "translation"
    return replace(
        card,
        front=_bare(front),
        back=_bare(back) if is_term else _whole(_unquoted(back)),
        topic="" if _NOT_SAID.fullmatch(topic) else _bare(topic),
        example=example,
    )


def phonetic(said: str, target: Language) -> str | None:
    """The pronunciation in phonetic signs, empty where there is none; None where it is written in another way.

    In a language of another script, its reading in Latin letters is of use, too.
    """
    said = clean(said)
    if _NOT_SAID.fullmatch(said):
        return ""
    if "LATIN" not in (alphabets(target) or ("LATIN",)):
        return said
    between = _BETWEEN.fullmatch(said)
    inner = next(filter(None, between.groups()), "") if between else said
    if between:
        inner = inner.translate(_IN_PLAIN_KEYS)
    has_signs = bool(re.search("[^a-zɡ ./,()-]", unicodedata.normalize("NFD", inner)))
    if not _PHONETIC.fullmatch(unicodedata.normalize("NFD", inner)):
        return None
    if not has_signs and ("-" in inner or not between):
        return None
    return f"[{inner}]" if said.startswith("[") and between else f"/{inner}/"


def bare_terms(front: str) -> Iterator[str]:
    """The front, and what may be the term in it: without a number, an article, vowels, what stands behind it in brackets."""
    yield front
    yield _VOWELS.sub("", front)
    yield _NUMBER.sub("", front, count=1)
    yield front.partition(" / ")[0]
    yield _ARTICLE_BEHIND.sub("", front)
    if aside := _ASIDE.fullmatch(front):
        front = aside[1]
        yield front
    if article := _ARTICLE.match(front):
        yield front[article.end() :]


def _said(text: str, name: str, *, keeps_tags: bool) -> str:
    text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    if not keeps_tags and (is_html(text) or _RUBY.search(text) or _ENTITY.search(text)):
        text = plain(plain(text).text).text or text
    text = _INVISIBLE.sub("", text)
    text = _FORMULA.sub(_in_signs, clean(text))
    label = _LABEL.match(text)
    text = text[label.end() :] if label and member_of(label[1]) == name else text
    text = _EMPHASIS.sub(r"\2", _BULLET.sub("", text, count=1) if _BULLET.match(text) else text)
    whole = _ALONE.fullmatch(text)
    text = whole[2] if whole else text
    return "" if _NOTHING.fullmatch(text) else text


def _in_signs(formula: re.Match[str]) -> str:
    """LaTeX as Unicode has it; what is none, as sums in dollars, stays."""
    source = formula[2] or formula[1]
    is_latex = formula[2] or any(sign in source for sign in "\\_^")
    return (plain_formula(source) if is_latex else "") or formula[0]


def _bare(text: str) -> str:
    """A term without the signs of a sentence; the dot of a short form belongs to it."""
    text = _unquoted(text)
    return text if _SHORT_FORM.search(text) else _unquoted(text.rstrip(_ENDS))


def _whole(sentence: str) -> str:
    """One full stop ends a sentence, several leave it open."""
    return sentence.rstrip(" .…") if sentence.endswith(("…", "..")) else sentence


def _unquoted(text: str) -> str:
    found = _QUOTED.fullmatch(text)
    return next(filter(None, found.groups())) if found else text
