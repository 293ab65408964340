"""Every form in which study text is pasted comes out as the same blocks."""

import pytest

from jobs.study_text import Block, read


def definitions(content: str) -> dict[str, str]:
    return {block.term: block.meaning for block in read(content).blocks if block.term}


def shown(content: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(content).learned_from]


@pytest.mark.parametrize("sign", [":", " :", " -", " –", " —", " =", " :=", " ->", "\t", "-"])
@pytest.mark.parametrize("mark", ["", "- ", "* ", "+ ", "• "])
def test_a_glossary_is_read_with_any_sign_and_any_mark(sign: str, mark: str) -> None:
    lines = [("magma", "molten rock beneath the surface"), ("lava", "molten rock above it")]
    content = "\n".join(f"{mark}{term}{sign} {meaning}" for term, meaning in lines)
    assert definitions(content) == dict(lines)


@pytest.mark.parametrize(
    "content",
    [
        "Magma\n: molten rock",
        "<dl><dt>Magma</dt><dd>molten rock</dd></dl>",
        "| Term | Definition |\n|---|---|\n| Magma | molten rock |",
        "<table><tr><th>Term</th><th>Meaning</th></tr><tr><td>Magma</td><td>molten rock</td></tr></table>",
        "**Magma** (n.): molten rock",
        "- A **Magma** = molten rock",
        "A. Magma: molten rock\nB. It is hot.",
        "### Magma\n\n- **Definition:** molten rock",
        "\\begin{description}\\item[Magma] molten rock\\end{description}",
        "\\section{Rock}\n\\begin{definition}[Magma]\nmolten rock\n\\end{definition}",
        "== Rock\n\n:toc:\n\nMagma::\n  molten rock",
        '<glossary xmlns="book"><definition><term>Magma</term> <meaning id="m">molten rock</meaning></definition></glossary>',
        "<glossentry><glossterm>Magma</glossterm>\n<glossdef>\n<para>molten rock</para></glossdef></glossentry>",
        "❒ Magma – molten rock\n❒ It is hot.",
        "- {:.fragment} *Magma*: molten rock",
        "Rocks are old.\n*Magma*: **molten** rock",
        "_Magma_ - molten rock",
        "- found by looking for *Magma* - molten rock",
    ],
)
def test_a_definition_is_found_in_every_markup(content: str) -> None:
    assert definitions(content) == {"Magma": "molten rock"}


@pytest.mark.parametrize("sign", "•●▪►❒❖➔✓☐")
def test_whatever_symbol_a_font_has_marks_a_point(sign: str) -> None:
    assert definitions(f"{sign} Magma – molten rock\n{sign} Lava – melted rock") == {"Magma": "molten rock", "Lava": "melted rock"}  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "θ ← θ − ∇²θ(θ)",
        "θopt = arg max L(θ)",
        "i=1",
        "Var(X) = E[(X − E)²] = E[X²] − E²",
        "trABCD = trDABC = trCDAB",
        "subject to 0 ≤ αi ≤ C, i = 1, . . . , m (4)",
        "Bernoulli log φ y log(1 + exp(η)) 1",
    ],
)
def test_a_line_of_mathematics_is_a_formula(line: str) -> None:
    kinds = [block.kind for block in read(f"The cost is as follows:\n{line}\nIt is small.").blocks]
    assert kinds == ["paragraph", "formula", "paragraph"]


@pytest.mark.parametrize(
    "line",
    [
        "ja = yes",
        "CO₂ = carbon dioxide",
        "pH = acidity",
        "η - the",
        "γ rays: light of high energy",
        "kW - unit of power",
        "glucose + oxygen → carbon dioxide + water",
        "The method takes x(i) and y(i) as its input",
        "Na+ - sodium ion",
        "5 ± 2 items",
        "我 = I",
        "word(s) of the list",
    ],
)
def test_a_line_with_signs_among_its_words_is_none(line: str) -> None:
    assert "formula" not in {block.kind for block in read(line).blocks}


@pytest.mark.parametrize(
    "line",
    [
        "decade = 10年",
        "sodium ion = Na⁺",
        "dozen = 12 items",
        "ja = yes",
        "können = can",
        "wenn = if",
    ],
)
def test_a_meaning_may_be_a_sign_a_number_or_one_small_word(line: str) -> None:
    assert line.partition(" = ")[::2] in definitions(f"{line}\nlava = molten rock").items()


def test_clean_text_reads_the_same_again() -> None:
    content = "# Models\n\nHence, maximizing it gives the same as minimizing\n\nθ = arg max L(θ)\n\nThe rest is a longer line that follows below it.\n"
    clean = read(content).clean
    assert shown(clean) == shown(content)
    assert read(clean).clean == clean


