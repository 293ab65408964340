"""Words before a colon that say what a line is for."""

import pytest

from jobs.study_text import read
from jobs.study_text.labels import is_label


def definitions(text: str) -> dict[str, str]:
    return {block.term: block.meaning for block in read(text).blocks if block.kind == "definition"}


def said(text: str) -> list[str]:
    return [block.text for block in read(text).learned_from if block.kind != "heading"]


@pytest.mark.parametrize(
    "label",
    [
        *("core concept", "the key difference", "memory tip", "mcq trap", "exam format"),
        *("professor's wording", "connection to later topics", "common mistakes", "key word"),
        *("tip for the exam", "configuration questions", "note on terminology", "drawback"),
    ],
)
def test_what_a_line_is_for_is_no_term(label: str) -> None:
    assert is_label(label.split())


@pytest.mark.parametrize(
    "term",
    [
        *("common difference", "boiling point", "critical point", "main memory", "test case"),
        *("concept map", "sample mean", "final cause", "worst case", "error", "point of view"),
        *("basic unit", "best fit", "mnemonic", "test statistic"),
    ],
)
def test_a_term_is_no_label(term: str) -> None:
    assert not is_label(term.split())


def test_a_sentence_behind_its_label_is_read_as_prose() -> None:
    text = "## Routing\n\n**Core concept:** An **area** is a group of routers that share one map."
    assert said(text) == ["An area is a group of routers that share one map."]
    assert not definitions(text)


def test_what_labels_one_thing_after_the_other_is_no_term() -> None:
    drugs = {"Aspirin": "Blocks an enzyme", "Heparin": "Binds a protein", "Warfarin": "Acts late"}
    parts = [f"## {name}\n\n**Mechanism:** {how} for hours.\n" for name, how in drugs.items()]
    assert not definitions("\n".join(parts))
    assert said("\n".join(parts)) == [f"{how} for hours." for how in drugs.values()]


def test_a_term_keeps_its_definition_though_it_labels_examples() -> None:
    text = (
        "| Term | Definition |\n|---|---|\n| **Base case** | The stopping condition. |\n\n"
        "## Sorting\n\n- **Base case:** list of one\n\n## Search\n\n- **Base case:** nothing left\n"
    )
    assert definitions(text) == {"Base case": "The stopping condition."}


def test_what_a_control_does_is_the_meaning_of_its_heading() -> None:
    text = "### Control 3: Output encoding\n\n**What:** Turning what a user wrote into text that is only shown.\n"
    assert definitions(text) == {
        "Output encoding": "Turning what a user wrote into text that is only shown."
    }


@pytest.mark.parametrize(
    "line",
    [
        '- Routing: "RIP is a link-state protocol" → FALSE',
        '- Recursion: "What happens without a base case?" → stack overflow',
        "- Length: is it within the range? (at most 50 characters)",
        "- Lower distance = more trusted",
        "- Appliance: a box combining:",
        "- Postfix: A B * C D /",
        "- Syntax: access-list <number> permit",
    ],
)
def test_a_quiz_a_comparison_or_a_beginning_defines_nothing(line: str) -> None:
    assert not definitions(f"## Networks\n\n{line}\n- Area: a group of routers\n").keys() - {"Area"}


def test_pictures_around_a_term_are_no_part_of_it() -> None:
    rows = (
        "| Approach | How it works |\n|---|---|\n| **Allowlist** \u2705 | Takes what is known |\n"
    )
    assert definitions(rows) == {"Allowlist": "Takes what is known"}


def test_columns_of_a_kind_do_not_explain_each_other() -> None:
    rows = "| Advantages | Disadvantages |\n|---|---|\n| No shifting | Hard to manage |\n"
    assert not definitions(rows)


@pytest.mark.parametrize(
    "title", ["{}:", "{} :", "**{}**:", "**{}** : ", "**{}:**", "**{}**\n"], ids=repr
)
def test_terms_in_lines_of_their_own_are_defined_by_what_stands_below(title: str) -> None:
    meanings = {"Osmosis": "Movement of water.", "Clé étrangère": "Attribut reliant deux tables."}
    text = "\n\n".join(f"{title.format(term)}\n{said}" for term, said in meanings.items())
    assert definitions(text) == meanings


def test_a_line_that_leads_to_a_sentence_is_no_term() -> None:
    text = (
        "**Water**\n\nWater is wet.\n\n**Fire**\n\nWe saw that it burns.\n\nNote:\nBring a pen.\n"
    )
    assert not definitions(text)


@pytest.mark.parametrize(
    "text",
    [
        "Simple = plaintext, hashed = MD5\n",
        "- one part for the network\n- one part for the servers\n- one part for files\n- one part for keys\n",
        "Reusability example: a module is used many times\n",
    ],
)
def test_lists_of_like_things_define_nothing(text: str) -> None:
    assert not definitions(text)


@pytest.mark.parametrize(
    "text",
    [
        "Types of rock: igneous, sedimentary and metamorphic rock.",
        "Case 3 shows a cell: it has a wall.",
        "Chapter 2. Respiration: what cells do with sugar.",
    ],
)
def test_what_says_of_what_the_text_is_stays_in_it(text: str) -> None:
    assert said(text) == [text]


@pytest.mark.parametrize("label", ["Remark", "Note 2", "Key point", "Tip for the exam"])
def test_what_only_labels_is_left_out(label: str) -> None:
    assert said(f"{label}: Cells have a wall.") == ["Cells have a wall."]
