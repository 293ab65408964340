"""HTTP for cards as files: decks for Anki, CSV and Anki's text, out and in."""

import itertools
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles import decks, importing, queries, sharing
from profiles.api import representation, schema_files
from profiles.api.serializers import DeckQuery, ImportQuery
from profiles.content import CARD_FIELDS, CardContent, DeckCard
from profiles.models import Flashcard
from profiles.queries import CardsWanted
from profiles.tables import export, reading
from profiles.tables.markup import plain
from unilingo.common.caller import user_id_of
from unilingo.common.fields import valid
from unilingo.common.multipart import Multipart
from unilingo.common.pages import CHUNK

CARDS_IN_A_DECK = 10_000
SHOWN_PROBLEMS = 20
SHOWN_CARDS = 5


class _Bytes(BaseParser):
    """The body as it came, as if it were the field `file` of a form."""

    def parse(
        self, stream: IO[Any], media_type: Any = None, parser_context: Any = None
    ) -> dict[str, bytes]:
        return {"file": stream.read()}


class CsvBody(_Bytes):
    media_type = "text/csv"


class TextBody(_Bytes):
    media_type = "text/plain"


class DeckFile(APIView):
    @extend_schema(**schema_files.DECK_FILE)
    def get(self, request: Request) -> HttpResponse:
        wanted = _wanted(request)
        found = _few(queries.cards_of(user_id_of(request), wanted, limit=CARDS_IN_A_DECK + 1))
        by_subject: dict[str, list[DeckCard]] = {}
        for card in found:
            made = DeckCard(_content(card), card.created_at, card.edited_at)
            by_subject.setdefault(card.subject, []).append(made)
        sharing.went_out(found)
        content = decks.decks_of(by_subject)
        return deck_file(request, content, attachment("apkg", wanted.subject, wanted.topic))


class AnkiText(APIView):
    @extend_schema(**schema_files.ANKI_TEXT)
    def get(self, request: Request) -> HttpResponse:
        """Notes of types that only Anki knows: a deck file could not change them, its text can."""
        wanted = _wanted(request)
        found = _few(queries.foreign_cards(user_id_of(request), wanted, CARDS_IN_A_DECK + 1))
        notes = [(card.note_id, card.note_type, *_sides(card)) for card in found]
        sharing.went_out(found)
        kind, headers = (
            "text/plain; charset=utf-8",
            attachment("txt", wanted.subject, wanted.topic),
        )
        return HttpResponse(export.anki_text(notes), content_type=kind, headers=headers)


class CardTable(APIView):
    @extend_schema(**schema_files.CARD_TABLE)
    def get(self, request: Request) -> StreamingHttpResponse:
        wanted = _wanted(request)
        found = _told(queries.all_cards(user_id_of(request), wanted))
        lines = (line.encode() for line in export.csv_lines(map(_row, found)))
        headers = attachment("csv", wanted.subject, wanted.topic)
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


class CardImport(APIView):
    parser_classes = (CsvBody, TextBody, Multipart)

    @extend_schema(**schema_files.CARD_IMPORT)
    def post(self, request: Request) -> Response:
        user_id, now = user_id_of(request), timezone.now()
        asked = valid(ImportQuery(data=request.query_params))
        rows = reading.read(_file(request), topic=asked["topic"])
        is_preview = asked["dryRun"]
        found = importing.bring(user_id, rows, asked["subject"], now, dry_run=is_preview)
        body = representation.imported(found, SHOWN_PROBLEMS, SHOWN_CARDS, dry_run=is_preview)
        status = 201 if found.new and not is_preview else 200
        return Response(body, status=status)


def deck_file(request: Request, content: bytes, headers: Mapping[str, str]) -> HttpResponse:
    """A deck as the media type that is asked for."""
    known = schema_files.APKG
    media_type = request._request.get_preferred_type(known) or known[0]
    return HttpResponse(content, content_type=media_type, headers={**headers, "Vary": "Accept"})


def _few(newest_first: list[Flashcard]) -> list[Flashcard]:
    """In the order they were made. Raises ValidationError: more than go into a file."""
    if len(newest_first) > CARDS_IN_A_DECK:
        text = f"More than {CARDS_IN_A_DECK} cards: ask for one subject or topic at a time."
        raise ValidationError({"subject": [text]})
    return newest_first[::-1]


def _told(cards: Iterator[Flashcard]) -> Iterator[Flashcard]:
    """The same cards, written down as gone out, some at a time."""
    while some := list(itertools.islice(cards, CHUNK)):
        sharing.went_out(some)
        yield from some


def _wanted(request: Request) -> CardsWanted:
    query = valid(DeckQuery(data=request.query_params))
    return CardsWanted(query["subject"], query["topic"])


def _content(card: Flashcard) -> CardContent:
    said = {name: getattr(card, name) for name in CARD_FIELDS}
    return cast(
        CardContent, {**said, "noteId": card.note_id, "source": card.source, "tags": card.tags}
    )


def _sides(card: Flashcard) -> list[str]:
    """In Anki's HTML; a side that says what it said there is left as it was, readings and tables with it."""
    there = zip((card.front, card.back), card.note_fields or ("", ""), strict=True)
    return [
        markup if sharing.bare(plain(markup).text) == sharing.bare(side) else decks.as_html(side)
        for side, markup in there
    ]


def _row(card: Flashcard) -> dict[str, str]:
    return {"subject": card.subject, **{name: str(value) for name, value in _content(card).items()}}


def attachment(ending: str, *title: str) -> dict[str, str]:
    name = slugify(" ".join(title)) or "flashcards"
    return {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Cache-Control": "private, no-cache",
    }


def _file(request: Request) -> bytes:
    data = request.data
    given = data.get("file") if isinstance(data, dict) else None
    if isinstance(given, UploadedFile):
        given = given.read()
    if not isinstance(given, bytes) or not given:
        raise ValidationError({"file": ["This field is required."]})
    return given
