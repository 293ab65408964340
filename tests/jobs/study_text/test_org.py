"""Org and Typst are read as what they show, without what they plan and set."""

import pytest

from tests.jobs.study_text.test_reader import definitions, shown

ORG = """#+title: Rocks
* DONE week one :exam:
SCHEDULED: <2024-10-03 Thu>
:PROPERTIES:
:ID:       3b16701f
:END:
# to be told in class
** Melting
Some /old/ rock melts, see [[https://example.org][the chapter]].
- magma :: molten rock
#+begin_src c
magma: molten
#+end_src
"""


def test_org_is_read_as_headings_text_and_terms() -> None:
    assert shown(ORG) == [
        ("heading", "Week one"),
        ("heading", "Melting"),
        ("paragraph", "Some old rock melts, see the chapter."),
        ("definition", "magma: molten rock"),
    ]


def test_a_drawer_that_is_not_closed_takes_no_text() -> None:
    content = (
        "#+title: Rocks\n* Melting\n:LOGBOOK:\n\nSome rock melts.\n:NOTES:\n* Cooling\nIt cools."
    )
    assert [text for _, text in shown(content)] == ["Melting", "Some rock melts.", "Cooling", "It cools."]  # fmt: skip


def test_points_with_stars_alone_are_no_org() -> None:
    assert [kind for kind, _ in shown("* magma is hot\n* lava is hot")] == ["item", "item"]


@pytest.mark.parametrize(
    "stated",
    [
        '#definition("Magma")[molten rock]',
        '#definition("Magma")[\n  molten rock\n]',
        '#defn(title: "Magma.")[molten rock]',
        "/ Magma: molten rock",
    ],
)
def test_a_definition_of_typst_has_its_name(stated: str) -> None:
    content = f'#import "@preview/notes:1.0.0": *\n\n= Rocks\n\n{stated}\n\nIt is hot.'
    assert definitions(content) == {"Magma": "molten rock"}
