import json

import pytest

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    DeadlineExceeded,
    NoTerms,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    UnusableAnswer,
    UnusableInput,
)
from jobs.kinds.flashcards.handler import make_flashcards
from jobs.kinds.study.text import AI_SELECTION
from jobs.providers.base import Language, Usage
from resilience.errors import CallRefused, CircuitOpen, CostLimited
from tests.jobs.kinds.scripted import Context, ScriptedModel, card, cards, flashcards_input

THREE_PARAGRAPHS = "\n\n".join(letter * 90 for letter in "abc")


def run(script, content="Some text.", topic="Heart", part_characters=1000):
    context = Context(ScriptedModel(script, part_characters))
    return make_flashcards(flashcards_input(content, topic), context), context


def test_the_result_has_exactly_the_members_of_the_contract():
    result, _ = run([cards(10)])

    assert result == {
        "success": True,
        "flashcards": result["flashcards"],
        "tokenUsage": 120,
        "topics": ["Heart"],
        "provider": "scripted",
        "model": "scripted-1",
        "coverage": {
            "blocks": 1,
            "used": 0,
            "skipped": [{"reason": "nothing that could be explained", "count": 1}],
        },
    }
    assert result["flashcards"][0] == {
        "front": "term 0",
        "back": "back of term 0",
        "topic": "Heart",
        "difficulty": "beginner",
        "example": "This is about term 0 here.",
        "pronunciation": "",
        "backSource": "translation",
        "kind": "term",
    }


def test_the_model_is_asked_in_the_words_of_the_request():
    _, context = run([cards(10)], topic="Valves")

    request = context.text.requests[0]
    assert (request.content, request.subject, request.topic) == ("Some text.", "Medicine", "Valves")
    assert (request.native, request.target) == (
        Language("es", "Spanish"),
        Language("en", "English"),
    )
    assert (request.at_least, request.at_most, request.known_fronts) == (10, 40, ())


def test_topics_that_were_found_are_told_to_the_next_call_of_a_text():
    script = [cards(12, "Heart"), cards(3, "Heart", "b")]
    script.append(cards(3, "Lungs", "c"))
    model = ScriptedModel(script, part_characters=20_000, cards_at_once=10)

    make_flashcards(flashcards_input("A word. " * 300, AI_SELECTION), Context(model))

    assert [request.known_topics for request in model.requests] == [(), ("Heart",), ()]


def test_ai_selection_lets_the_model_find_the_topics():
    result, context = run([cards(5, "Heart") + cards(5, "Lungs", "alveolus")], topic=AI_SELECTION)

    assert context.text.requests[0].topic is None
    assert result["topics"] == ["Heart", "Lungs"]


def test_as_many_cards_are_made_as_are_asked_for():
    inputs = flashcards_input() | {"atMost": 60}
    context = Context(ScriptedModel([cards(70)]))

    result = make_flashcards(inputs, context)

    assert context.text.requests[0].at_most == 60
    assert len(result["flashcards"]) == 60


def test_a_given_topic_is_put_on_every_card():
    result, _ = run([cards(10, "something else")], topic="Heart")

    assert result["topics"] == ["Heart"]
    assert {c["topic"] for c in result["flashcards"]} == {"Heart"}


def test_long_content_is_asked_for_part_by_part_and_merged_in_turn():
    script = [cards(15, prefix=letter) for letter in "abc"]
    result, context = run(script, THREE_PARAGRAPHS, part_characters=100)

    assert [r.content[0] for r in context.text.requests] == ["a", "b", "c"]
    assert [(r.at_least, r.at_most) for r in context.text.requests] == [(4, 16)] * 3
    assert len(result["flashcards"]) == 40
    assert [c["front"] for c in result["flashcards"][:4]] == ["a 0", "b 0", "c 0", "a 1"]
    assert result["tokenUsage"] == 360


