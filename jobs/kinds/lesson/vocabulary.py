"""The rules of a topic's vocabulary: one entry for a keyword, nothing but keywords, each explained."""

from collections import Counter
from collections.abc import Iterable, Sequence

from jobs.kinds.lesson.keywords import folded
from jobs.kinds.study.text import EXAMPLE_REPLACED, TEXT_CHARACTERS, StudyText, clean, shortened
from jobs.providers.base import Entry

STRANGE = "Words left out because they are not among those of the topic"
UNEXPLAINED = "Words left out because no explanation was found"


def checked(
    drafts: Iterable[Entry], keywords: Sequence[str], text: StudyText, remarks: Counter[str]
) -> list[Entry]:
    """The entries by the rules, in the order of `keywords`; `remarks` counts what was done."""
    given: dict[str, Entry] = {}
    known = {folded(keyword) for keyword in keywords}
    for draft in drafts:
        key = folded(clean(draft.keyword))
        if key not in known:
            remarks[STRANGE] += 1
        elif clean(draft.definition) or clean(draft.translation):
            given.setdefault(key, draft)
    missing = sum(folded(keyword) not in given for keyword in keywords)
    if missing:
        remarks[UNEXPLAINED] += missing
    present = (keyword for keyword in keywords if folded(keyword) in given)
    return [_entry(keyword, given[folded(keyword)], text, remarks) for keyword in present]


def _entry(keyword: str, draft: Entry, text: StudyText, remarks: Counter[str]) -> Entry:
    """A translated example goes with its example: where that is replaced, there is none."""
    example, native = clean(draft.example_target), clean(draft.example_native)
    if not text.shows(example, keyword):
        sentence = text.sentence_with(keyword)
        if sentence:
            remarks[EXAMPLE_REPLACED] += 1
            example, native = sentence, ""
    return Entry(
        keyword=keyword,
        definition=shortened(clean(draft.definition), TEXT_CHARACTERS),
        translation=shortened(clean(draft.translation), TEXT_CHARACTERS),
        example_target=shortened(example, TEXT_CHARACTERS),
        example_native=shortened(native, TEXT_CHARACTERS),
    )
