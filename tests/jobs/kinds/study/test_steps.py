import pytest

from jobs.kinds.study.steps import steps
from jobs.kinds.study.text import StudyText

TITRATION = ["Fill the burette.", "Add the indicator.", "Read the volume."]


@pytest.mark.parametrize(
    ("content", "run"),
    [
        ("Titration:\n\n1. Fill the burette.\n2. Add the indicator.\n3. Read the volume.\n\nThen stop.", TITRATION),
        ("Step 1: Fill the burette.\nStep 2: Add the indicator.\nStep 3: Read the volume.", TITRATION),
        ("# The stages of mitosis\n\n1. Chromosomes condense.\n2. They line up.\n3. They part.", ["Chromosomes condense.", "They line up.", "They part."]),
        ("Die Schritte:\n\n1. Wasser kochen.\n2. Tee hineingeben.\n3. Warten.", ["Wasser kochen.", "Tee hineingeben.", "Warten."]),
    ],
)  # fmt: skip
def test_points_that_a_text_numbers_and_calls_steps_or_gives_as_orders_are_its_steps(
    content: str, run: list[str]
) -> None:
    assert list(steps(StudyText(content))) == [run]


@pytest.mark.parametrize(
    "content",
    [
        "1. What is heat?\n2. Why?\n3. How?",
        "1. clay: fine soil\n2. silt: finer soil\n3. loam: a mix of both",
        "- one point\n- another point\n- a third point",
        "Article 7\n\n1. Where data are processed, consent is shown.\n2. The person may withdraw it.\n3. It is easy to withdraw.",
        "Facts:\n\n1. Every isometry is injective.\n2. In the plane all balls are convex.\n3. Of the spaces some are complete.",
    ],
)  # fmt: skip
def test_questions_terms_articles_of_a_law_and_facts_are_no_steps(content: str) -> None:
    assert not list(steps(StudyText(content)))
