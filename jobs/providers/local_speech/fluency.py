"""How fluently a text was read: pauses, rate, and what was said beside it."""

from jobs.providers.local_speech.acoustics import FRAME_SECONDS, Posteriors
from jobs.providers.local_speech.alignment import Alignment

PAUSE_SECONDS = 0.35
LONG_PAUSE_SECONDS = 0.7
# Phones a second. Read aloud, English has 10 to 15.
SLOW, FAST = 7.0, 22.0
COSTS_SLOW, COSTS_FAST = 8.0, 6.0
COSTS_LONG_PAUSE, COSTS_INSERTION = 10.0, 6.0
COSTS_PAUSING, PAUSING_AT_MOST = 90.0, 55.0
# With less of the text read, or less of what was said in the text, a flow is not one of reading.
COMPLETE_ENOUGH, EXPLAINED_ENOUGH = 60.0, 0.75
# Of words out of their order, so many are a slip; twice as many leave no flow.
MISPLACED_SLIP = 0.2


def score(alignment: Alignment, posteriors: Posteriors, insertions: int) -> float:
    said = [word for word in alignment.words if word.frames]
    if not said:
        return 0.0
    first, last = said[0].first, said[-1].last
    seconds = (last + 1 - first) * FRAME_SECONDS
    pauses = [p for p in posteriors.pauses(first, last) if p > PAUSE_SECONDS]
    # A short rest between phrases belongs to reading.
    pausing = sum(pause - PAUSE_SECONDS + 0.1 for pause in pauses)
    rate = sum(len(word.way.phones) for word in said) / max(0.3, seconds - pausing)
    lost = min(PAUSING_AT_MOST, COSTS_PAUSING * pausing / max(0.5, seconds))
    lost += COSTS_LONG_PAUSE * sum(pause > LONG_PAUSE_SECONDS for pause in pauses)
    lost += COSTS_SLOW * max(0.0, SLOW - rate) + COSTS_FAST * max(0.0, rate - FAST)
    return max(0.0, float(100 - lost - COSTS_INSERTION * insertions))


def share_of_text(completeness: float, explained: float, misplaced: float) -> float:
    """From 0 to 1: how much the text and what was said are one."""
    in_order = min(1.0, max(0.0, 2 - misplaced / MISPLACED_SLIP))
    return (
        min(1.0, completeness / COMPLETE_ENOUGH) * min(1.0, explained / EXPLAINED_ENOUGH) * in_order
    )
