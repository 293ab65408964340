from jobs.kinds.study.steps import steps
from jobs.kinds.study.text import StudyText


def test_the_points_that_a_text_numbers_are_its_steps():
    text = StudyText(
        "Titration:\n\n1. Fill the burette.\n2. Add the indicator.\n3. Read the volume.\n\nThen stop."
    )

    assert list(steps(text)) == [["Fill the burette.", "Add the indicator.", "Read the volume."]]


def test_questions_and_lists_of_terms_are_no_steps():
    assert not list(steps(StudyText("1. What is heat?\n2. Why?\n3. How?")))
    assert not list(
        steps(StudyText("1. clay: fine soil\n2. silt: finer soil\n3. loam: a mix of both"))
    )
    assert not list(steps(StudyText("- one point\n- another point\n- a third point")))
