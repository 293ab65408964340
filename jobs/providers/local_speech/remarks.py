"""What a learner is told of a whole reading, beside its scores."""

from jobs.providers.local_speech.fluency import EXPLAINED_ENOUGH
from jobs.providers.local_speech.scores import Reading

ONE_EAR = "Words were judged by their sounds alone, which is stricter: the package moonshine-voice is not installed here."
OTHER_SPEECH = "Much of what was said is not in the text."
OTHER_ORDER = "What was heard is far from the text, or in another order."
NOT_JUDGED = "Not judged, since it is not written as English is: {words}."
# Disorder up to here leaves a good reading enough to pass.
SLIGHT = 0.2
AGAIN = "Some words were read more than once; that is not counted as an error."


def remarks(reading: Reading) -> tuple[str, ...]:
    words = ", ".join(dict.fromkeys(reading.text.unreadable))
    not_judged = (NOT_JUDGED.format(words=words),) if words else ()
    if reading.hearing is None:
        return (ONE_EAR, *not_judged)
    has_others, has_order = reading.explained < EXPLAINED_ENOUGH, reading.disorder <= SLIGHT
    told = {
        OTHER_SPEECH: has_others,
        OTHER_ORDER: not has_order,
        AGAIN: reading.miscues.repeated > 0 and has_order and not has_others,
    }
    return (*not_judged, *(remark for remark, applies in told.items() if applies))
