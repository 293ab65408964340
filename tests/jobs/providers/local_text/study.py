"""Study texts with the terms that a teacher of the subject would put on cards, and requests for them."""

from pathlib import Path
from typing import Any

from jobs.providers.base import CardsRequest, Language

TEXTS = Path(__file__).parent / "texts"
SAMPLES = Path(__file__).parents[4] / "docs" / "samples"
ENGLISH = Language("en", "English")
GERMAN = Language("de", "German")
SPANISH = Language("es", "Spanish")
# The engine was tuned on SEEN; nobody looked at its answers to UNSEEN.
SEEN = sorted(path.stem for path in TEXTS.glob("*.terms"))
UNSEEN = sorted(f"unseen/{path.stem}" for path in (TEXTS / "unseen").glob("*.terms"))


def study_text(name: str) -> str:
    path = TEXTS / f"{name}.txt"
    return (path if path.exists() else SAMPLES / f"{name}.txt").read_text()


def teachers_terms(name: str) -> list[str]:
    return (TEXTS / f"{name}.terms").read_text().splitlines()


def request(content: str, **changes: Any) -> CardsRequest:
    told = {"subject": "Science", "topic": None, "native": ENGLISH, "target": ENGLISH}
    return CardsRequest(content=content, **{**told, **changes})
