"""What spaces, breaks and arrows mean depends on what stands around them."""

from tests.jobs.study_text.test_reader import definitions, shown


def test_a_justified_paragraph_is_no_table() -> None:
    content = (
        "A session   is a collection of processes  that share the  same  session\n"
        "ID.   All of  the  members  of a process group  also have the  same one\n"
        "and  so   on   up   to   the   last   of   them.   A session is created\n"
        "when a process calls the system."
    )
    [(kind, text)] = shown(content)
    assert kind == "paragraph"
    assert "share the same session ID. All of the members" in text


def test_a_table_with_columns_of_one_width_stays_one() -> None:
    rows = [
        ("magma", "the rock that is molten and lies deep"),
        ("basal", "the rock that was molten and then cools"),
    ]
    lines = [f"{term:<12}{meaning:<52}end of it" for term, meaning in [*rows, *rows]]
    assert {kind for kind, _ in shown("\n".join(lines))} != {"paragraph"}


def test_a_break_within_a_cell_does_not_end_its_row() -> None:
    content = "| Cell | Function | Features |\n|--|--|--|\n| Neuron | carries signals | - long<br>- branched |\n| Cilia | sweep mucus | tiny |"
    assert definitions(content) == {"Neuron": "carries signals", "Cilia": "sweep mucus"}


def test_an_arrow_among_points_without_any_says_what_follows() -> None:
    assert not definitions("- take water\n- higher income -> more demand\n- wait for it")
    assert definitions("- magma -> molten rock\n- lava -> molten rock above")
    assert definitions("- Magma: molten rock\n- lava -> molten rock above").keys() == {
        "Magma",
        "lava",
    }


def test_a_half_formula_and_a_change_are_no_terms() -> None:
    assert not definitions(
        "- price of a bond ($P$): one-year bond\n- reserves ↑: through the multiplier"
    )


def test_dots_lead_from_a_term_to_its_meaning() -> None:
    content = (
        "Tack ..... to turn the bow through the wind\nJibe ..... to turn the stern through the wind"
    )
    assert definitions(content).keys() == {"Tack", "Jibe"}


def test_terms_above_their_indented_meaning_may_stand_below_a_heading() -> None:
    content = "TERMS\n  held job\n     A job that stays in the queue until it is let go\n  spool file\n     A copy of the document that waits on the disk"
    assert definitions(content).keys() == {"held job", "spool file"}


def test_the_heads_of_a_manual_page_are_no_terms() -> None:
    content = "ENVIRONMENT\n     LEDGER the directory where the journal is kept\n\nFILES\n     /etc/ledger the file that sets the limits"
    assert not definitions(content)


def test_notes_without_full_stops_have_a_sentence_a_line() -> None:
    content = (
        "A tariff is a tax on goods that are imported\nThe quota limits the quantity of a good"
    )
    assert len(shown(content)) == 2


def test_the_raised_number_of_a_footnote_is_not_read() -> None:
    assert shown("The tithe was a tenth of every harvest.12 It was paid in kind.") == [
        ("paragraph", "The tithe was a tenth of every harvest. It was paid in kind.")
    ]


def test_notes_with_any_sign_have_an_entry_a_line() -> None:
    content = "Absolutism: the ruler holds all power\ndivine right = the belief that power comes from God\ntaille - a tax on land, paid by peasants\nThe Fronde made Louis distrust Paris"
    assert definitions(content).keys() == {"Absolutism", "divine right", "taille"}


def test_a_column_that_tells_what_something_does_explains_it() -> None:
    content = "| Instrument | What it measures | Unit | Example |\n|--|--|--|--|\n| Ammeter | the current in a circuit | ampere | a lamp |\n| Barometer | the pressure of the air | pascal | a ship |"
    assert definitions(content) == {
        "Ammeter": "the current in a circuit",
        "Barometer": "the pressure of the air",
    }