def test_progress_rises_with_every_part():
    _, context = run([cards(15, prefix=x) for x in "abc"], THREE_PARAGRAPHS, part_characters=100)

    percents = [percent for percent, _ in context.reported]
    assert percents == sorted(percents)
    assert [message for _, message in context.reported] == [
        "Reading the text",
        "Read part 1 of 3",
        "Read part 2 of 3",
        "Read part 3 of 3",
        "Checked the cards",
    ]


def test_a_finished_part_is_not_asked_for_again_after_a_failure():
    context = Context(
        ScriptedModel(
            [cards(15), ProviderUnavailable(), cards(15, prefix="b")], part_characters=100
        )
    )
    context.is_last_attempt = False
    inputs = flashcards_input("a" * 90 + "\n\n" + "b" * 90)
    with pytest.raises(ProviderUnavailable):
        make_flashcards(inputs, context)

    result = make_flashcards(inputs, context)

    assert [r.content[0] for r in context.text.requests] == ["a", "b", "b"]
    assert len(result["flashcards"]) == 30


def test_too_few_cards_are_asked_for_once_more():
    result, context = run([cards(6), cards(6, prefix="more")])

    again = context.text.requests[1]
    assert (again.at_least, again.known_fronts) == (4, tuple(f"term {n}" for n in range(6)))
    assert len(result["flashcards"]) == 12
    assert "shortfall" not in result
    assert result["tokenUsage"] == 240


def test_a_text_with_few_terms_gives_few_cards_and_says_so():
    result, context = run([cards(6), UnusableInput()])

    assert len(context.text.requests) == 2
    assert len(result["flashcards"]) == 6
    assert result["shortfall"] is True
    assert any("fewer terms" in warning for warning in result["warnings"])


def test_an_unusable_second_answer_does_not_spoil_the_first_but_is_counted():
    result, _ = run([cards(6), UnusableAnswer(usage=Usage(50, 5))])

    assert len(result["flashcards"]) == 6
    assert result["tokenUsage"] == 175


def test_cards_of_which_none_passes_are_an_unusable_answer():
    with pytest.raises(UnusableAnswer):
        run([[card("thrombus", example="Nothing of the kind.")], []])


def asked_in_tens(script, characters, is_last_attempt=True):
    model = ScriptedModel(script, part_characters=20_000, cards_at_once=10)
    context = Context(model, is_last_attempt=is_last_attempt)
    text = "\n\n".join(["A sentence of forty-nine letters, and a full stop. " * 5] * 200)
    return make_flashcards(flashcards_input(text[:characters]), context), model.requests


def test_a_text_is_cut_so_that_each_part_gives_about_ten_cards():
    result, requests = asked_in_tens([cards(12, prefix=p) for p in "abcd"], 10_000)

    assert [request.at_most for request in requests] == [12] * 4
    assert sum(len(request.content) for request in requests) <= 10_000, "none of it is read twice"
    assert len(result["flashcards"]) == 40


def test_a_part_is_asked_again_with_what_it_has_given():
    script = [cards(12, prefix=p) for p in "ab"] + [cards(3, prefix="c"), cards(2, prefix="d")]
    result, requests = asked_in_tens(script, 2_600)

    asked = [(r.at_most, len(r.known_fronts)) for r in requests]
    assert asked == [(12, 0), (10, 12), (12, 0)]
    assert len(result["flashcards"]) == 27


def test_a_short_text_is_asked_once():
    _, requests = asked_in_tens([cards(30)], 1_900)

    assert [request.at_most for request in requests] == [40]


@pytest.mark.parametrize(
    ("script", "calls"),
    [
        ([cards(11)] * 2, 2),
        ([cards(12), cards(12), cards(5)], 3),
        ([cards(5) * 3, cards(5, prefix="b")], 2),
        ([cards(40), cards(5)], 2),
    ],
    ids=["few", "all again", "a loop", "more than asked for"],
)
def test_a_part_that_has_no_more_is_left_alone(script, calls):
    _, requests = asked_in_tens(script, 2_600)

    assert len(requests) == calls


