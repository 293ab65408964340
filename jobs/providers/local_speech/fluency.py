"""How fluently a text was read: pauses, rate, and what was said beside it."""

from collections.abc import Sequence

from jobs.providers.local_speech.acoustics import FRAME_SECONDS, Posteriors
from jobs.providers.local_speech.alignment import AlignedWord, Alignment
from jobs.providers.local_speech.written import Stop

# A rest of so many seconds belongs to reading; what is longer is halting.
REST_SECONDS = {Stop.NONE: 0.35, Stop.CLAUSE: 0.8, Stop.SENTENCE: 1.2}
# Phones a second, without what is halting. Read aloud, English has 10 to 15.
SLOW, USUAL, FAST = 7.0, 12.0, 22.0
COSTS_SLOW, COSTS_FAST = 5.0, 6.0
# Of halting for as long as the text takes at the usual rate.
COSTS_HALTING = 50.0
# Who reads all words right does not fail by taking time.
LOST_AT_MOST = 50.0
COSTS_INSERTION = 6.0
# With less of the text read, or less of what was said in the text, a flow is not one of reading.
COMPLETE_ENOUGH, EXPLAINED_ENOUGH = 60.0, 0.75


def score(
    alignment: Alignment, posteriors: Posteriors, stops: Sequence[Stop], insertions: int
) -> float:
    """`stops[n]`: what the text has behind word n."""
    said = [word for word in alignment.words if word.frames]
    if not said:
        return 0.0
    first, last = said[0].first, said[-1].last
    halting = sum(
        max(0.0, len(pause) * FRAME_SECONDS - REST_SECONDS[_stop_at(pause, alignment.words, stops)])
        for pause in posteriors.pauses(first, last)
        if len(pause) * FRAME_SECONDS > REST_SECONDS[Stop.NONE]
    )
    phones = sum(len(word.way.phones) for word in said)
    rate = phones / max(0.3, (last + 1 - first) * FRAME_SECONDS - halting)
    lost = COSTS_HALTING * halting / (phones / USUAL)
    lost += COSTS_SLOW * max(0.0, SLOW - rate) + COSTS_FAST * max(0.0, rate - FAST)
    return max(0.0, float(100 - min(LOST_AT_MOST, lost) - COSTS_INSERTION * insertions))


def _stop_at(pause: range, words: Sequence[AlignedWord], stops: Sequence[Stop]) -> Stop:
    """The heaviest that the text has between the words beside the pause."""
    said = [(number, word) for number, word in enumerate(words) if word.frames]
    before = max((number for number, word in said if word.first <= pause.start), default=0)
    behind = min((number for number, word in said if word.last >= pause.stop), default=len(words))
    return max(stops[before:behind], default=Stop.NONE)


def share_of_text(completeness: float, explained: float) -> float:
    """From 0 to 1: how much the text and what was said are one."""
    return min(1.0, completeness / COMPLETE_ENOUGH) * min(1.0, explained / EXPLAINED_ENOUGH)
