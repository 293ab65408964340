"""Definitions of a subject, from a dictionary that a user has installed."""

from pathlib import Path

import pytest

from jobs.providers.local_text.build.entries import Line, write
from jobs.providers.local_text.build.subjects import element, foldoc
from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.providers.local_text.study import request

TEXT = "The gateway passes the packet on. Every octet of the packet is counted by the gateway. A checksum is a number that tells whether data was changed."
SAID = "A device that passes packets between two kinds of network"


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ("stack\n\n   <programming> A {data structure} for storing items.  It is old.\n", "A data structure for storing items"),
        ("octet\n\n   1. <networking> A group of exactly eight {bits}.\n", "A group of exactly eight bits"),
        ("Ada\n\n   <person> A lady who wrote programs long ago.\n", ""),
        ("foo\n\n   See {bar}.\n", ""),
    ],
)  # fmt: skip
def test_an_article_gives_its_first_sentence(article: str, said: str) -> None:
    assert foldoc(article) == said


def test_an_element_is_what_follows_its_numbers() -> None:
    article = (
        "neon\nSymbol: Ne\nAtomic number: 10\nA colourless gas that glows\nin lamps. It is rare.\n"
    )
    assert element(article) == "A colourless gas that glows in lamps"


def test_a_text_of_the_subject_gets_its_definitions_and_another_does_not(
    engine_dir: Path, tmp_path: Path
) -> None:
    write(tmp_path / "subject-computing.sqlite", [Line("gateway", "n", "", 0, SAID)])
    model = LocalTextModel(engine_dir, tmp_path)

    def back(subject: str) -> str:
        cards = model.cards(request(TEXT, subject=subject)).value
        return next((card.back for card in cards if card.front == "gateway"), "")

    assert back("Computer networks") == SAID
    assert back("Gardening") != SAID
