"""What the OpenAPI document says of cards as files."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from profiles.api import shapes
from profiles.api.serializers import DeckQuery, ImportQuery
from profiles.tables.reading import ROWS
from unilingo.common.openapi import FILE, FORM, about, example

# The second for clients that know no such type: generators leave out an answer that comes as no other.
APKG = ("application/x-apkg", "application/octet-stream")


def file_answers(text: str, *media_types: str) -> dict[Any, Any]:
    """A file as an answer, in each of these types."""
    is_text = media_types[0].startswith("text/")
    content = OpenApiTypes.STR if is_text else OpenApiTypes.BINARY
    return {(200, media_type): OpenApiResponse(content, text) for media_type in media_types}


def _described(
    name: str, summary: str, file: dict[Any, Any], *, description: str
) -> dict[str, Any]:
    said = {"summary": summary, "description": description}
    described = {"operation_id": name, "tags": ["cards"], **said}
    return {**described, "parameters": [DeckQuery], "responses": file}


DECK_FILE = _described(
    "deck_file",
    "Kept cards as an Anki deck; imported again it updates its notes",
    file_answers("An attachment that Anki imports.", *APKG),
    description="All of them, or those of a `subject` or `topic`. Importing the file again updates the notes that it made.",
)
CARD_TABLE = _described(
    "card_table",
    "Kept cards as CSV, safe for spreadsheets",
    file_answers("An attachment, UTF-8.", "text/csv"),
    description="All of them, or those of a `subject` or `topic`. `import_cards` reads it back.",
)
ANKI_TEXT = _described(
    "anki_text",
    "Cards of Anki's own notes that were edited here, as the text that changes those notes",
    file_answers("An attachment, UTF-8; in Anki: File, Import.", "text/plain"),
    description="Notes of types that only Anki knows cannot be changed by a deck file; this text changes them: File, Import.",
)
CARD_IMPORT = about(
    "import_cards",
    f"Keep cards from CSV or Anki's text: at most {ROWS} rows",
    "cards",
    OpenApiResponse(shapes.Imported, "Nothing new, or only a preview."),
    description="The file as the field `file` of a form, or as the body itself: `text/csv` or `text/plain`.",
    parameters=[ImportQuery],
    examples=example(FORM, file="@cards.csv"),
    request={FORM: {"type": "object", "properties": {"file": FILE}, "required": ["file"]}},
    responses={
        201: OpenApiResponse(shapes.Imported, "New cards are kept."),
        422: OpenApiTypes.OBJECT,
    },
)
