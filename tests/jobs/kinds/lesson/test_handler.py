"""The whole way of a lesson: handler, prompts, real SDK, HTTP, rules."""

import json
from pathlib import Path

import pytest

from jobs.errors import (
    ContentRefused,
    DeadlineExceeded,
    NeverMade,
    ProviderUnavailable,
    UnusableInput,
)
from jobs.kinds.lesson.handler import make_lessons
from jobs.kinds.lesson.result import LessonInput
from jobs.kinds.study.text import AI_SELECTION
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from resilience.errors import CircuitOpen, CostLimited
from tests.fakes.openai_faults import (
    forgets_terms,
    invents_a_term,
    lets_the_user_begin,
    says,
    schema_of,
    speaks_briefly,
)
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.kinds.scripted import ENGLISH, SPANISH, Context

SAMPLES = Path(__file__).parents[4] / "docs" / "samples"
TEXT = (SAMPLES / "cardiology.txt").read_text("utf-8")


@pytest.fixture
def server():
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def context(server):
    model = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url))
    yield Context(model)
    model.close()


def lesson_input(content=TEXT, topic=AI_SELECTION, **fields) -> LessonInput:
    return LessonInput(
        content=content,
        subject=fields.get("subject", "Cardiology"),
        topic=topic,
        nativeLanguage=fields.get("native", SPANISH),
        targetLanguage=ENGLISH,
        sourceFileName="heart.pdf",
    )


def topic_names(result):
    return [lesson["topicName"] for lesson in result["lessons"]]


def schemas(server):
    return [schema_of(served.body) for served in server.served]


def test_a_text_becomes_one_lesson_for_each_topic(context, server):
    result = make_lessons(lesson_input(), context)

    first = result["lessons"][0]
    assert len(result["lessons"]) == 2
    assert {name: first[name] for name in list(first)[:8]} == {
        "title": f"Cardiology [Spanish (es)] - {first['topicName']}",
        "subject": "Cardiology",
        "sourceFileName": "heart.pdf",
        "nativeLanguage": "Spanish",
        "nativeLanguageCode": "es",
        "targetLanguage": "English",
        "targetLanguageCode": "en",
        "topicName": first["topicName"],
    }
    assert list(first["vocabulary"][0]) == [
        *("keyword", "definition", "translation", "exampleTarget", "exampleNative")
    ]
    assert {exercise["type"] for exercise in first["exercises"]} == {
        *("cloze", "matching", "ordering")
    }
    assert (result["provider"], result["model"]) == ("openai", "gpt-4o-mini")
    assert "warnings" not in result
    assert json.loads(json.dumps(result)) == result


def test_every_entry_is_a_keyword_and_every_keyword_has_one(context, server):
    result = make_lessons(lesson_input(), context)

    keywords = json.loads(next(iter(context.stored.values())))["value"]["terms"]
    explained = [e["keyword"] for lesson in result["lessons"] for e in lesson["vocabulary"]]
    assert sorted(explained) == sorted(keywords)
    assert len(keywords) == 20