def test_an_unusable_part_is_tried_again_and_then_spoils_only_itself():
    script = [cards(12), UnusableAnswer(), cards(12, prefix="c"), cards(12, prefix="d")]
    with pytest.raises(UnusableAnswer):
        asked_in_tens(script, 10_000, is_last_attempt=False)

    result, _ = asked_in_tens(script, 10_000)

    assert len(result["flashcards"]) == 36
    assert result["warnings"] == ["No cards could be made from part 2 of 4 of the text."]


def test_a_part_that_is_refused_spoils_only_itself():
    script = [cards(12), ContentRefused(usage=Usage(7, 0)), cards(12, prefix="c")]
    result, _ = run(script, THREE_PARAGRAPHS, part_characters=100)

    assert len(result["flashcards"]) == 24
    assert result["warnings"] == ["No cards could be made from part 2 of 3 of the text."]
    assert result["tokenUsage"] == 247


@pytest.mark.parametrize(
    "failure",
    [
        ProviderUnavailable(),
        ProviderTimeout(),
        ProviderRefused(),
        CostLimited(),
        DeadlineExceeded(),
    ],
)
def test_a_part_that_fails_last_leaves_what_was_made(failure):
    result, requests = asked_in_tens([cards(12), cards(12, prefix="b"), failure], 10_000)

    assert len(requests) == 3
    assert len(result["flashcards"]) == 24
    assert result["warnings"] == [
        f"The work ended at part 3 of 4 of the text; these are the cards made until then. {failure}"
    ]


def test_a_failure_that_is_last_leaves_a_small_set_and_does_not_blame_the_text():
    result, _ = asked_in_tens([cards(5), ProviderTimeout()], 10_000)

    assert len(result["flashcards"]) == 5
    assert not any("fewer terms" in warning for warning in result["warnings"])
    assert len(run([cards(6), ProviderTimeout()])[0]["flashcards"]) == 6


@pytest.mark.parametrize(
    ("script", "is_last"),
    [
        ([ProviderTimeout()], True),
        ([[], ProviderTimeout()], True),
        ([cards(12), ProviderTimeout()], False),
        ([cards(12), CircuitOpen(retry_after=5.0)], True),
    ],
    ids=["nothing is made", "nothing is in it", "another attempt", "waits"],
)
def test_a_failure_ends_the_attempt_where_there_is_nothing_or_more_may_come(script, is_last):
    with pytest.raises((AttemptFailed, CallRefused)) as caught:
        asked_in_tens(script, 10_000, is_last_attempt=is_last)

    assert caught.value is script[-1]


@pytest.mark.parametrize("error", [ContentRefused, UnusableInput, UnusableAnswer])
def test_a_text_of_which_nothing_can_be_made_fails_with_the_reason(error):
    with pytest.raises(error):
        run([error()])


def test_a_result_is_json():
    result, _ = run([cards(10)])

    assert json.loads(json.dumps(result)) == result


def test_no_card_is_made_of_what_the_learner_has_and_that_is_said():
    content = "The heart rate rises. Systemic circulation begins in the aorta."
    kept = ["Heart rates", "the systemic circulation", "tendon"]
    context = Context(ScriptedModel([[*cards(10), card("heart rate")]]))

    result = make_flashcards(flashcards_input(content) | {"known": kept}, context)

    assert context.text.requests[0].known_fronts == ("Heart rates", "the systemic circulation")
    assert "Terms left out because a card of them is kept already: 2." in result["warnings"]
    assert not {c["front"] for c in result["flashcards"]} & {"heart rate", *kept}


@pytest.mark.parametrize("answer", [NoTerms(), [card("heart rate")]])
def test_where_all_is_kept_already_that_is_said_and_not_tried_again(answer):
    context = Context(ScriptedModel([answer, answer]))

    with pytest.raises(UnusableInput, match="kept already"):
        make_flashcards(
            flashcards_input("The heart rate rises.") | {"known": ["heart rate"]}, context
        )
