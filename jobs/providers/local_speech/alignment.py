"""Which frames of a reading belong to which phone of the text: the likeliest way through all ways to read it.

A Viterbi search. Between any two words there is a place, where a reader may pause (gap), say something that
is not in the text (filler), or leave words out; inside a word a phone may be left out.
https://en.wikipedia.org/wiki/Viterbi_algorithm
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.providers.local_speech.phones import Way

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]

# Logarithms of what each liberty costs; found on the readings of tests/jobs/providers/local_speech/test_assessor.py.
WORD_LEFT_OUT = -7.0
PHONE_LEFT_OUT = -3.5
# A word of so many phones loses none: it would be half of it, and what is left may be its neighbour's (`we walk`).
SHORT = 2
NO_BLANK_BETWEEN = -0.05
FILLER_BEGINS = -1.5
FILLER_FRAME = -1.6
FILLER_QUIET_FRAME = -0.3
# No frame speaks wholly against a phone: else one bad frame would throw a word out.
LEAST_PHONE = 0.004
LEAST_BLANK = 0.02
IMPOSSIBLE = -1e9
WAYS_IN = 6


@dataclass(slots=True)
class Evidence:
    """What each frame says. `phones`: probability of each class of phones, in the order of `index`.

    `blank`: that nothing new is said; `best`: of the likeliest phone, whichever it is.
    """

    phones: Floats
    index: dict[str, int]
    blank: Floats
    best: Floats


@dataclass(slots=True)
class AlignedWord:
    """`frames` maps the position of a phone of `way` to its first and last frame; empty: not said."""

    way: Way
    frames: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return min(first for first, _ in self.frames.values())

    @property
    def last(self) -> int:
        return max(last for _, last in self.frames.values())

    def beside(self, frame: int) -> tuple[str, str] | None:
        """The phones between which this frame lies."""
        before = [phone for phone, (_, last) in self.frames.items() if last < frame]
        behind = [phone for phone, (first, _) in self.frames.items() if first > frame]
        within = before and behind
        return (self.way.phones[max(before)], self.way.phones[min(behind)]) if within else None


@dataclass(slots=True)
class Alignment:
    """`extras[n]`: the frames in which something else was said before word n (the last: after all)."""

    words: list[AlignedWord]
    extras: list[list[int]]

    def said(self, texts: Sequence[str]) -> list[str]:
        """The words of the text as they were read (`12:30` as `half past twelve`)."""
        return [word.way.words or text for word, text in zip(self.words, texts, strict=True)]


@dataclass(frozen=True, slots=True)
class _State:
    """A phone of a way to say a word, or (`is_blank`) the blank behind it."""

    word: int
    way: Way
    position: int
    is_blank: bool


class Aligner:
    """The graph of one text. `ways[n]`: the ways to say word n."""

    def __init__(self, ways: Sequence[Sequence[Way]]) -> None:
        self._ways = ways
        self._places = len(ways) + 1
        self._states = [
            _State(word, way, position, is_blank)
            for word, ways_of_word in enumerate(ways)
            for way in ways_of_word
            for position in range(len(way.phones))
            for is_blank in (False, True)
        ]
        self._said = len(self._states)
        self._count = self._said + 2 * self._places
        self._connect()
        self._find_exits()

    def align(self, evidence: Evidence) -> Alignment:
        emissions, column = self._emissions(evidence)
        frames = len(emissions)
        chosen = np.empty((frames, self._count), dtype=np.int8)
        origin = np.empty((frames, self._places), dtype=np.int32)
        left_out: Floats = np.arange(self._places) * WORD_LEFT_OUT
        before = np.concatenate([np.full(self._count, IMPOSSIBLE), left_out])
        for frame in range(frames):
            ways_in = before[self._from] + self._cost
            best = ways_in.argmax(axis=0)
            chosen[frame] = best
            reached = ways_in[best, np.arange(self._count)] + emissions[frame, column]
            places, origin[frame] = self._leave(reached, left_out)
            before = np.concatenate([reached, places])
        return self._read_back(chosen, origin, evidence)

    def _connect(self) -> None:
        """Of each state: where one may come from, and at what cost. Places are numbered after the states."""
        self._from = np.zeros((WAYS_IN, self._count), dtype=np.int64)
        self._cost = np.full((WAYS_IN, self._count), IMPOSSIBLE)
        for number, state in enumerate(self._states):
            ways = [(number, 0.0)]
            if state.is_blank:
                ways.append((number - 1, 0.0))
            else:
                ways += self._ways_into_phone(number, state)
            self._set_ways(number, ways)
        for place in range(self._places):
            gap, filler = self._said + place, self._said + self._places + place
            here = self._count + place
            self._set_ways(gap, [(gap, 0.0), (here, 0.0)])
            self._set_ways(filler, [(filler, 0.0), (here, FILLER_BEGINS)])

    def _ways_into_phone(self, number: int, state: _State) -> list[tuple[int, float]]:
        # Before a phone lie, backwards: the blank of the last phone, that phone, and the same once more.
        ways = []
        if state.position >= 1:
            ways += [(number - 1, 0.0), (number - 2, NO_BLANK_BETWEEN)]
        if state.position >= 2:
            ways += [(number - 3, PHONE_LEFT_OUT), (number - 4, PHONE_LEFT_OUT)]
        if state.position == 0 or (state.position == 1 and len(state.way.phones) > SHORT):
            ways.append((self._count + state.word, PHONE_LEFT_OUT * state.position))
        return ways

    def _set_ways(self, number: int, ways: list[tuple[int, float]]) -> None:
        for slot, (source, cost) in enumerate(ways):
            self._from[slot, number], self._cost[slot, number] = source, cost

    def _find_exits(self) -> None:
        """The states in which a word may end, in the order of the words."""
        exits = []
        for number, state in enumerate(self._states):
            last = len(state.way.phones) - 1
            missing = last - state.position
            if not state.is_blank and (missing == 0 or (missing == 1 and last >= SHORT)):
                exits.append((number, PHONE_LEFT_OUT * missing, state.word))
        self._exit = np.array([number for number, _, _ in exits], dtype=np.int64)
        self._exit_cost = np.array([cost for _, cost, _ in exits])
        words = np.array([word for _, _, word in exits])
        self._exit_of_word = np.searchsorted(words, np.arange(self._places - 1))
        self._word_of_exit = words

    def _leave(self, reached: Floats, left_out: Floats) -> tuple[Floats, Integers]:
        """How good it is to stand at each place after this frame, and from which state one came there."""
        gaps = reached[self._said : self._said + self._places]
        fillers = reached[self._said + self._places :]
        exits = reached[self._exit] + self._exit_cost
        best_exit = np.maximum.reduceat(exits, self._exit_of_word)
        is_best = np.flatnonzero(exits >= best_exit[self._word_of_exit])
        at = np.arange(self._places)
        origin = np.where(gaps >= fillers, self._said + at, self._said + self._places + at)
        here = np.maximum(gaps, fillers)
        better = np.concatenate([[False], best_exit > here[1:]])
        from_word = np.zeros(self._places, dtype=np.int64)
        from_word[self._word_of_exit[is_best] + 1] = self._exit[is_best]
        origin = np.where(better, from_word, origin)
        here = np.maximum(here, np.concatenate([[IMPOSSIBLE], best_exit]))
        # Or one stood at an earlier place, and leaves out the words between.
        without = here - left_out
        ahead = np.maximum.accumulate(without)
        source = np.maximum.accumulate(np.where(without >= ahead, at, 0))
        return ahead + left_out, origin[source]

    def _emissions(self, evidence: Evidence) -> tuple[Floats, Integers]:
        """Logarithms: columns of the phones, then of a gap and of a filler; and the column of each state."""
        blank, best = evidence.blank, evidence.best
        speaks = np.where(best > blank, FILLER_FRAME, FILLER_QUIET_FRAME)
        filler = np.log(np.maximum(np.maximum(best, blank), 1e-3)) + speaks
        gap = np.log(np.maximum(blank, LEAST_BLANK))
        phones = np.log(np.maximum(evidence.phones, LEAST_PHONE))
        gap_column, filler_column = phones.shape[1], phones.shape[1] + 1
        columns = [
            gap_column if s.is_blank else evidence.index[s.way.phones[s.position]]
            for s in self._states
        ]
        columns += [gap_column] * self._places + [filler_column] * self._places
        return np.column_stack([phones, gap, filler]), np.array(columns, dtype=np.int64)

    def _read_back(
        self, chosen: npt.NDArray[np.int8], origin: npt.NDArray[np.int32], evidence: Evidence
    ) -> Alignment:
        words = [AlignedWord(ways[0]) for ways in self._ways]
        extras: list[list[int]] = [[] for _ in range(self._places)]
        state = int(origin[-1, -1])
        for frame in range(len(chosen) - 1, -1, -1):
            if state < self._said:
                self._note(words, self._states[state], frame)
            elif (
                state >= self._said + self._places and evidence.best[frame] > evidence.blank[frame]
            ):
                extras[state - self._said - self._places].insert(0, frame)
            source = int(self._from[chosen[frame, state], state])
            state = source if source < self._count else int(origin[frame - 1, source - self._count])
        return Alignment(words, extras)

    def _note(self, words: list[AlignedWord], state: _State, frame: int) -> None:
        if state.is_blank:
            return
        word = words[state.word]
        word.way = state.way
        last = word.frames.get(state.position, (frame, frame))[1]
        word.frames[state.position] = (frame, last)