def test_conversations_keep_to_the_rules(context):
    for lesson in make_lessons(lesson_input(), context)["lessons"]:
        speakers = [message["speaker"] for message in lesson["conversation"]]
        said = " ".join(message["message"] for message in lesson["conversation"])
        assert speakers == ["Assistant", "User"] * (len(speakers) // 2)
        assert 12 <= len(speakers) <= 16
        assert all(entry["keyword"] in said for entry in lesson["vocabulary"])


def test_the_tokens_of_every_step_are_counted(context, server):
    server.when("lesson-conversation", forgets_terms)

    result = make_lessons(lesson_input(), context)

    assert len(server.served) == 1 + 1 + 2 * 2 + 1
    assert result["tokenUsage"] == server.billed_tokens


def test_topics_are_worked_side_by_side(context, server):
    server.latency = 0.2

    make_lessons(lesson_input(TEXT * 8), context)

    explaining = [s for s in server.served if schema_of(s.body) == "lesson-vocabulary"]
    assert any(
        one.at < other.at < one.ended_at
        for one in explaining
        for other in explaining
        if one != other
    )


def test_progress_follows_the_steps(context):
    make_lessons(lesson_input(), context)

    percents = [percent for percent, _ in context.reported]
    messages = [message for _, message in context.reported]
    assert percents == sorted(percents)
    assert messages[:3] == ["Reading the text", "Found 20 terms worth learning", "Found 2 topics"]
    assert sum(message.startswith("Explained the terms of") for message in messages) == 2
    assert messages[-1] == "Checked the lessons"


def test_a_topic_that_was_asked_for_is_the_only_one(context, server):
    result = make_lessons(lesson_input(topic="Valves"), context)

    assert topic_names(result) == ["Valves"]
    assert "lesson-topics" not in schemas(server)
    assert '"topic": "Valves"' in server.served[0].body["messages"][1]["content"]


def test_a_topic_that_fails_leaves_the_others_and_says_so(context, server):
    server.when("lesson-vocabulary", "refusal")

    result = make_lessons(lesson_input(), context)

    assert len(result["lessons"]) == 1
    assert result["warnings"] == [
        warning
        for warning in result["warnings"]
        if warning.startswith("No lesson could be made of")
    ]
    assert result["tokenUsage"] == server.billed_tokens


def test_a_topic_that_may_yet_succeed_is_tried_again_before_it_is_left_out(context, server):
    context.is_last_attempt = False
    server.when("lesson-vocabulary", "500")
    with pytest.raises(ProviderUnavailable):
        make_lessons(lesson_input(), context)
    before = len(server.served)

    result = make_lessons(lesson_input(), context)

    assert len(result["lessons"]) == 2
    assert "warnings" not in result
    # Only the topic that had failed: its vocabulary and its conversation.
    assert schemas(server)[before:] == ["lesson-vocabulary", "lesson-conversation"]


def test_a_last_attempt_gives_what_there_is(context, server):
    server.when("lesson-vocabulary", "500")

    result = make_lessons(lesson_input(), context)

    assert len(result["lessons"]) == 1
    assert "not available at the moment" in result["warnings"][0]


class Ended(Context):
    """Refuses every step whose name begins with `at`, and at the deadline all that is reported, too."""

    def __init__(self, text, at, failure):
        super().__init__(text)
        self.at, self.failure = at, failure

    def step(self, name, inputs, run):
        if name.startswith(self.at):
            raise self.failure
        return super().step(name, inputs, run)

    def progress(self, percent, message):
        if percent > 35 and isinstance(self.failure, DeadlineExceeded):
            raise self.failure


@pytest.mark.parametrize("failure", [CostLimited(), DeadlineExceeded()])
def test_what_is_made_before_money_or_time_ends_is_kept(context, failure):
    result = make_lessons(lesson_input(), Ended(context.text, "vocabulary-2", failure))

    assert len(result["lessons"]) == 1
    assert str(failure) in result["warnings"][0]
    without = make_lessons(lesson_input(), Ended(context.text, "conversation", failure))
    assert {lesson["conversationReason"] for lesson in without["lessons"]} == {str(failure)}
    with pytest.raises(type(failure)):
        make_lessons(lesson_input(), Ended(context.text, "vocabulary", failure))


def test_a_conversation_that_nobody_could_pay_is_told(context):
    failure = NeverMade()
    failure.degraded = "budget"
    result = make_lessons(lesson_input(), Ended(context.text, "conversation", failure))
    assert result["degraded"] == "budget"


def test_a_refusal_that_passes_is_waited_for(context):
    with pytest.raises(CircuitOpen):
        make_lessons(
            lesson_input(), Ended(context.text, "vocabulary-2", CircuitOpen(retry_after=5.0))
        )


def test_nothing_at_all_is_a_failure_with_its_reason(context, server):
    server.when("lesson-vocabulary", "refusal", "refusal")

    with pytest.raises(ContentRefused):
        make_lessons(lesson_input(), context)


def test_a_conversation_that_fails_leaves_the_lesson(context, server):
    server.when("lesson-conversation", "refusal")

    result = make_lessons(lesson_input(), context)

    without = [lesson for lesson in result["lessons"] if not lesson["conversation"]]
    assert len(result["lessons"]) == 2
    assert [lesson["conversationReason"] for lesson in without] == [str(ContentRefused())]
    assert "has no conversation" in result["warnings"][0]


def test_terms_that_a_conversation_forgets_twice_are_marked(context, server):
    server.when("lesson-conversation", *[forgets_terms] * 4)

    result = make_lessons(lesson_input(), context)

    assert schemas(server).count("lesson-conversation") == 4
    assert all(lesson["unusedTerms"] for lesson in result["lessons"])
    assert all("does not use" in warning for warning in result["warnings"])
    again = [s for s in server.served if "These terms were not used" in str(s.body)]
    assert len(again) == 2


@pytest.mark.parametrize("fault", [lets_the_user_begin, speaks_briefly])
def test_a_conversation_without_shape_is_asked_for_again(context, server, fault):
    server.when("lesson-conversation", fault)

    result = make_lessons(lesson_input(), context)

    assert schemas(server).count("lesson-conversation") == 3
    assert all(len(lesson["conversation"]) == 12 for lesson in result["lessons"])


def test_a_term_that_the_model_makes_up_is_left_out(context, server):
    server.when("lesson-vocabulary", invents_a_term)

    result = make_lessons(lesson_input(), context)

    words = [e["keyword"] for lesson in result["lessons"] for e in lesson["vocabulary"]]
    assert "phlogiston" not in words
    assert result["warnings"] == [
        "Words left out because they are not among those of the topic: 1."
    ]


def test_a_long_text_is_read_part_by_part_and_no_part_fills_the_lesson(server):
    model = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, part_characters=700))

    result = make_lessons(lesson_input(), Context(model))

    parts = [s for s in server.served if schema_of(s.body) == "lesson-keywords"]
    assert len(parts) > 1
    words = {e["keyword"] for lesson in result["lessons"] for e in lesson["vocabulary"]}
    for served in parts:
        assert any(word in served.body["messages"][1]["content"] for word in words)
    model.close()


