import pytest

from jobs.kinds.lesson.topics import sorted_out, wanted_count
from jobs.providers.base import Topic


def words(count, prefix="word"):
    return tuple(f"{prefix}{number}" for number in range(count))


def sizes(topics):
    return [len(topic.keywords) for topic in topics]


@pytest.mark.parametrize(
    ("keywords", "counts"),
    [(1, (1, 1)), (5, (1, 2)), (14, (1, 2)), (15, (2, 4)), (30, (3, 6)), (60, (4, 8))],
)
def test_topics_are_as_many_as_the_keywords_ask_for(keywords, counts):
    assert wanted_count(keywords) == counts


def test_a_proposal_by_the_rules_is_taken_as_it_is():
    proposal = [Topic("Heart", words(8, "h")), Topic("Lungs", words(8, "l"))]

    assert sorted_out(proposal, words(8, "h") + words(8, "l"), "Medicine") == proposal


def test_every_keyword_is_in_exactly_one_topic_in_its_own_spelling():
    proposal = [Topic("A", ("DNA", "gene", "made up")), Topic("B", ("dna", "cell", "Codon"))]

    topics = sorted_out(proposal, ("dna", "gene", "cell", "codon", "ribosome"), "Biology")

    assert sorted(word for topic in topics for word in topic.keywords) == sorted(
        ("dna", "gene", "cell", "codon", "ribosome")
    )


def test_a_keyword_that_was_forgotten_joins_the_topic_it_shares_words_with():
    proposal = [
        Topic("Atria", ("left atrium", "atrial wall", "valve")),
        Topic("Blood", ("red cell", "plasma", "serum", "clot")),
    ]

    topics = sorted_out(proposal, (*proposal[0].keywords, *proposal[1].keywords, "white cell"), "M")

    assert "white cell" in topics[1].keywords


def test_a_topic_of_two_keywords_joins_another():
    proposal = [Topic("A", words(8, "a")), Topic("B", words(2, "b")), Topic("C", words(7, "c"))]

    topics = sorted_out(proposal, words(8, "a") + words(2, "b") + words(7, "c"), "M")

    assert sorted(sizes(topics)) == [8, 9]


def test_too_many_topics_become_as_many_as_may_be():
    proposal = [Topic(f"T{n}", words(3, f"t{n}-")) for n in range(4)]
    keywords = [word for topic in proposal for word in topic.keywords]

    assert len(sorted_out(proposal, keywords, "M")) == 2


def test_one_topic_for_everything_is_divided():
    topics = sorted_out([Topic("All", words(70))], words(70), "M")

    assert len(topics) == 4
    assert max(sizes(topics)) <= 30
    assert [topic.name for topic in topics] == ["All (1)", "All (2)", "All (3)", "All (4)"]


def test_no_proposal_and_no_names_still_give_topics():
    assert [t.name for t in sorted_out([], words(4), "Physics")] == ["Physics"]
    assert [t.name for t in sorted_out([Topic(" \n", words(5))], words(5), "Physics")] == [
        "Physics"
    ]


def test_topics_with_one_name_are_one_topic():
    proposal = [Topic("Heart", words(3, "a")), Topic("heart ", words(3, "b"))]

    topics = sorted_out(proposal, words(3, "a") + words(3, "b"), "M")

    assert [(topic.name, len(topic.keywords)) for topic in topics] == [("Heart", 6)]
