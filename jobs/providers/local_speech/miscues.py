"""Words left out, words said in the place of others, and words added: what the gaps and extras of an alignment come to."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jobs.providers.local_speech.acoustics import Posteriors
from jobs.providers.local_speech.alignment import AlignedWord, Alignment
from jobs.providers.local_speech.hearing import Hearing
from jobs.providers.local_speech.phones import VOWELS, Phones

# Fewer are a breath or a slip.
PHONES_SAID = 2
# A vowel so near to a word (in frames) that has none there leaves it in doubt from the first probability on, and was added
# to it from the other (`big-a`).
EDGE, LIKELY_VOWEL, SURE_VOWEL = 15, 0.3, 0.6
# It need not be so sure where it is weak and between consonants (`bəlack`); before these a likely one is hardly chance (`e-school`).
SURE_WITHIN, BREAKS = 0.4, frozenset(["ə", "ɐ", "ʌ", "ɪ"])
SURE_BEFORE = 0.5
CLUSTERS = frozenset(("s", second) for second in "ptkmnlfw")
# What was said in the place of words is at most this many times as long as they are, and so many phones more.
LONGER, LONGER_BY = 2, 2
# A word is said again, not added, where the text has it as near as this, or where most of a longer run is in the text.
REPEATED_WITHIN, RUN, MOST_OF_RUN = 4, 3, 0.7


@dataclass(slots=True)
class Miscues:
    """`replaced[n]`: the frames in which something else was said in the place of word n.

    `added[n]`: the words that were added before word n, each once; an empty one is not known.
    `repeated`: how many words were said again.
    """

    replaced: dict[int, list[int]] = field(default_factory=dict)
    added: dict[int, list[str]] = field(default_factory=dict)
    repeated: int = 0


def miscues(
    alignment: Alignment, posteriors: Posteriors, texts: list[Phones], hearing: Hearing | None
) -> Miscues:
    """`texts[n]`: the sounds of word n."""
    found = Miscues()
    extras = _said_beside(alignment, posteriors)
    for run in _left_out(alignment.words):
        _find_replacement(found, run, texts, extras, posteriors)
    if hearing is None:
        found.added = {place: [""] for place in extras}
        return found
    sounds = dict(zip(hearing.words, hearing.sounds, strict=True))
    for place, words in enumerate(hearing.agreement.extras):
        # Both ears: each alone hears things.
        if words and any(near in extras for near in range(place - 1, place + 2)):
            said = [word for word in words if not _is_repeated(sounds[word], place, texts)]
            if _is_run([sounds[word] for word in words], texts):
                said = []
            found.repeated += len(words) - len(said)
            found.added[place] = said
    return found


@dataclass(frozen=True, slots=True)
class AddedVowel:
    frame: int
    vowel: str
    is_sure: bool


def added_vowels(alignment: Alignment, posteriors: Posteriors) -> dict[int, AddedVowel]:
    """The words in or beside which a vowel was said that is not theirs, each with the surest."""
    owner = {
        frame: number
        for number, word in enumerate(alignment.words)
        for first, last in word.frames.values()
        for frame in range(first, last + 1)
    }
    of_others = {frame for extra in _said_beside(alignment, posteriors).values() for frame in extra}
    found: dict[int, AddedVowel] = {}
    for frame, vowel, likelihood in posteriors.vowels(LIKELY_VOWEL):
        if frame in owner or frame in of_others:
            continue
        near = [own for own in owner if abs(own - frame) <= EDGE]
        if not near:
            continue
        number = owner[min(near, key=lambda own: abs(own - frame))]
        behind = owner[min((own for own in near if own > frame), default=near[0])]
        least = SURE_VOWEL
        if _begins_behind(alignment.words[behind], frame):
            number, least = behind, SURE_BEFORE
        elif vowel in BREAKS and _breaks(alignment.words[number].beside(frame)):
            least = SURE_WITHIN
        if number not in found or likelihood > least:
            found[number] = AddedVowel(frame, vowel, likelihood > least)
    return found


def _breaks(beside: tuple[str, str] | None) -> bool:
    """A vowel between consonants; an r is half a vowel behind one."""
    return beside is not None and beside[0] not in VOWELS | {"ɹ"} and beside[1] not in VOWELS


def _begins_behind(word: AlignedWord, frame: int) -> bool:
    """With a cluster before which some languages have a vowel."""
    return word.way.phones[:2] in CLUSTERS and word.first > frame


def _said_beside(alignment: Alignment, posteriors: Posteriors) -> dict[int, list[int]]:
    """The frames of what was said before each word and may be a word, too."""
    return {
        place: frames
        for place, frames in enumerate(alignment.extras)
        if len(posteriors.phones_at(frames)) >= PHONES_SAID
    }


def _left_out(words: list[AlignedWord]) -> Iterator[range]:
    """Each run of words that were not said."""
    first = 0
    for number in range(len(words) + 1):
        if number == len(words) or words[number].frames:
            if first < number:
                yield range(first, number)
            first = number + 1


def _find_replacement(
    found: Miscues,
    run: range,
    texts: list[Phones],
    extras: dict[int, list[int]],
    posteriors: Posteriors,
) -> None:
    """What was said beside words that are missing was said in their place; of too little, in that of the first."""
    beside = [place for place in range(run.start, run.stop + 1) if place in extras]
    if not beside:
        return
    said = {place: len(posteriors.phones_at(extras[place])) for place in beside}
    place = max(beside, key=said.__getitem__)
    lengths = [len(texts[number]) for number in run]
    if said[place] > LONGER * sum(lengths) + LONGER_BY:
        return
    frames = sorted(extras.pop(place))
    of = run if said[place] >= sum(lengths) / 2 else run[:1]
    shares = lengths[: len(of)]
    at = 0
    for number, length in zip(of, shares, strict=True):
        upto = at + round(len(frames) * length / sum(shares))
        found.replaced[number] = frames[at:upto] or frames[-1:]
        at = upto


def _is_repeated(sounds: Phones, place: int, texts: list[Phones]) -> bool:
    return sounds in texts[max(place - REPEATED_WITHIN, 0) : place + REPEATED_WITHIN]


def _is_run(sounds: list[Phones], texts: list[Phones]) -> bool:
    return len(sounds) >= RUN and sum(s in texts for s in sounds) >= MOST_OF_RUN * len(sounds)
