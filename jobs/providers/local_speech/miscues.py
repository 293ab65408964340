"""Words left out, words said in the place of others, and words added: what the gaps and extras of an alignment come to."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jobs.providers.local_speech.acoustics import Posteriors
from jobs.providers.local_speech.alignment import AlignedWord, Alignment
from jobs.providers.local_speech.hearing import Hearing
from jobs.providers.local_speech.phones import Phones

# Fewer are a breath or a slip.
PHONES_SAID = 2
# A vowel so sure and so near to a word (in frames) that has none there was added to it (`e-school`, `big-a`).
SURE_VOWEL, EDGE = 0.6, 15
# One that is at least as sure as this leaves the word in doubt.
LIKELY_VOWEL = 0.3
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


def added_vowels(
    alignment: Alignment, posteriors: Posteriors, surely: float = SURE_VOWEL
) -> dict[int, int]:
    """The words in or beside which a vowel was said that is not theirs, each with its frame."""
    owner = {
        frame: number
        for number, word in enumerate(alignment.words)
        for first, last in word.frames.values()
        for frame in range(first, last + 1)
    }
    of_others = {frame for extra in _said_beside(alignment, posteriors).values() for frame in extra}
    found: dict[int, int] = {}
    for frame in posteriors.vowels(surely):
        if frame not in owner and frame not in of_others:
            nearest = min(owner, key=lambda own: abs(own - frame), default=frame + EDGE + 1)
            if abs(nearest - frame) <= EDGE:
                found[owner[nearest]] = frame
    return found


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
