import pytest

from jobs.errors import ContentRefused, ProviderUnavailable, UnusableAnswer
from jobs.kinds.lesson.conversation import best_conversation
from jobs.kinds.lesson.conversation_rules import checked, faults, unused
from jobs.providers.base import ConversationRequest, Language, Message

ENGLISH = Language("en", "English")
TERMS = ("atrium", "left ventricle")


def conversation(
    count=12, first="We speak of the atrium and the left ventricle.", begins="Assistant"
):
    speakers = ("Assistant", "User") if begins == "Assistant" else ("User", "Assistant")
    return [Message(speakers[n % 2], "Yes." if n else first) for n in range(count)]


def ask_in_turn(*answers):
    asked = []

    def ask(request):
        asked.append(request)
        answer = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return best_conversation(
        ask,
        ConversationRequest(
            topic="Heart", terms=TERMS, subject="Medicine", native=ENGLISH, target=ENGLISH
        ),
    ), asked


def test_one_by_the_rules_has_no_faults():
    assert faults(conversation(12), TERMS) == faults(conversation(16), TERMS) == []


@pytest.mark.parametrize("count", [0, 2, 10, 13, 18])
def test_it_has_six_to_eight_exchanges(count):
    assert any("12 to 16" in fault for fault in faults(conversation(count), ()))


def test_the_assistant_begins_and_the_two_take_turns():
    twice = [*conversation(12)[:1], *conversation(12)[:1], *conversation(12)[2:]]

    assert faults(conversation(begins="User"), TERMS) == faults(twice, TERMS) != []


def test_speakers_are_known_in_any_case_and_nobody_says_nothing():
    given = [
        Message("assistant", " Hello \x00there "),
        Message("USER", " "),
        Message("Nurse", "Hm"),
    ]

    assert checked(given) == [Message("Assistant", "Hello there"), Message("Nurse", "Hm")]


def test_two_of_other_names_speak_as_the_assistant_and_the_user():
    given = [Message("老师", "a"), Message("学生", "b"), Message("老师", "c")]

    assert [m.speaker for m in checked(given)] == ["Assistant", "User", "Assistant"]


def test_a_term_is_used_in_any_case_and_with_an_ending_but_not_within_a_word():
    said = [Message("Assistant", "Excellent! Both ATRIUMS; the left\u00a0ventricle pumps.")]

    assert unused(said, (*TERMS, "cell")) == ["cell"]
    assert unused([Message("User", "心房很大。")], ("心房", "血")) == ["血"]


def test_one_that_is_right_is_asked_for_once():
    found, asked = ask_in_turn(conversation())

    assert (list(found.messages), found.unused, found.reason) == (conversation(), [], "")
    assert len(asked) == 1


def test_one_that_forgets_terms_is_asked_for_again_and_told_which():
    found, asked = ask_in_turn(conversation(first="The atrium."), conversation())

    assert asked[1].faults == ("These terms were not used: left ventricle.",)
    assert found.unused == []


def test_terms_that_are_forgotten_twice_are_marked_and_the_better_one_stays():
    found, _ = ask_in_turn(conversation(first="The atrium."), conversation(first="Nothing."))

    assert found.unused == ["left ventricle"]


def test_one_without_shape_is_none():
    found, _ = ask_in_turn(conversation(begins="User"), conversation(4))

    assert (found.messages, found.reason) == ((), "None was written that keeps to the rules.")


@pytest.mark.parametrize("error", [UnusableAnswer(), ContentRefused()])
def test_the_first_one_stays_where_there_is_no_second(error):
    found, _ = ask_in_turn(conversation(first="The atrium."), error)

    assert found.unused == ["left ventricle"]


def test_a_provider_that_is_away_is_no_answer():
    with pytest.raises(ProviderUnavailable):
        ask_in_turn(conversation(4), ProviderUnavailable())
