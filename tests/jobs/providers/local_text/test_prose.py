"""From a pasted text to its sentences."""

import pytest

from jobs.providers.local_text.prose import sentences


def texts(content: str) -> list[str]:
    return [sentence.text for sentence in sentences(content)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Enzymes, e.g. amylase, speed reactions up.",
        "Dr. Smith measured 3.5 mmol in Fig. 2 of the paper.",
        "B. F. Skinner studied pigeons.",
    ],
)
def test_an_abbreviation_ends_no_sentence(sentence: str) -> None:
    assert texts(f"{sentence} It was late.") == [sentence, "It was late."]


def test_a_letter_that_ends_a_name_ends_the_sentence() -> None:
    assert len(texts("It becomes acetyl coenzyme A. This enters the cycle.")) == 2


def test_sentences_stand_under_their_headings() -> None:
    found = sentences("# Cells\n\nCells divide.\n\n## 2. Enzymes\n\nEnzymes help cells.\n")
    assert [(s.heading, s.text) for s in found] == [
        ("Cells", "Cells divide."),
        ("Enzymes", "Enzymes help cells."),
    ]


def test_lines_that_were_wrapped_are_joined() -> None:
    wrapped = "The heart pumps blood through the whole of the\nbody all day."
    assert texts(wrapped) == ["The heart pumps blood through the whole of the body all day."]


def test_every_point_of_a_slide_is_a_sentence_of_its_own() -> None:
    assert texts("• Stress is a force\n• Strain is a ratio") == [
        "Stress is a force",
        "Strain is a ratio",
    ]


def test_markup_is_not_read() -> None:
    page = "<h2>Cells</h2><script>var a = 1;</script><p>A <b>cell</b> divides &amp; grows.</p>"
    assert texts(page) == ["A cell divides & grows."]


def test_program_text_is_not_read() -> None:
    assert texts("Loops repeat.\n\n```\nfor x in y: pass\n```\n\n    total += a[i];\n") == [
        "Loops repeat."
    ]


def test_nothing_is_joined_across_what_is_left_out() -> None:
    assert texts("Cells divide again and again, so\n    x = f(y);\ntissues grow.") == [
        "Cells divide again and again, so",
        "tissues grow.",
    ]


def test_a_row_of_two_cells_is_a_term_and_its_meaning() -> None:
    assert texts("| osmosis | water passing a membrane |") == ["osmosis: water passing a membrane"]


def test_characters_nobody_sees_are_dropped() -> None:
    assert texts("The heart\x00 pumps\u00ad blood\u202e.") == ["The heart pumps blood."]


@pytest.mark.parametrize(
    "left",
    [
        "$$",
        '" %}',
        "\\Value{t}",
        'src="x.png" />',
        "</term>",
        "**Merits",
        "just=[a b]",
        "[[x",
        "{m}_{n}",
    ],
)
def test_a_sentence_with_mark_up_left_is_not_learned_from(left: str) -> None:
    assert texts(f"Lava is hot rock {left}\n\nIt flows.") == ["It flows."]


def test_a_definition_with_mark_up_left_is_not_learned_from() -> None:
    assert texts("- Lava: hot rock of a !!term\n- Magma: hot rock below") == [
        "Magma: hot rock below"
    ]


def test_signs_of_sums_and_names_are_no_mark_up() -> None:
    sums = "It holds that a < b and b > c = 2, where list(t) and max_size are names."
    chances = "The conditional probability P(A | B) is the probability of A given B."
    assert texts(f"{sums} {chances}") == [sums, chances]
