"""Cards as an Anki deck, a file that Anki's import opens."""

import hashlib
import html
import io
import itertools
import re
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache

import genanki  # type: ignore[import-untyped]  # genanki has no types
from django.utils import timezone

from profiles.content import CardContent

# Anki knows a note type by this number; another one would stand beside it as a new type.
_MODEL_ID = 1763892417
_FIELDS = ("Front", "Back", "Example", "Topic", "Difficulty", "Pronunciation")
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
"""
_CSS = """
.card { max-width: 32em; margin: 1.5em auto; padding: 0 1em; text-align: center;
        font: 20px/1.5 system-ui, sans-serif; color: #1f2933; background: #fff; }
.front { font-size: 1.7em; font-weight: 600; }
.topic, .pronunciation, .difficulty { font-size: .8em; color: #616e7c; }
.example { margin: 1em 0; font-style: italic; }
.example b { color: #0b69a3; }
hr { border: 0; border-top: 1px solid #cbd2d9; margin: 1.2em 0; }
.nightMode.card, .nightMode .card { color: #e4e7eb; background: #1f2933; }
.nightMode .topic, .nightMode .pronunciation, .nightMode .difficulty { color: #9aa5b1; }
.nightMode .example b { color: #62b0e8; }
"""


def apkg(title: str, cards: Sequence[CardContent]) -> bytes:
    """The content of an `.apkg` file. A deck of the same title, imported again, updates its notes in Anki."""
    return apkg_of({title: cards})


def apkg_of(decks: Mapping[str, Sequence[CardContent]]) -> bytes:
    """The same of several decks, by their titles."""
    made = []
    for title, cards in decks.items():
        name = _name(title)
        made.append(genanki.Deck(_number("deck", name), name))
        for card in cards:
            made[-1].add_note(_note(name, card))
    return _packed(made)


def note_id(title: str, topic: str, front: str) -> str:
    """What makes it the same card in Anki, however often it comes; `title` is its deck's."""
    guid: str = genanki.guid_for(_name(title), topic.casefold(), front.casefold())
    return guid


def _name(title: str) -> str:
    # Two colons would make Anki nest the deck in another.
    return title.replace("::", ":").strip() or "UniLingo"


def _note(deck: str, card: CardContent) -> genanki.Note:
    others = (card["topic"], card["difficulty"], card["pronunciation"])
    fields = [
        _escaped(card["front"]),
        _escaped(card["back"]),
        _marked(card["example"], card["front"]),
    ]
    tags = [card["difficulty"], re.sub(r"\s+", "_", card["topic"])]
    guid = card.get("noteId") or note_id(deck, card["topic"], card["front"])
    return genanki.Note(
        _model(), fields + [_escaped(text) for text in others], tags=tags, guid=guid
    )


def _marked(example: str, front: str) -> str:
    """The example with its term in bold."""
    around = re.split(f"({re.escape(front)})", example, flags=re.IGNORECASE)
    return "".join(
        f"<b>{_escaped(part)}</b>" if i % 2 else _escaped(part) for i, part in enumerate(around)
    )


@cache
def _model() -> genanki.Model:
    template = {"name": "Card", "qfmt": _QUESTION, "afmt": _ANSWER}
    return genanki.Model(
        _MODEL_ID, "UniLingo", [{"name": name} for name in _FIELDS], [template], css=_CSS
    )


def _escaped(text: str) -> str:
    """Text as Anki's HTML; brackets too, which Anki reads as sound and LaTeX."""
    return html.escape(text).replace("[", "&#91;")


def _number(*parts: str) -> int:
    """The same number for the same words, in the range that Anki takes for an id."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:4], "big") + 2**31


def _packed(decks: list[genanki.Deck]) -> bytes:
    """What genanki.Package writes, made in memory: it leaves a temporary file behind for every deck."""
    now = timezone.now().timestamp()
    database = sqlite3.connect(":memory:")
    genanki.Package(decks).write_to_db(database.cursor(), now, itertools.count(int(now * 1000)))
    database.commit()
    content = database.serialize()
    database.close()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", content)
        archive.writestr("media", "{}")
    return file.getvalue()
