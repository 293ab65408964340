import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jobs.kinds.flashcards.card_set import AT_LEAST_IN_TOPIC, AT_MOST, card_set
from jobs.kinds.study.text import StudyText
from jobs.providers.base import Card
from tests.jobs.kinds.scripted import card, cards


def topics_of(made):
    return Counter(card.topic for card in made.cards)


def test_the_first_of_two_cards_with_the_same_front_stays():
    drafts = [card("Thrombus", back="first"), card(" thrombus ", back="second")]

    made = card_set(drafts, StudyText(""), "Heart")

    assert [c.back for c in made.cards] == ["first"]
    assert made.warnings == ["Cards left out because there is another one for the same word: 1."]


def test_the_same_front_may_stand_in_two_topics():
    drafts = cards(5, "Biology") + [card("cell", "Biology")] + cards(5, "Prison")
    drafts.append(card("cell", "Prison"))

    assert len(card_set(drafts, StudyText(""), None).cards) == 12


def test_a_small_topic_joins_the_one_with_words_in_common():
    drafts = cards(9, "Lungs", "l") + cards(6, "Heart valves", "v") + cards(2, "The heart", "h")

    made = card_set(drafts, StudyText(""), None)

    assert topics_of(made) == {"Lungs": 9, "Heart valves": 8}
    assert made.warnings == ["Topics with few cards that were joined to another topic: 1."]


def test_a_small_topic_without_kin_joins_the_smallest():
    made = card_set(
        cards(9, "Lungs", "l") + cards(6, "Valves", "v") + cards(2, "Blood", "b"),
        StudyText(""),
        None,
    )

    assert topics_of(made) == {"Lungs": 9, "Valves": 8}


def test_ten_small_topics_become_several_and_not_one():
    drafts = [c for n in range(10) for c in cards(4, f"Part {n}", f"{n}-")]

    assert list(topics_of(card_set(drafts, StudyText(""), None)).values()) == [8] * 5


def test_a_small_topic_joins_the_one_whose_cards_speak_of_the_same():
    drafts = [
        *(
            card(f"bone {n}", "Skeleton", back="a part of the skeleton in the leg")
            for n in range(9)
        ),
        *(card(f"tax {n}", "Money", back="what a state takes from income") for n in range(6)),
        *(card(f"joint {n}", "Moving", back="between two parts of the skeleton") for n in range(2)),
    ]

    assert topics_of(card_set(drafts, StudyText(""), None)) == {"Skeleton": 11, "Money": 6}


def test_three_small_topics_become_one():
    made = card_set(
        cards(4, "A", "a") + cards(4, "B", "b") + cards(4, "C", "c"), StudyText(""), None
    )

    assert list(topics_of(made).values()) == [12]


def test_topics_spelled_differently_are_one():
    made = card_set(cards(5, "Heart") + cards(5, "heart", "other"), StudyText(""), None)

    assert topics_of(made) == {"Heart": 10}


def test_of_too_many_cards_every_topic_keeps_its_share():
    made = card_set(cards(60, "Big", "b") + cards(6, "Small", "s"), StudyText(""), None)

    assert topics_of(made) == {"Big": 34, "Small": 6}


def test_more_topics_than_fit_are_joined():
    drafts = [c for n in range(12) for c in cards(5, f"topic-{n}", f"{n}-")]

    made = card_set(drafts, StudyText(""), None)

    assert len(made.cards) == AT_MOST
    assert min(topics_of(made).values()) >= AT_LEAST_IN_TOPIC


@given(
    st.lists(
        st.builds(
            Card,
            front=st.text(max_size=8),
            back=st.text(max_size=8),
            topic=st.sampled_from(["A", "a", "B", "C b", "", "D", "E", "F", "G", "H", "I", "J"]),
            difficulty=st.sampled_from(["beginner", "intermediate", "expert"]),
            example=st.text(max_size=20),
        ),
        max_size=120,
    ),
    st.booleans(),
)
def test_whatever_comes_in_the_rules_hold(drafts, found_topics):
    drafts = [replace(d, example=f"{d.front} {d.example}") for d in drafts]
    random.Random(1).shuffle(drafts)

    made = card_set(drafts, StudyText(""), None if found_topics else "Given")

    sizes = topics_of(made)
    assert len(made.cards) <= AT_MOST
    assert len({(c.topic, c.front.casefold()) for c in made.cards}) == len(made.cards)
    assert all(c.front.lower() in c.example.lower() and c.front and c.back for c in made.cards)
    assert len(sizes) <= 1 or min(sizes.values()) >= AT_LEAST_IN_TOPIC
