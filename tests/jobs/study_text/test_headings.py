"""What stands first below a heading says what the heading means, where it is no sentence of its own."""

import pytest

from tests.jobs.study_text.test_reader import definitions, shown


@pytest.mark.parametrize(
    "heading", ["What is osmosis?", "What Is Osmosis?", "What is meant by osmosis?"]
)
@pytest.mark.parametrize("mark", ["", "- "])
def test_a_question_is_answered_by_the_noun_below_it(heading: str, mark: str) -> None:
    content = f"# Transport\n\n## {heading}\n\n{mark}Movement of water through a membrane\n\n## Diffusion\n\nText."
    [(term, meaning)] = definitions(content).items()
    assert (term.lower(), meaning) == ("osmosis", "Movement of water through a membrane")


def test_a_noun_that_is_narrowed_explains_the_heading_above_it() -> None:
    content = "# Contracts\n\n## Suretyship\n\nA contract to answer for the debt of another.\n\n## Marriage\n\nA contract made upon marriage."
    assert definitions(content) == {"Suretyship": "A contract to answer for the debt of another."}


@pytest.mark.parametrize(
    "below",
    [
        "The water is moved through a membrane.",
        "It takes place in every cell.",
        "A membrane.",
        "Osmosis was found by a priest of the abbey.",
        "- The movement of water in the first experiment",
    ],
)
def test_what_only_goes_on_about_a_heading_is_no_definition(below: str) -> None:
    assert not definitions(
        f"# Transport\n\nText.\n\n## Osmosis\n\n{below}\n\n## Diffusion\n\nText."
    )


def test_below_its_title_a_text_tells_of_itself() -> None:
    assert not definitions("# shelf\n\nA library for storage of blobs.\n\n## Use\n\nText.")


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("**Kerberos**", "Kerberos is a protocol that works with tickets."),
        ("**Honeypots**", "A honeypot is a machine that lures attackers."),
        ("__Osmose__", "Die Osmose ist ein Vorgang an einer Membran."),
        ("**RADIUS** - Remote Dial-In Service", "RADIUS is a protocol that checks users."),
    ],
)
def test_a_title_in_the_line_above_its_own_sentence_is_no_part_of_it(
    title: str, sentence: str
) -> None:
    assert shown(f"{title}\n{sentence}")[-1] == ("paragraph", sentence)


def test_a_title_in_the_line_above_a_phrase_is_what_the_phrase_defines() -> None:
    content = "**Firewall**\nA program that lets through what a rule allows."
    assert definitions(content) == {"Firewall": "A program that lets through what a rule allows."}


@pytest.mark.parametrize(
    ("question", "answer", "term", "meaning"),
    [
        ("What is osmosis?", "It is the movement of water.", "osmosis", "the movement of water."),
        ("¿Qué es la ósmosis?", "Es el paso de agua.", "ósmosis", "el paso de agua."),
        (
            "Was ist Osmose?",
            "Es ist der Durchgang von Wasser.",
            "Osmose",
            "der Durchgang von Wasser.",
        ),
        (
            "Qu'est-ce que l'osmose ?",
            "C'est le passage de l'eau.",
            "osmose",
            "le passage de l'eau.",
        ),
        ("Che cos'è l'osmosi?", "È il passaggio dell'acqua.", "osmosi", "il passaggio dell'acqua."),
        ("O que é a osmose?", "É a passagem da água.", "osmose", "a passagem da água."),
        (
            "Что такое осмос?",
            "Это переход воды через мембрану.",
            "осмос",
            "переход воды через мембрану.",
        ),
    ],
)
def test_a_question_is_answered_by_the_sentence_that_goes_on_from_it(
    question: str, answer: str, term: str, meaning: str
) -> None:
    content = f"# Biology\n\nText.\n\n## {question}\n\n{answer}\n\n## Diffusion\n\nText."
    assert definitions(content) == {term: meaning}


def test_a_sentence_that_answers_nothing_is_no_definition_below_a_question() -> None:
    assert not definitions("# Tema\n\nTexto.\n\n## ¿Qué es XML?\n\nEn este capítulo veremos XML.")
