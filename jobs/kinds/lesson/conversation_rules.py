"""The rules of a conversation: who speaks, how long, and that every term of the vocabulary is used.

The Assistant begins, the two take turns, and there are six to eight exchanges of two messages.
"""

import re
from collections.abc import Sequence

from jobs.kinds.lesson.keywords import folded
from jobs.kinds.study.text import clean, shortened
from jobs.providers.base import Message
from profiles.content import SPEAKERS

EXCHANGES = (6, 8)
MESSAGE_CHARACTERS = 1000

WRONG_ORDER = "The Assistant has to begin, and the two have to take turns."
WRONG_LENGTH = "It has to have {least} to {most} messages; it had {count}."
UNUSED = "These terms were not used: {terms}."


def checked(messages: Sequence[Message]) -> list[Message]:
    """As they may be shown: speakers in our spelling, no empty messages. Of two others the first is the Assistant."""
    spoken = [
        (clean(m.speaker), words)
        for m in messages
        if (words := shortened(clean(m.message), MESSAGE_CHARACTERS))
    ]
    names = {name.casefold(): name for name in SPEAKERS}
    said = list(dict.fromkeys(who.casefold() for who, _ in spoken))
    if len(said) == len(SPEAKERS) and not names.keys() & set(said):
        names = dict(zip(said, SPEAKERS, strict=True))
    return [Message(names.get(who.casefold(), who), words) for who, words in spoken]


def misshapen(messages: Sequence[Message]) -> list[str]:
    """What makes it no conversation at all, as sentences for who wrote it."""
    faults = []
    if any(m.speaker != SPEAKERS[number % 2] for number, m in enumerate(messages)):
        faults.append(WRONG_ORDER)
    least, most = (2 * count for count in EXCHANGES)
    if not least <= len(messages) <= most or len(messages) % 2:
        faults.append(WRONG_LENGTH.format(least=least, most=most, count=len(messages)))
    return faults


def unused(messages: Sequence[Message], terms: Sequence[str]) -> list[str]:
    """The terms that nobody says, in any form that begins as the term does."""
    said = folded(" ".join(m.message for m in messages))
    return [term for term in terms if not re.search(_mention(term), said)]


def faults(messages: Sequence[Message], terms: Sequence[str]) -> list[str]:
    found = misshapen(messages)
    if missing := unused(messages, terms):
        found.append(UNUSED.format(terms=", ".join(missing)))
    return found


def _mention(term: str) -> str:
    """Not within another word (`cell` in `excellent`); an ending may follow (`cells`)."""
    wanted = re.escape(folded(term))
    is_spaced = bool(re.match(r"[a-zß-öø-ÿα-ωа-я]", folded(term)))
    return rf"(?<!\w){wanted}" if is_spaced else wanted
