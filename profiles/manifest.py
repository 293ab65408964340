"""Everything a learner has, by the hashes of the contents: what a client compares to know what to fetch."""

import hashlib
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import Field
from typing_extensions import TypedDict

from profiles.models import Flashcard, Lesson


class ManifestItem(TypedDict):
    id: str
    kind: Literal["lesson", "deck"]
    title: str
    version: Annotated[str, Field(description="hash of the content")]
    url: str


class Manifest(TypedDict):
    version: Annotated[str, Field(description="hash of everything, the ETag of the answer")]
    items: list[ManifestItem]


def build(user_id: str) -> Manifest:
    items = [*_lessons(user_id), *_decks(user_id)]
    return {"version": _hash([f"{item['id']}:{item['version']}" for item in items]), "items": items}


def deck_id(subject: str) -> str:
    return f"deck-{_hash([subject])[:16]}"


def deck_url(subject: str) -> str:
    return f"/api/flashcards?{urlencode({'subject': subject})}"


def _lessons(user_id: str) -> list[ManifestItem]:
    rows = Lesson.objects.filter(user_id=user_id).order_by("-created_at", "-id")
    return [
        {
            "id": id_,
            "kind": "lesson",
            "title": title,
            "version": version,
            "url": f"/api/lessons/{id_}",
        }
        for id_, title, version in rows.values_list("id", "title", "content_hash")
    ]


def _decks(user_id: str) -> list[ManifestItem]:
    """A deck is the kept cards of a subject."""
    rows = Flashcard.objects.filter(user_id=user_id).order_by("subject", "id")
    decks: dict[str, list[str]] = {}
    for subject, card_id, version in rows.values_list("subject", "id", "content_hash"):
        decks.setdefault(subject, []).append(f"{card_id}:{version}")
    return [
        {
            "id": deck_id(subject),
            "kind": "deck",
            "title": subject,
            "version": _hash(versions),
            "url": deck_url(subject),
        }
        for subject, versions in decks.items()
    ]


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
