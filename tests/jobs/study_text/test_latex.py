"""LaTeX comes out as the same blocks as every other form."""

import pytest

from jobs.study_text import read
from jobs.study_text.latex_commands import expanded
from tests.jobs.study_text.test_reader import definitions, shown


def test_latex_is_taken_off() -> None:
    content = (
        "\\section{Heat}\\label{s}\nThe \\emph{heat}~$Q$ is energy~\\cite{x}.% no\n\\[Q = mc\\]\n"
    )
    assert shown(content) == [("heading", "Heat"), ("paragraph", "The heat Q is energy.")]


def test_the_slides_of_a_talk_in_latex_are_read() -> None:
    content = (
        "\\begin{frame}{Cost}\n\\begin{itemize}\n\\item<1-> \\emph{Marginal cost}: the cost of a unit\\pause\n"
        "\\end{itemize}\n\\end{frame}"
    )
    assert definitions(content) == {"Marginal cost": "the cost of a unit"}
    assert shown(content)[0] == ("heading", "Cost")


@pytest.mark.parametrize(
    ("made", "used"),
    [
        (r"\newcommand{\cell}[1]{\textbf{#1}}", r"\item \cell{Magma}: molten rock"),
        (r"\newcommand\rock{molten rock}", r"\item \textbf{Magma}: \rock"),
        (r"\def\rock#1{#1 rock}", r"\item Magma: \rock{molten}"),
        (r"\newcommand{\rock}[2][molten]{#1 #2}", r"\item Magma: \rock{rock}"),
        (r"\newcommand{\r}{rock}\newcommand{\rock}{molten \r}", r"\item Magma: \rock"),
        (r"\newcommand{\say}[2]{\item[#1] #2}", "\\say{Magma}{molten\n rock}"),
        (r"\newtheorem{begriff}{Definition}", "\\item x\n\\begin{begriff}[Magma] molten rock\\end{begriff}"),
    ],
)  # fmt: skip
def test_commands_that_a_latex_text_makes_are_read_as_what_they_stand_for(
    made: str, used: str
) -> None:
    content = f"\\documentclass{{article}}\n{made}\n\\begin{{document}}\n\\begin{{itemize}}\n{used}\n\\end{{itemize}}\n\\end{{document}}"
    assert definitions(content) == {"Magma": "molten rock"}
    [block] = [block for block in read(content).blocks if block.term]
    assert content[block.start : block.end].endswith(used.splitlines()[-1])


def test_commands_that_call_themselves_end() -> None:
    content = r"\newcommand{\a}{\a\a\b text}\newcommand{\b}{\a\b}" + r"\section{X} \a\b." * 100
    assert read(content).blocks


def test_a_command_that_puts_a_long_argument_in_often_stays_as_it_is() -> None:
    content = r"\newcommand{\x}[1]{" + "#1" * 20_000 + "}\n\\x{" + "a" * 40_000 + "}"
    assert len(expanded(content)) < len(content)


def test_settings_of_a_page_are_left_out_of_a_text_with_formulas_too() -> None:
    found = read(
        "---\nlayout: post\ntitle: Sums\n---\nThe sum $\\sum_i \\frac{x_i}{n}$ is \\emph{finite}."
    )
    assert not any("layout" in block.text for block in found.learned_from)
    assert any("finite" in block.text for block in found.learned_from)


def test_a_law_with_a_name_is_what_the_name_stands_for() -> None:
    content = (
        "\\begin{law}[Newton's First Law]\n  A body remains at rest\n  unless a force acts on it.\n\\end{law}\n"
        "\\begin{theorem}\n  Every set has a subset.\n\\end{theorem}"
    )
    assert definitions(content) == {
        "Newton's First Law": "A body remains at rest unless a force acts on it."
    }
