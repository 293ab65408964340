"""How well the words that were heard without knowledge of the text agree with its words, sound by sound.

By sounds, so that spelling does not matter: numbers, homophones, British and American forms, compounds joined or split.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.providers.local_speech.phones import ALIKE, Phones

# Whole numbers, so that the way back finds the costs again that it was reckoned with.
SOUND_REPLACED, SOUND_MISSING = 6, 5
_CLASS = {phone: group[0] for group in reversed(ALIKE) for phone in group}


@dataclass(slots=True)
class Place:
    """A word of the text. `share`: how much of it was heard, from 0 to 1; `heard`: the words that lie on it for the most."""

    share: float = 0.0
    heard: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Agreement:
    """`extras[n]`: the words heard before word n that are not in the text (the last: after all)."""

    places: list[Place]
    extras: list[list[str]]


def agreement(
    expected: Sequence[Phones], heard: Sequence[Phones], written: Sequence[str]
) -> Agreement:
    """Levenshtein's alignment of all sounds. `written[n]` is how heard[n] is written."""
    sounds, word_of = _flat(expected)
    others, other_of = _flat(heard)
    found = np.zeros(len(expected))
    lies: list[list[int]] = [[] for _ in heard]
    before = np.full(len(heard), len(expected))
    for at, other, is_on, is_same in _steps(sounds, others):
        of = other_of[other]
        if at < len(sounds):
            before[of] = min(before[of], word_of[at])
        if is_on:
            lies[of].append(word_of[at])
        if is_same:
            found[word_of[at]] += 1
    places = [Place(float(n / len(word))) for n, word in zip(found, expected, strict=True)]
    extras: list[list[str]] = [[] for _ in range(len(expected) + 1)]
    for n, word in enumerate(heard):
        if len(lies[n]) >= len(word) / 2:
            places[max(set(lies[n]), key=lies[n].count)].heard.append(written[n])
        else:
            extras[before[n]].append(written[n])
    return Agreement(places, extras)


def _flat(words: Sequence[Phones]) -> tuple[list[str], list[int]]:
    sounds = [(_CLASS.get(phone, phone), n) for n, word in enumerate(words) for phone in word]
    return [sound for sound, _ in sounds], [n for _, n in sounds]


def _steps(sounds: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int, bool, bool]]:
    """For each other sound, from the last: at which sound it lies, whether on it or before it, and whether it is the same."""
    cost = _costs(sounds, others)
    at, other = len(sounds), len(others)
    while other:
        is_same = at > 0 and sounds[at - 1] == others[other - 1]
        on = 0 if is_same else SOUND_REPLACED
        if at and cost[at, other] == cost[at - 1, other - 1] + on:
            at, other = at - 1, other - 1
            yield at, other, True, is_same
        elif at and cost[at, other] == cost[at - 1, other] + SOUND_MISSING:
            at -= 1
        else:
            other -= 1
            yield at, other, False, False


def _costs(sounds: Sequence[str], others: Sequence[str]) -> npt.NDArray[np.integer[Any]]:
    """By rows; within one, what is added is carried on by a running minimum."""
    steps = np.arange(len(others) + 1) * SOUND_MISSING
    names = np.array(others, dtype=object)
    rows = [steps]
    for sound in sounds:
        before = rows[-1]
        on = before[:-1] + np.where(names == sound, 0, SOUND_REPLACED)
        best = np.concatenate(
            [[before[0] + SOUND_MISSING], np.minimum(on, before[1:] + SOUND_MISSING)]
        )
        rows.append(np.minimum.accumulate(best - steps) + steps)
    return np.array(rows)
