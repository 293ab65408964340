"""HTTP for cards as files: decks for Anki and CSV out, CSV and Anki's text in."""

from typing import IO, Any

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

from profiles import cards, decks, queries, tables
from profiles.api import schema
from profiles.api.serializers import DeckQuery, ImportQuery
from profiles.content import CardContent
from profiles.models import Flashcard
from profiles.queries import CardsWanted
from unilingo.common.caller import user_id_of
from unilingo.common.multipart import Multipart

APKG = "application/x-apkg"
# genanki holds a whole deck in memory: about 4 KB a card.
CARDS_IN_A_DECK = 10_000
SHOWN_PROBLEMS = 20


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
    @extend_schema(**schema.DECK_FILE)
    def get(self, request: Request) -> HttpResponse:
        wanted = _wanted(request)
        found = queries.cards_of(user_id_of(request), wanted, limit=CARDS_IN_A_DECK + 1)
        if len(found) > CARDS_IN_A_DECK:
            text = f"More than {CARDS_IN_A_DECK} cards: ask for one subject or topic at a time."
            raise ValidationError({"subject": [text]})
        by_subject: dict[str, list[CardContent]] = {}
        for card in reversed(found):
            by_subject.setdefault(card.subject, []).append(_content(card))
        headers = _attachment(wanted, "apkg")
        return HttpResponse(decks.apkg_of(by_subject), content_type=APKG, headers=headers)


class CardTable(APIView):
    @extend_schema(**schema.CARD_TABLE)
    def get(self, request: Request) -> StreamingHttpResponse:
        wanted = _wanted(request)
        found = queries.all_cards(user_id_of(request), wanted)
        lines = (line.encode() for line in tables.csv_lines(map(_row, found)))
        headers = _attachment(wanted, "csv")
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


class CardImport(APIView):
    parser_classes = (CsvBody, TextBody, Multipart)

    @extend_schema(**schema.CARD_IMPORT)
    def post(self, request: Request) -> Response:
        user_id, now = user_id_of(request), timezone.now()
        query = ImportQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = tables.read(_file(request), topic=query.validated_data["topic"])
        by_subject: dict[str, list[CardContent]] = {}
        for row in rows:
            if row.card:
                subject = row.subject or query.validated_data["subject"]
                by_subject.setdefault(subject, []).append(row.card)
        saved = [cards.save(user_id, deck, some, now=now) for deck, some in by_subject.items()]
        new = sum(one.new for one in saved)
        bad = [{"row": row.number, "problem": row.problem} for row in rows if row.problem]
        body = {
            "success": True,
            "saved": new,
            "existing": sum(len(one.cards) for one in saved) - new,
            "skipped": len(bad),
            "problems": bad[:SHOWN_PROBLEMS],
        }
        return Response(body, status=201 if new else 200)


def _wanted(request: Request) -> CardsWanted:
    query = DeckQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return CardsWanted(query.validated_data["subject"], query.validated_data["topic"])


def _content(card: Flashcard) -> CardContent:
    return CardContent(
        front=card.front,
        back=card.back,
        topic=card.topic,
        difficulty=card.difficulty,  # type: ignore[typeddict-item]  # the column takes no other
        example=card.example,
        pronunciation=card.pronunciation,
        noteId=card.note_id,
    )


def _row(card: Flashcard) -> dict[str, str]:
    return {"subject": card.subject, **{name: str(value) for name, value in _content(card).items()}}


def _attachment(wanted: CardsWanted, ending: str) -> dict[str, str]:
    name = slugify(f"{wanted.subject} {wanted.topic}") or "flashcards"
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
