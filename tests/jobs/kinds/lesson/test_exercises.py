import pytest

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


def told(keyword, definition="", sentence="", translation=""):
    return entry(keyword, definition=definition, example_target=sentence, translation=translation)


@pytest.mark.parametrize(
    ("keyword", "sentence", "others", "left"),
    [
        ("queue", "The queue holds messages.", ("broker", "priority queue", "pool"), {"broker", "pool"}),
        ("queue", "A queue is a list.", ("brokers", "exchange", "unit"), {"unit"}),
        ("MRI", "An MRI shows soft tissue.", ("ultrasound", "unit", "SSD", "USB stick", "hour"), {"ultrasound", "SSD", "hour"}),
        ("stomata", "Stomata are pores.", ("leaf", "guard cells", "petals"), {"guard cells", "petals"}),
        ("stain", "Safranin is a stain.", ("mordant", "safranin"), {"mordant"}),
    ],
)  # fmt: skip
def test_a_wrong_answer_fits_by_its_form_and_is_no_kind_of_the_right_one(
    keyword, sentence, others, left
):
    words = [told(keyword, sentence=sentence), *(told(other) for other in others)]

    [cloze] = of_kind("cloze", words)
    assert set(cloze["choices"]) - {keyword} == left


def test_what_a_definition_calls_another_thing_is_no_wrong_answer_for_it():
    words = [
        told("counterstain", "a second colour", "Safranin is a red counterstain."),
        told("safranin", "one of the red dyes"),
        told("dye", "a substance that colours"),
        told("smear", "a thin layer"),
    ]
    same = [
        told("fee", "what is paid", "The fee is low.", translation="tasa"),
        told("charge", "what is asked", translation="tasa"),
        told("debt", "what is owed", translation="deuda"),
    ]

    assert set(of_kind("cloze", words)[0]["choices"]) == {"counterstain", "smear"}
    assert set(of_kind("cloze", same)[0]["choices"]) == {"fee", "debt"}


def test_wrong_answers_look_like_the_right_one_where_there_are_such():
    words = [told("DHCP", sentence="The DHCP server leases an address.")]
    words += [told(word) for word in ("connection", "network mask", "DNS", "TCP", "router", "ARP")]

    assert set(of_kind("cloze", words)[0]["choices"]) == {"DHCP", "DNS", "TCP", "ARP"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Diabetes mellitus - lecture notes",  # a heading
        "Proton: a particle with a positive charge.",  # entries of a glossary
        "A proton: a particle with a positive charge.",
        "Electron, proton, neutron.",  # a list
        "Protons move and make a proton gradient.",  # the rest tells
        "It is stored as a small particle (proton).",
        'He said: "A proton is a particle.',
    ],
)
def test_no_gap_in_what_is_no_sentence_or_tells_the_answer(sentence):
    words = [told("proton", sentence=sentence), told("electron"), told("diabetes mellitus")]

    assert of_kind("cloze", words) == []


@pytest.mark.parametrize(
    ("keyword", "sentence"),
    [
        ("adenosine triphosphate", "ATP, or adenosine triphosphate, stores energy."),
        ("diabetic ketoacidosis", "A life-threatening state is diabetic ketoacidosis (DKA)."),
        ("TCP", "The transmission control protocol, TCP, orders segments."),
        ("involuntary", "A muscle is voluntary or involuntary, by its nerve."),
        ("tension", "Hypertension is more than tension in a vessel."),
    ],
)
def test_a_term_beside_its_short_form_or_its_opposite_is_no_gap(keyword, sentence):
    assert of_kind("cloze", [told(keyword, sentence=sentence), told("UDP"), told("enzyme")]) == []


def test_of_a_sentence_one_word_is_asked_for():
    sentence = "Insulin is a hormone of the pancreas."
    words = [told("insulin", sentence=sentence), told("hormone", sentence=sentence), told("liver")]

    assert [cloze["answer"] for cloze in of_kind("cloze", words)] == ["insulin"]


def test_a_short_form_and_its_long_one_are_no_pair():
    words = [told("DKA", "Diabetic ketoacidosis"), told("TCP", "Transmission Control Protocol")]
    words += [told(word, f"Meaning {word[0]}.") for word in ("fjord", "loess", "till")]

    pairs = [pair["keyword"] for made in of_kind("matching", words) for pair in made["pairs"]]
    assert sorted(pairs) == ["fjord", "loess", "till"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Glucagon raises the sugar; insulin lowers it.",
        "Polyuria and polydipsia are symptoms.",
        "Pflanzen oder Tiere leben dort.",
        "Растения или животные живут там.",
        "Осмос - это переход воды.",
    ],
)
def test_words_that_could_stand_in_two_orders_are_none_to_order(sentence):
    assert of_kind("ordering", [told("insulin", sentence=sentence)]) == []


def test_where_articles_have_genders_a_wrong_answer_has_the_same():
    words = [
        told("Wurzel", sentence="Die Wurzel nimmt Wasser auf."),
        told("Pflanze", sentence="Langsam wächst die Pflanze."),
        told("Boden", sentence="Der Boden trocknet aus."),
        told("Blätter", sentence="Im Herbst fallen Blätter."),
    ]

    assert {c["answer"]: set(c["choices"]) for c in of_kind("cloze", words)} == {
        "Wurzel": {"Wurzel", "Pflanze"},
        "Pflanze": {"Pflanze", "Wurzel"},
        "Blätter": {"Blätter", "Wurzel", "Pflanze", "Boden"},
    }
