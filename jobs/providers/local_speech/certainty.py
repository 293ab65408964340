"""How likely it is that experts call a word wrong: what two ears say of it.

The ear for sounds (hama) is strict and takes accents for errors; the ear for words (Moonshine) knows no text, and hears
what people understand. `python -m tests.programs.quality readings` measures how far both together agree with experts, and
finds the weights below.
"""

import math
from dataclasses import dataclass

# A word that was not said at all like the text adds no more than these.
MOST_LAG, LEAST_LIKELIHOOD = 4.5, -12.0
# Of the logarithm of the odds: by logistic regression, see docs/pronunciation.md.
USUAL, LAG, UNLIKELIHOOD, UNHEARD = -4.53, 0.51, 0.66, 1.90
# A word is wrong below the first score and surely right from the other one: at odds of 1 to 2 and 1 to 7.
PASSES, SURE_PASSES, STEEPNESS = 60.0, 75.0, 0.56


@dataclass(frozen=True, slots=True)
class Signs:
    """Of a word: how far its worst sound lies behind the one that was heard there, the logarithm of the word's likelihood
    for the second ear, and the share of its sounds in what that ear heard freely."""

    lag: float
    likelihood: float
    share: float

    @property
    def terms(self) -> tuple[float, float, float]:
        """0 each where nothing speaks against the word."""
        return self.lag, math.sqrt(-max(self.likelihood, LEAST_LIKELIHOOD)), 1 - self.share


def score(signs: Signs) -> float:
    """From 0 to 100."""
    lag, unlikelihood, unheard = signs.terms
    odds = USUAL + LAG * lag + UNLIKELIHOOD * unlikelihood + UNHEARD * unheard
    return 100 / (1 + math.exp(STEEPNESS * odds))
