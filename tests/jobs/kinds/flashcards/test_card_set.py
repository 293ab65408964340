import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from jobs.kinds.flashcards.card_set import AT_LEAST_IN_TOPIC, AT_MOST, card_set
from jobs.providers.base import Card
from tests.jobs.kinds.scripted import card, cards


def topics_of(made):
    return Counter(card.topic for card in made.cards)


def test_the_first_of_two_cards_with_the_same_front_stays():
    drafts = [card("Thrombus", back="first"), card(" thrombus ", back="second")]

    made = card_set(drafts, "", "Heart")

    assert [c.back for c in made.cards] == ["first"]
    assert made.warnings == ["Cards left out because their term has one already: 1."]


def test_the_same_front_may_stand_in_two_topics():
    drafts = cards(5, "Biology") + [card("cell", "Biology")] + cards(5, "Prison")
    drafts.append(card("cell", "Prison"))

    assert len(card_set(drafts, "", None).cards) == 12


def test_a_small_topic_joins_the_one_with_words_in_common():
    drafts = cards(9, "Lungs", "l") + cards(6, "Heart valves", "v") + cards(2, "The heart", "h")

    made = card_set(drafts, "", None)

    assert topics_of(made) == {"Lungs": 9, "Heart valves": 8}
    assert made.warnings == ["Topics with few cards joined to another: 1."]


def test_a_small_topic_without_kin_joins_the_largest():
    made = card_set(
        cards(9, "Lungs", "l") + cards(6, "Valves", "v") + cards(2, "Blood", "b"), "", None
    )

    assert topics_of(made) == {"Lungs": 11, "Valves": 6}


def test_topics_that_are_all_small_become_one():
    made = card_set(cards(4, "A", "a") + cards(4, "B", "b") + cards(4, "C", "c"), "", None)

    assert list(topics_of(made).values()) == [12]


def test_topics_spelled_differently_are_one():
    made = card_set(cards(5, "Heart") + cards(5, "heart", "other"), "", None)

    assert topics_of(made) == {"Heart": 10}


def test_of_too_many_cards_every_topic_keeps_its_share():
    made = card_set(cards(60, "Big", "b") + cards(6, "Small", "s"), "", None)

    assert topics_of(made) == {"Big": 34, "Small": 6}


def test_more_topics_than_fit_are_joined():
    drafts = [c for n in range(12) for c in cards(5, f"topic-{n}", f"{n}-")]

    made = card_set(drafts, "", None)

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

    made = card_set(drafts, "", None if found_topics else "Given")

    sizes = topics_of(made)
    assert len(made.cards) <= AT_MOST
    assert len({(c.topic, c.front.casefold()) for c in made.cards}) == len(made.cards)
    assert all(c.front.lower() in c.example.lower() and c.front and c.back for c in made.cards)
    assert len(sizes) <= 1 or min(sizes.values()) >= AT_LEAST_IN_TOPIC