def test_headings_in_alphabetical_order_are_the_terms_of_a_glossary() -> None:
    terms = ["Anchoring", "Barnum Effect", "Cheerleader Effect", "Egocentric Bias", "Framing", "Halo Effect", "Priming", "Spacing Effect"]  # fmt: skip
    entries = "\n\n".join(f"## {term}\nWe judge what comes number {n} in a way of its own." for n, term in enumerate(terms))  # fmt: skip
    assert list(definitions(f"# Biases\n\nMany of them are listed here.\n\n{entries}")) == terms
    shuffled = "\n\n".join(entries.split("\n\n")[::-1])
    assert not definitions(f"# Biases\n\nMany of them are listed here.\n\n{shuffled}")


def test_several_terms_in_bold_may_share_a_line() -> None:
    content = "**Magma:** Molten rock. **Lava:** molten rock above the surface."
    assert definitions(content) == {"Magma": "Molten rock.", "Lava": "molten rock above the surface."}  # fmt: skip


def test_an_outline_with_letters_is_a_list() -> None:
    content = "I. Formation\n   A. Offer - a sign that one will be bound\n   B. Duress: a threat without another way out\n   C. Acceptance is what ends it.\n"
    assert definitions(content) == {"Offer": "a sign that one will be bound", "Duress": "a threat without another way out"}  # fmt: skip


@pytest.mark.parametrize("part", ["Unit", "Lección", "Kapitel", "Leçon"])
def test_the_head_of_a_lesson_is_a_heading(part: str) -> None:
    content = f"{part} 4: La tierra\n\nmagma - molten rock\nlava - melted rock"
    assert shown(content)[0] == ("heading", "La tierra")


def test_what_leads_to_a_list_is_no_heading() -> None:
    content = "In this Act—\n(1) a lease is a contract;\n(2) a tenant is a party to it."
    assert ("paragraph", "In this Act—") in shown(content)


def test_a_bold_title_before_a_phrase_is_its_definition() -> None:
    said = "Passive movement through carrier proteins."
    assert definitions(f"**Facilitated diffusion.** {said} It is fast.") == {"Facilitated diffusion": f"{said} It is fast."}  # fmt: skip
    assert not definitions("**Causes.** Glucose enters through carrier proteins.")


def test_a_sentence_that_lines_cut_before_a_colon_is_no_entry() -> None:
    content = "Insulin lowers the concentration of glucose in the blood. Glucagon\nhas the opposite effect: it raises it."
    assert shown(content) == [("paragraph", " ".join(content.split()))]


def test_a_head_with_the_number_of_its_page_is_taken_out() -> None:
    pages = [
        f"CHAPTER 7   THE GLANDS      {n}\nA gland makes juice {n}.\n\n{n}" for n in (142, 143)
    ]
    assert [text for _, text in shown("\n".join(pages))] == ["A gland makes juice 142.", "A gland makes juice 143."]  # fmt: skip


def test_the_headings_of_a_glossary_are_its_terms() -> None:
    said = {"Lease": "A contract that ends by itself.", "Member": "A server of the cluster.", "Peer": "Another member of it.", "Role": "A unit of permissions."}  # fmt: skip
    content = "\n\n".join(f"## {term}\n\n{meaning}" for term, meaning in said.items())
    assert definitions(f"# Glossary\n\n{content}") == said
    remarks = content.replace("A contract that", "It").replace("A server", "Each is one")
    assert not {"Lease", "Member"} & definitions(f"# Handbook\n\n{remarks}").keys()


def test_a_term_with_an_anchor_is_read_without_it() -> None:
    content = "[commit]{#commit}\n:   a recorded [change](#change)"
    assert definitions(content) == {"commit": "a recorded change"}


def test_a_bold_title_before_remarks_is_no_definition() -> None:
    assert definitions("> **Definition 2.1 (Magma).** The molten rock.") == {"Magma": "The molten rock."}  # fmt: skip
    assert not definitions("> **Definition (View).** A view is a virtual table.")
    assert not definitions("Further reading: Hecht, Optics of lenses, 1998")
    assert not definitions("**Sigmoid.** The sigmoid function has a mathematical form.")


def test_a_sentence_with_a_dash_or_a_question_is_no_definition() -> None:
    assert not definitions("The heart - a muscle of the chest - pumps blood through the body.")
    assert not definitions("- Osmosis: what is it?")
    assert not definitions("- producer = Producer(channel, name)\n- consumer = Consumer(channel)")
    assert not definitions("- Python 3.10: Celery 5.6 or earlier")
    assert not definitions("- Note: bring a calculator to the exam")
    assert not definitions("Adding Velocities: A Boat on a River")
    assert not definitions("- Consider another example: the tire of a moving car")
    assert not definitions("- Voters: 3.6 (Centers for Disease Control)")


