"""Exercises put together from a vocabulary: nothing in them that is not in it.

The same vocabulary and seed give the same exercises, so that a job that runs again makes no others.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from jobs.kinds.lesson.choices import GAP, choices
from jobs.providers.base import Entry
from profiles.content import Cloze, Exercise, Matching, MatchingPair, Ordering

PAIRS = (3, 6)
WORDS_TO_ORDER = (4, 14)
ORDERINGS = 5
SHORTEST, TELLING = 4, 5  # letters of a word that can tell the term it belongs to, and that do
_ENDS = tuple(".!?")
# What they join could as well stand the other way round.
_JOINING = re.compile(
    r"[;:–—()]| - |\b(?:and|or|und|oder|y|o|et|ou|e|och|og|eller|i|lub|и|или|і|та|або|și|sau|dan|atau)\b"
)


def exercises(
    entries: Sequence[Entry], seed: str, steps: Iterable[Sequence[str]] = ()
) -> list[Exercise]:
    """`steps`: those that the text puts in an order."""
    random = Random(seed)
    ordered = [*_steps(steps, random), *_orderings(entries, random)]
    return [*_clozes(entries, random), *_matchings(entries, random), *ordered[:ORDERINGS]]


def _clozes(entries: Sequence[Entry], random: Random) -> Iterator[Cloze]:
    """One of a sentence: a second gap could be read in the first one's."""
    used: set[str] = set()
    for entry in entries:
        gapped = _gapped(entry.example_target, entry.keyword)
        is_new = GAP in gapped and entry.example_target not in used
        if (
            not is_new
            or not _is_whole(entry.example_target, entries)
            or _is_told(entry.keyword, gapped)
        ):
            continue
        if offered := choices(entry, gapped, entries, random):
            used.add(entry.example_target)
            yield Cloze(type="cloze", sentence=gapped, choices=offered, answer=entry.keyword)


def _is_whole(sentence: str, entries: Sequence[Entry]) -> bool:
    """Whether it is one: no heading, line of a glossary or mere list. Scripts without capitals may do without a full stop."""
    has_capitals = sentence.lower() != sentence.upper()
    is_open = has_capitals and not sentence.rstrip('"”»’)').endswith(_ENDS)
    if is_open or sentence.count('"') % 2 or sentence.count("“") != sentence.count("”"):
        return False
    label, colon, _ = sentence.partition(":")
    terms = tuple(entry.keyword.casefold() for entry in entries)
    is_entry = bool(colon) and label.casefold().endswith(terms) and len(label.split()) < TELLING
    parts = sentence.split(",")
    return not is_entry and (len(parts) == 1 or any(len(part.split()) > 2 for part in parts))


def _is_told(keyword: str, gapped: str) -> bool:
    """Whether the rest of the sentence has a word of the answer, or it is beside its short or long form."""
    rest = re.findall(r"\w+", gapped.replace(GAP, " "))
    initials = "".join(word[0].lower() for word in rest)
    return (
        f"({GAP})" in gapped
        or (_is_short(keyword) and keyword.lower() in initials)
        or any(_shortens(word, keyword) for word in rest)
        or any(_tells(told, word) for word in _words(keyword) for told in map(str.lower, rest))
    )


def _gapped(sentence: str, keyword: str) -> str:
    pattern = re.escape(keyword)
    if keyword.isascii():
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, GAP, sentence, flags=re.IGNORECASE)


def _matchings(entries: Sequence[Entry], random: Random) -> Iterator[Matching]:
    """As many of like size as the vocabulary takes; no meaning twice in one, and all of one kind."""
    least, most = PAIRS
    translated = [entry for entry in entries if entry.translation]
    if 2 * len(translated) > len(entries):
        meanings = {e.translation: e.keyword for e in translated if e.translation != e.keyword}
    else:
        defined = [e for e in entries if e.definition and not _gives_away(e, entries)]
        meanings = {entry.definition: entry.keyword for entry in defined}
    pairs = [
        MatchingPair(keyword=keyword, meaning=meaning) for meaning, keyword in meanings.items()
    ]
    count = -(-len(pairs) // most)
    for number in range(count):
        group = pairs[number::count]
        if len(group) >= least:
            shuffled = [pair["meaning"] for pair in group]
            random.shuffle(shuffled)
            yield Matching(type="matching", pairs=group, meanings=shuffled)


def _gives_away(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Whether the definition has a word of its term that no other term has, or is its long form."""
    others = {word for e in entries if e is not entry for word in _words(e.keyword)}
    own = (word for word in _words(entry.keyword) if word not in others)
    said = _words(entry.definition)
    return _shortens(entry.keyword, entry.definition) or any(
        _tells(told, word) for word in own for told in said
    )


def _tells(told: str, word: str) -> bool:
    """By its beginning, or as what a prefix turns into its opposite (`voluntary` of `involuntary`)."""
    shorter, longer = sorted((told, word), key=len)
    is_prefixed = len(shorter) >= TELLING and longer.endswith(shorter)
    return told.startswith(word[: max(TELLING, len(word) - 2)]) or is_prefixed


def _shortens(short: str, long: str) -> bool:
    """Whether it is written in capitals that the long form has in this order, from its first letter on."""
    letters = iter(long.lower())
    is_first = long[:1].lower() == short[:1].lower()
    return _is_short(short) and is_first and all(letter in letters for letter in short.lower())


def _is_short(term: str) -> bool:
    return len(term) > 2 and term.isupper()


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if len(word) >= SHORTEST]


def _steps(runs: Iterable[Sequence[str]], random: Random) -> Iterator[Ordering]:
    for steps in runs:
        shuffled = random.sample(list(steps), len(steps))
        if shuffled != list(steps):
            yield Ordering(type="ordering", words=shuffled, answer=" ".join(steps))


def _orderings(entries: Sequence[Entry], random: Random) -> Iterator[Ordering]:
    least, most = WORDS_TO_ORDER
    for sentence in dict.fromkeys(entry.example_target for entry in entries):
        words = sentence.split()
        is_clear = sentence.endswith(_ENDS[:2]) and not _JOINING.search(sentence)
        if not least <= len(words) <= most or not is_clear or not _is_whole(sentence, entries):
            continue
        shuffled = random.sample(words, len(words))
        if shuffled != words:
            yield Ordering(type="ordering", words=shuffled, answer=sentence)
