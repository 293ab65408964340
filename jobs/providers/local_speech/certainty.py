"""How sure it is that a word was said wrong: what two ears say of it, and of the whole reading.

The ear for sounds (hama) is strict and takes accents for errors; the ear for words (Moonshine) knows no text, and hears
what people understand. A word is called wrong where both together are far from what they say of words that experts call
right, or where the first is sure of another sound in a reading that is otherwise clear. docs/pronunciation.md has the figures.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

# Of right words, in this many standard deviations together: see `risks`.
WRONG_FROM, UNSURE_FROM = 3.7, 2.6
# A word that was not said at all like the text adds no more than this.
LEAST_LIKELIHOOD = -12.0
WEIGHTS = np.array([0.78, 0.78, 0.48, 0.6, 0.48])
# What a whole reading says can only count against its words: a clear one excuses none.
OF_THE_READING = (2, 4)
# From a risk to a score: 60 where a word is wrong, 75 where it becomes unsure.
PASSES, SURE_PASSES, STEEPNESS = 60.0, 75.0, 1.5
# A sound is surely another one below and above these probabilities, in a reading whose sounds have this score on average.
HARDLY, SURELY, CLEAR = 0.05, 0.7, 80.0


@dataclass(frozen=True, slots=True)
class Signs:
    """Of a word: the score of its worst sound, the logarithm of its likelihood for the second ear, and the share of
    its sounds in what that ear heard freely."""

    worst: float
    likelihood: float
    share: float


@dataclass(frozen=True, slots=True)
class Scale:
    """What is usual of words that experts call right: mean and standard deviation of the columns of `columns_of`."""

    centres: Floats
    spreads: Floats


# Of the 151 such words in 35 readings by learners, which `python -m tests.programs.quality readings` prints.
LEARNERS = Scale(
    np.array([57.4, -1.33, -1.50, 0.79, 0.78]), np.array([40.6, 2.13, 1.59, 0.31, 0.19])
)


def risks(signs: Sequence[Signs], scale: Scale = LEARNERS) -> list[float]:
    """Of each word of a reading: 0 is usual for right words, more is worse."""
    away = (columns_of(signs) - scale.centres) / scale.spreads
    away[:, OF_THE_READING] = np.minimum(away[:, OF_THE_READING], 0.0)
    found: list[float] = (-(away @ WEIGHTS)).tolist()
    return found


def columns_of(signs: Sequence[Signs]) -> Floats:
    worst = np.array([sign.worst for sign in signs])
    share = np.array([sign.share for sign in signs])
    likelihood = np.array([max(sign.likelihood, LEAST_LIKELIHOOD) for sign in signs])
    # What was heard whole is not made doubtful by what was said before it.
    likelihood = np.where(share == 1.0, np.maximum(likelihood, LEARNERS.centres[1]), likelihood)
    ones = np.ones(len(signs))
    return np.column_stack(
        [worst, likelihood, ones * likelihood.mean(), share, ones * share.mean()]
    )


def score(risk: float) -> float:
    """0 to 100; PASSES at WRONG_FROM."""
    return 100 / (1 + math.exp((risk - WRONG_FROM) / STEEPNESS) * (100 / PASSES - 1))