def test_mark_up_is_taken_off() -> None:
    content = "The *cell* is a `unit` of [life](https://example.org/a_b), see[^1] **this**.\n\n[^1]: A note."
    assert shown(content) == [("paragraph", "The cell is a unit of life, see this.")]


@pytest.mark.parametrize("link", ["`guide`_", "`guide <https://example.org/a>`__", ":doc:`guide`"])
def test_the_references_of_restructuredtext_are_taken_off(link: str) -> None:
    assert shown(f"The {link} tells what a cell is.") == [("paragraph", "The guide tells what a cell is.")]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "== Cells\n\n[source,sh]\n----\nls cells: all of them\n----\n\nA \"`cell`\" is link:a.html[a unit^] of _life_ <<life>>.\n\nimage::cell.png[]",
        "= Cells\n\n#set page(\n  margin: 2cm,\n)\n// a note\n#defn[\n  A “cell” is a unit of life.\n]",
        "== Cells ==\n\n{{Infobox}}\nA “cell” is a '''unit''' of [[life|life]].",
        '<section xmlns="book"><title>Cells</title><metadata>\nm1\n</metadata><para id="p">A “cell” is a <term>unit</term> of life<cite>X</cite>.</para></section>',
    ],
)  # fmt: skip
def test_other_mark_up_is_taken_off(content: str) -> None:
    said = [(kind, text.replace(" a ", " ")) for kind, text in shown(content)]
    assert said == [("heading", "Cells"), ("paragraph", "A “cell” is unit of life.")]


def test_rules_of_markdown_are_no_asciidoc() -> None:
    content = "# Cells\n\nA cell is small.\n\n----\n\nIt divides.\n\n----\n"
    assert [text for _, text in shown(content)] == ["Cells", "A cell is small.", "It divides."]


def test_a_title_before_its_own_sentence_is_taken_off() -> None:
    content = "❒ Lease – A lease, often short, is a contract.\n❒ Rent – The rent is paid monthly."
    assert [text for _, text in shown(content)] == ["A lease, often short, is a contract.", "The rent is paid monthly."]  # fmt: skip


@pytest.mark.parametrize("said", ["We have:", "the sum is as follows:", "For all x, it is"])
def test_what_leads_to_a_formula_or_sets_a_switch_is_no_meaning(said: str) -> None:
    assert not definitions(f"- Bayes' rule: {said}\n- Var(X): the square")


def test_html_is_taken_off() -> None:
    content = "<h2>Cells</h2><script>var a;</script><p>A <b>cell</b> grows &amp; divides<sup>[2]</sup>.<br/>It ends.</p>"
    assert [text for _, text in shown(content)] == ["Cells", "A cell grows & divides.", "It ends."]


def test_what_pages_add_is_taken_out() -> None:
    pages = [
        f"Human Physiology   {n}\n\nThe nephron {n} ﬁlters the com-\nposition of" for n in (1, 2)
    ]
    content = "\n\n".join(pages) + "\n\nHuman Physiology   3\n\nblood.[12] Next it leaves.\n"
    assert [text for kind, text in shown(content) if kind == "paragraph"] == [
        "The nephron 1 filters the composition of",
        "The nephron 2 filters the composition of blood. Next it leaves.",
    ]


def test_contents_and_references_teach_nothing() -> None:
    content = "Contents\nWaves ........ 3\nLight ........ 9\n\n1 Waves\n\nA wave carries energy.\n\nReferences\n\n[1] Hecht, E. Optics. 1998."
    left_out = {block.left_out for block in read(content).blocks if block.left_out}
    assert left_out == {"table of contents", "references"}
    assert shown(content) == [("heading", "Waves"), ("paragraph", "A wave carries energy.")]


def test_columns_are_read_one_after_the_other() -> None:
    left = [
        "A protostar is a dense",
        "clump of gas that still",
        "draws in matter from",
        "the cloud around it.",
    ]
    right = [
        "A galaxy is a system of",
        "stars and gas, which is",
        "held together by the",
        "force of gravity.",
    ]
    content = "\n".join(f"{one:<30}{other}" for one, other in zip(left, right, strict=True))
    assert [text for _, text in shown(content)] == [" ".join(left), " ".join(right)]


def test_headings_in_capitals_get_small_letters_but_names_keep_theirs() -> None:
    content = "THE CONGRESS OF VIENNA\n\nThe powers met in Vienna to redraw the map of DNA."
    assert shown(content)[0] == ("heading", "The congress of Vienna")


