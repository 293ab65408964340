"""Cards as an Anki deck: which note each card is, and what stands in its fields."""

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from profiles import apkg
from profiles.content import CardContent, DeckCard

NOTE_TYPE = "UniLingo"
FIELDS = ("Front", "Back", "Example", "Topic", "Difficulty", "Pronunciation", "Source")
_QUESTION = """
<div class="topic">{{Topic}}</div>
<div class="front">{{Front}}</div>
{{#Pronunciation}}<div class="pronunciation">{{Pronunciation}}</div>{{/Pronunciation}}
"""
_ANSWER = """
{{FrontSide}}
<hr id="answer">
<div class="back">{{Back}}</div>
<div class="example">{{Example}}</div>
<div class="difficulty">{{Difficulty}}</div>
{{#Source}}<div class="source">{{Source}}</div>{{/Source}}
"""
_CSS = """
.card { max-width: 32em; margin: 1.5em auto; padding: 0 1em; text-align: center;
        font: 20px/1.5 system-ui, sans-serif; color: #1f2933; background: #fff; }
.front { font-size: 1.7em; font-weight: 600; }
.topic, .pronunciation, .difficulty, .source { font-size: .8em; color: #616e7c; }
.example { margin: 1em 0; font-style: italic; }
.example b { color: #0b69a3; }
hr { border: 0; border-top: 1px solid #cbd2d9; margin: 1.2em 0; }
.nightMode.card, .nightMode .card { color: #e4e7eb; background: #1f2933; }
.nightMode .topic, .nightMode .pronunciation, .nightMode .difficulty, .nightMode .source { color: #9aa5b1; }
.nightMode .example b { color: #62b0e8; }
"""


# Anki knows a note type by this number; another one, or other fields, would stand beside it as a new type.
_NOTE_TYPE = apkg.NoteType(
    1763892418, NOTE_TYPE, FIELDS, _QUESTION, _ANSWER, _CSS, changed=1795737600
)
_NEVER = datetime.fromtimestamp(0, UTC)
# Anki's own alphabet for the ids of notes.
_GUID_LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"
)


def deck_of(title: str, cards: Sequence[CardContent], made_at: datetime) -> bytes:
    """The content of an `.apkg` file: what a job made, as new as the job."""
    return decks_of({title: [DeckCard(card, made_at, made_at) for card in cards]})


def decks_of(decks: Mapping[str, Sequence[DeckCard]]) -> bytes:
    """The same of several decks, by their titles. Imported again it changes in Anki what was edited here since, and nothing else."""
    named = {name_of(title): cards for title, cards in decks.items()}
    ids = {name: _number("deck", name) for name in named}
    notes = [_note(name, card) for name, cards in named.items() for card in cards]
    return apkg.packed(_NOTE_TYPE, ids, notes)


def note_id(title: str, topic: str, front: str, *more: str) -> str:
    """What makes it the same card in Anki, however often it comes; `title` is its deck's."""
    return _guid(name_of(title), topic.casefold(), front.casefold(), *more)


def as_html(text: str) -> str:
    """Text as Anki's HTML; brackets too, which Anki reads as sound and LaTeX, and braces, which it reads as a gap."""
    escaped = html.escape(text).replace("[", "&#91;").replace("{{", "&#123;&#123;")
    return escaped.replace(apkg.SEPARATOR, " ").replace("\n", "<br>")


def tags_of(card: CardContent) -> list[str]:
    """Those that say difficulty and topic, then the learner's own."""
    own = [card["difficulty"], re.sub(r"\s+", "_", card["topic"])]
    return list(dict.fromkeys([*own, *card.get("tags", "").split()]))


def name_of(title: str) -> str:
    """What the deck of the subject is called in Anki. Two colons would nest it in another."""
    return title.replace("::", ":").strip() or "UniLingo"


def _note(deck: str, made: DeckCard) -> apkg.Note:
    card = made.content
    fields = [
        as_html(card["front"]),
        as_html(card["back"]),
        _marked(card["example"], card["front"]),
    ]
    others = (card["topic"], card["difficulty"], card["pronunciation"], card.get("source", ""))
    return apkg.Note(
        guid=card.get("noteId") or note_id(deck, card["topic"], card["front"]),
        deck=deck,
        fields=[*fields, *map(as_html, others)],
        tags=tags_of(card),
        made=_milliseconds(made.made_at),
        changed=_milliseconds(made.edited_at or _NEVER),
    )


def _marked(example: str, front: str) -> str:
    """The example with its term in bold."""
    around = re.split(f"({re.escape(front)})", example, flags=re.IGNORECASE)
    return "".join(
        f"<b>{as_html(part)}</b>" if i % 2 else as_html(part) for i, part in enumerate(around)
    )


def _number(*parts: str) -> int:
    """The same number for the same words, in the range that Anki takes for an id."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:4], "big") + 2**31


def _guid(*parts: str) -> str:
    """The same short word for the same parts, as Anki writes its own: 64 bits in its alphabet."""
    digest = hashlib.sha256("__".join(parts).encode()).digest()
    number, word = int.from_bytes(digest[:8], "big"), ""
    while number:
        number, letter = divmod(number, len(_GUID_LETTERS))
        word = _GUID_LETTERS[letter] + word
    return word


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
