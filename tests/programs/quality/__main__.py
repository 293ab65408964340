"""`python -m tests.programs.quality [-v] [TEXT ...]`: how good the cards of every engine at hand are.

The built-in engine, and any model that OPENAI_API_KEY or COMPATIBLE_BASE_URL names: its calls cost what they cost.
`documents` in place of texts: how well pages are read; `readings`: how well readings aloud are judged. With -v each text is shown with what is wrong.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobs.errors import AttemptFailed
from jobs.kinds.flashcards.handler import FlashcardsInput, make_flashcards
from jobs.providers.base import Card, Language, TextModel
from jobs.providers.local_text.model import LocalTextModel
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from tests.jobs.kinds.scripted import Context
from tests.programs.quality import documents, readings
from tests.programs.quality.measure import Verdict, expected, judged, names, text_of, together

# Lists of pairs, for learners of the language on their other side.
NATIVE = {"spanish-vocab": Language("es", "Spanish"), "german-bilingual": Language("de", "German")}
ENGLISH = Language("en", "English")


def main() -> None:
    if sys.argv[1:] == ["documents"]:
        documents.main()
        return
    if sys.argv[1:2] == ["readings"]:
        readings.main(sys.argv[2:])
        return
    is_wordy = "-v" in sys.argv[1:]
    texts = [name for name in sys.argv[1:] if name != "-v"] or names()
    with tempfile.TemporaryDirectory() as directory:
        for engine in engines(Path(directory)):
            print(f"\n{engine.provider} {engine.model}, {len(texts)} texts", flush=True)  # noqa: T201
            verdicts = {name: verdict(engine, name) for name in texts}
            for name, one in verdicts.items():
                print(f"  {name:22} {figures(one)}")  # noqa: T201
                for remark in one.remarks if is_wordy else ():
                    print(f"      {remark[:200]}")  # noqa: T201
            print(f"  {'all':22} {figures(together(verdicts.values()))}")  # noqa: T201
    if not sys.argv[1:]:
        readings.main([])


def engines(directory: Path) -> Iterator[TextModel]:
    yield LocalTextModel(directory, directory / "no-dictionaries")
    for prefix in ("OPENAI", "COMPATIBLE"):
        named = {
            "base_url": os.environ.get(f"{prefix}_BASE_URL"),
            "model": os.environ.get(f"{prefix}_MODEL"),
        }
        key = os.environ.get(f"{prefix}_API_KEY", "")
        if key or (prefix == "COMPATIBLE" and named["base_url"]):
            given = {name: value for name, value in named.items() if value}
            yield OpenAITextModel(OpenAIPolicy(api_key=key or "none", **given))


def verdict(engine: TextModel, name: str) -> Verdict:
    content = text_of(name)
    native = NATIVE.get(name, ENGLISH)
    inputs = FlashcardsInput(
        content=content,
        subject=name.split("-")[0].capitalize(),
        topic="AI Selection",
        nativeLanguage={"code": native.code, "name": native.name},
        targetLanguage={"code": "en", "name": "English"},
    )
    try:
        result = make_flashcards(inputs, Context(engine))
    except AttemptFailed as failure:
        return Verdict(stated=len(expected(name).stated), remarks=[f"failed: {failure}"])
    cards = result["flashcards"]
    found = judged([as_card(card) for card in cards], expected(name))
    found.quoted = sum(stands(card.get("source"), content) for card in cards)
    return found


def as_card(card: Any) -> Card:
    shown = {
        name: card[name] for name in ("front", "back", "topic", "difficulty", "example", "kind")
    }
    return Card(**shown)


def stands(source: Any, content: str) -> bool:
    return bool(source) and content[source["start"] : source["end"]] == source["quote"]


def figures(v: Verdict) -> str:
    shares = {
        "fronts good": (v.good_fronts, v.cards),
        "stated used": (v.used, v.stated),
        "gapped": (v.gapped, v.cards),
        "mark-up": (v.marked_up, v.cards),
        "quoted": (v.quoted, v.cards),
        "compounds": (v.compounds_found, v.compounds),
    }
    told = (f"{name} {part / whole:6.1%}" for name, (part, whole) in shares.items() if whole)
    return f"{v.cards:4} cards  " + "  ".join(told)


if __name__ == "__main__":
    main()