def test_places_are_those_of_the_text_as_handed_in() -> None:
    content = (
        "# Heat\r\n\r\n- **heat**: energy that\r\n  flows\r\n- **work**: a force times a way\r\n"
    )
    blocks = [block for block in read(content).blocks if block.term]
    assert [content[block.start : block.end] for block in blocks] == [
        "- **heat**: energy that\r\n  flows",
        "- **work**: a force times a way",
    ]


@pytest.mark.parametrize("content", ["# A\n\nB is C.\n\n- d: e f\n- g h\n\nSome more text."])
def test_what_was_cleaned_reads_the_same_again(content: str) -> None:
    def plain(blocks: list[Block]) -> list[tuple[str, str]]:
        return [(block.kind, block.text) for block in blocks]

    once = read(content)
    assert plain(read(once.clean).learned_from) == plain(once.learned_from)


@pytest.mark.parametrize("mark", ["- ", "* "])
def test_terms_and_meanings_may_take_turns_in_a_list(mark: str) -> None:
    lines = ["alliance", "a bond between countries", "barter", "to trade one thing for another"]
    assert definitions("\n".join(mark + line for line in lines)) == {
        "alliance": "a bond between countries",
        "barter": "to trade one thing for another",
    }


def test_a_remark_about_a_term_is_no_definition_of_it() -> None:
    assert not definitions("- **Dogs:** Have 39 pairs of chromosomes")
    assert not definitions(
        "- **The evolution of the horse:** The horse has evolved from a small animal"
    )


@pytest.mark.parametrize("between", ["\n", " ", "\n\n"])
def test_questions_with_their_answers_are_definitions(between: str) -> None:
    content = f"Q: What is a stoma?{between}A: A pore in a leaf.\n\nQ: Why is it there?{between}A: For gases to pass."
    assert definitions(content) == {"stoma": "A pore in a leaf."}


def test_a_term_above_its_indented_meaning_is_defined() -> None:
    content = "   gateway\n      A server for other servers.\n\n   tunnel\n      A blind relay between\n      two connections.\n"
    assert definitions(content) == {
        "gateway": "A server for other servers.",
        "tunnel": "A blind relay between two connections.",
    }


def test_lines_in_turns_are_terms_and_meanings() -> None:
    pairs = {
        "Norms": "Rules for behavior in a situation.",
        "Values": "Ideas that matter to people.",
        "Primary agencies": "Family and peers who shape opinions.",
        "Sanctions": "Rewards or punishments that enforce norms.",
    }
    assert definitions("\n".join(f"{term}\n{said}" for term, said in pairs.items())) == pairs


def test_numbered_points_within_a_line_are_points() -> None:
    content = "1. Sociology- the study of society 2. Culture- a way of life Ex: food 3. Role- is a part that one plays"
    assert definitions(content) == {
        "Sociology": "the study of society",
        "Culture": "a way of life",
        "Role": "a part that one plays",
    }


def test_a_sentence_after_the_word_definition_names_its_own_term() -> None:
    assert not definitions("# Light\n\nDefinition: Grana are stacks of membranes.")


def test_pages_one_behind_the_other_have_settings_each() -> None:
    pages = [f"---\ntitle: Rock\ntags: [a, b]\n---\n\nLava {n} flows down.\n" for n in (1, 2)]
    assert [text for _, text in shown("\n".join(pages))] == ["Lava 1 flows down.", "Lava 2 flows down."]  # fmt: skip


LONG = "Rocks of the crust melt slowly. " * 46


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ('Lava{% include note.html text="Rock that is {hot}, at 900 degrees and more than that." %} flows.', "Lava flows."),
        ("Lava flows.\n\n{% highlight sh %}\nmake lava\n{% endhighlight %}", "Lava flows."),
        ('Lava flows {{< figure src="lava.png"\ntitle="Lava" >}} down.', "Lava flows down."),
        ("Lava is [molten rock][rock] above it.", "Lava is molten rock above it."),
        (LONG + "Lava of $$ \\alpha \\beta $$ and `more heat than that` flows.", LONG + "Lava of αβ and more heat than that flows."),
        ("\\section{Lava}\nLava flows \\olref[geo][vol]{sec:lava} down.", "Lava flows down."),
        ("---\ntitle: Lava\ndescription: >\n  Lava is molten rock\n  above it.\ntags:\n- rock\n---\n", "Lava is molten rock above it."),
    ],
)  # fmt: skip
def test_marks_of_generators_links_and_formulas_are_no_text(content: str, left: str) -> None:
    said = [text for kind, text in shown(content) if kind != "heading"]
    assert " ".join(said).replace(" .", ".") == left


def test_marks_of_bold_type_and_code_go_with_both_their_ends() -> None:
    content = "- **Phase:** **Gametophyte** (haploid) is dominant.\n- `File::open` opens a file."
    assert definitions(content) == {"Phase": "Gametophyte (haploid) is dominant."}
