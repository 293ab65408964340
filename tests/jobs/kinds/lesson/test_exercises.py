from jobs.kinds.lesson.exercises import exercises
from tests.jobs.kinds.lesson.test_vocabulary import entry

ENTRIES = [
    entry(word, translation=f"{word} (es)", example_target=f"Here we see the {word} at work.")
    for word in ("atrium", "ventricle", "valve", "aorta", "septum", "artery", "vein", "pulse")
]


def of_kind(kind, entries=ENTRIES, seed="s"):
    return [exercise for exercise in exercises(entries, seed) if exercise["type"] == kind]


def test_a_gap_stands_for_its_term_and_the_choices_hold_it():
    made = of_kind("cloze")

    assert [cloze["answer"] for cloze in made] == [e.keyword for e in ENTRIES]
    for cloze in made:
        assert cloze["sentence"] == "Here we see the ____ at work."
        assert len(set(cloze["choices"])) == 4
        assert cloze["answer"] in cloze["choices"]


def test_no_choice_can_be_read_in_the_sentence():
    pair = [
        entry("thrombus", example_target="A thrombus becomes an embolus."),
        entry("embolus", example_target="An embolus moves."),
        entry("clot"),
    ]

    assert set(of_kind("cloze", pair)[0]["choices"]) == {"thrombus", "clot"}


def test_a_term_is_no_gap_within_another_word():
    cells = [entry("cell", example_target="An excellent cell."), entry("gene")]

    assert of_kind("cloze", cells)[0]["sentence"] == "An excellent ____."


def test_a_sentence_without_its_term_has_no_gap():
    made = of_kind("cloze", [entry("atrium", example_target="Both atria."), entry("valve")])

    assert [cloze["answer"] for cloze in made] == ["valve"]


def test_pairs_match_every_term_with_its_meaning_once():
    made = of_kind("matching")

    pairs = [pair for matching in made for pair in matching["pairs"]]
    assert sorted(pair["keyword"] for pair in pairs) == sorted(e.keyword for e in ENTRIES)
    assert all(3 <= len(matching["pairs"]) <= 6 for matching in made)
    assert all(
        sorted(matching["meanings"]) == sorted(pair["meaning"] for pair in matching["pairs"])
        for matching in made
    )


def test_without_a_translation_the_definition_is_the_meaning():
    made = of_kind("matching", [entry("a"), entry("b"), entry("c")])

    assert {pair["meaning"] for pair in made[0]["pairs"]} == {
        "What a is.",
        "What b is.",
        "What c is.",
    }


def test_words_to_order_are_those_of_the_sentence_in_another_order():
    made = of_kind("ordering")

    assert len(made) == 5
    for ordering in made:
        assert sorted(ordering["words"]) == sorted(ordering["answer"].split())
        assert ordering["words"] != ordering["answer"].split()


def test_the_same_vocabulary_gives_the_same_exercises():
    assert exercises(ENTRIES, "one") == exercises(ENTRIES, "one") != exercises(ENTRIES, "two")


def test_a_vocabulary_of_one_word_gives_no_empty_exercises():
    assert exercises([entry("atrium")], "s") == []


def test_the_article_before_the_gap_gives_nothing_away():
    words = [entry("atrium"), entry("aorta"), entry("valve", example_target="A valve opens.")]
    words.append(entry("vein"))

    assert of_kind("cloze", words)[-1]["choices"] != []
    [cloze] = [cloze for cloze in of_kind("cloze", words) if cloze["answer"] == "valve"]
    assert set(cloze["choices"]) == {"valve", "vein"}


def test_a_definition_with_a_word_of_its_term_alone_is_no_pair():
    words = [
        entry(word, translation="", definition=f"What {word}s do.")
        for word in ("glacier", "moraine")
    ]
    words += [
        entry(word, translation="", definition=f"Meaning {word[0]}.")
        for word in ("fjord", "loess", "till")
    ]

    pairs = [
        pair["keyword"] for matching in of_kind("matching", words) for pair in matching["pairs"]
    ]
    assert sorted(pairs) == ["fjord", "loess", "till"]


def test_translations_and_definitions_are_not_mixed_in_one_matching():
    words = [
        entry(word, translation="", definition=f"Meaning {word[0]}.")
        for word in ("fjord", "loess", "till")
    ]
    words.append(entry("clay", translation="arcilla", definition="Fine soil."))

    meanings = {
        pair["meaning"] for matching in of_kind("matching", words) for pair in matching["pairs"]
    }
    assert "Fine soil." in meanings
    assert "arcilla" not in meanings


def test_the_steps_of_the_text_are_put_in_order():
    steps = ["Fill the tube.", "Heat it gently.", "Let it cool."]

    [ordering] = [e for e in exercises([], "s", [steps]) if e["type"] == "ordering"]
    assert sorted(ordering["words"]) == sorted(steps)
    assert ordering["answer"] == "Fill the tube. Heat it gently. Let it cool."


def test_a_line_of_a_glossary_is_no_sentence_to_put_in_order():
    glossary = entry("bedrock", example_target="bedrock: solid rock under the soil")

    assert of_kind("ordering", [glossary]) == []
    assert of_kind("cloze", [glossary, entry("humus", example_target="")]) == []