def test_a_part_without_terms_spoils_only_itself(server):
    server.when("lesson-keywords", says('{"subject": "", "keywords": []}'))
    model = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, part_characters=700))

    result = make_lessons(lesson_input(), Context(model))

    assert result["lessons"]
    assert result["warnings"][0].startswith("No keywords could be found in part")
    model.close()


def test_a_text_without_terms_fails_before_anything_else_is_paid_for(context, server):
    server.when("lesson-keywords", says('{"subject": "", "keywords": []}'))

    with pytest.raises(UnusableInput):
        make_lessons(lesson_input(), context)
    assert len(server.served) == 1


@pytest.mark.parametrize(
    ("subject", "native", "title"),
    [
        ("French", {"code": "de", "name": "German"}, "Französisch"),
        ("spanish", {"code": "es-MX", "name": "Spanish (Mexico)"}, "Español"),
        ("Deutsch", {"code": "fr", "name": "French"}, "Allemand"),
        ("IT", {"code": "de", "name": "German"}, "IT [German (de)]"),
    ],
)
def test_a_subject_that_is_a_language_is_named_in_the_learners(context, subject, native, title):
    result = make_lessons(lesson_input(subject=subject, native=native), context)

    assert result["lessons"][0]["title"].split(" - ")[0] == title


def test_a_run_again_asks_for_nothing_and_gives_the_same(context, server):
    first = make_lessons(lesson_input(), context)
    calls = len(server.served)

    assert make_lessons(lesson_input(), context) == first
    assert len(server.served) == calls
