"""Study text in, lessons out: keywords, topics, and for each topic a vocabulary, a conversation and exercises."""

import math
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Any

from pydantic import TypeAdapter

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    DeadlineExceeded,
    UnusableAnswer,
    UnusableInput,
)
from jobs.handler import JobContext
from jobs.kinds.lesson import keywords as keyword_rules
from jobs.kinds.lesson import topics as lesson_topics
from jobs.kinds.lesson import vocabulary
from jobs.kinds.lesson.conversation import NOT_BY_THE_RULES, Conversation, best_conversation
from jobs.kinds.lesson.result import LessonInput, LessonResult, lesson_of
from jobs.kinds.study.model_calls import ModelCalls
from jobs.kinds.study.splitting import in_turn, split_at_paragraphs
from jobs.kinds.study.steps import steps
from jobs.kinds.study.text import StudyText, clean, shortened, topic_of
from jobs.providers.base import (
    ConversationRequest,
    Entry,
    Keywords,
    KeywordsRequest,
    Language,
    Message,
    Topic,
    TopicsRequest,
    VocabularyRequest,
)
from jobs.study_text.words import capitalised
from profiles.content import JobLesson
from resilience.errors import CallRefused
from unilingo.common import languages

# Asked for beyond a part's share, because parts repeat each other's terms.
SPARE = 5
SUBJECT_CHARACTERS = 200

PART_SKIPPED = "No keywords could be found in part {part} of {parts} of the text."
TOPIC_FAILED = "No lesson could be made of the topic {topic}: {reason}"
CONVERSATION_FAILED = "The lesson {topic} has no conversation: {reason}"
UNUSED_TERMS = "The conversation of {topic} does not use: {terms}."

KEYWORDS, TOPICS = TypeAdapter(Keywords), TypeAdapter(list[Topic])
VOCABULARY, CONVERSATION = TypeAdapter(list[Entry]), TypeAdapter(list[Message])


def make_lessons(inputs: LessonInput, context: JobContext) -> LessonResult:
    """Raises AttemptFailed: nothing could be made, or what is missing will be tried again."""
    draft = LessonDraft(inputs, context)
    context.progress(5, "Reading the text")
    found = draft.keywords()
    context.progress(25, f"Found {len(found.terms)} terms worth learning")
    topics = draft.topics(found)
    context.progress(35, f"Found {len(topics)} {'topic' if len(topics) == 1 else 'topics'}")
    lessons = draft.lessons(topics, found)
    with suppress(DeadlineExceeded):  # what is made is kept
        context.progress(98, "Checked the lessons")
    return draft.result(lessons)


class LessonDraft:
    """The calls of one job and what they have brought so far. Topics are worked side by side."""

    def __init__(self, inputs: LessonInput, context: JobContext) -> None:
        self._inputs = inputs
        self._context = context
        self._subject = inputs["subject"]
        self._native = Language(**inputs["nativeLanguage"])
        target = Language(**inputs["targetLanguage"])
        # What every request says.
        self._about: dict[str, Any] = {
            "subject": self._subject,
            "native": self._native,
            "target": target,
        }
        self._topic = topic_of(inputs)
        self._text = StudyText(inputs["content"], self._native, target)
        self._content = self._text.clean
        self._parts = split_at_paragraphs(self._content, context.text.part_characters)
        self._calls = ModelCalls(context)
        self._lock = Lock()
        self._remarks: Counter[str] = Counter()
        self._warnings: dict[str, str] = {}
        self._failures: list[AttemptFailed | CallRefused] = []
        self._done = 0

    def keywords(self) -> Keywords:
        """Of all parts. A part that holds nothing, or is refused, spoils only itself."""
        count = len(self._parts)
        finds = [partial(self._keywords_of, number) for number in range(1, count + 1)]
        answers = [answer for answer in self._context.parallel(finds) if answer]
        terms = keyword_rules.distinct(in_turn(answer.terms for answer in answers))
        if not terms:
            raise self._failures[0] if self._failures else UnusableAnswer
        _, at_most = self._keyword_counts()
        name = next((answer.subject for answer in answers if answer.subject.strip()), "")
        return Keywords(name, tuple(terms[:at_most]))

    def topics(self, found: Keywords) -> list[Topic]:
        """By the rules for their number and size; a topic that was asked for is the only one."""
        if self._topic is not None:
            return [Topic(self._topic, found.terms)]
        at_least, at_most = lesson_topics.wanted_count(len(found.terms))
        request = TopicsRequest(
            content=self._content,
            keywords=found.terms,
            **self._about,
            at_least=at_least,
            at_most=at_most,
        )
        proposed = self._calls.ask("topics", self._context.text.topics, request, TOPICS)
        return lesson_topics.sorted_out(proposed, found.terms, self._subject)

    def lessons(self, topics: Sequence[Topic], found: Keywords) -> list[JobLesson]:
        """A topic that fails, or that no money or time is left for, leaves the others, once the job would not be tried again for it."""
        subject = self._subject_name(found.subject)
        works = [
            partial(self._lesson, number, len(topics), topic, subject)
            for number, topic in enumerate(topics, start=1)
        ]
        lessons = [lesson for lesson in self._context.parallel(works) if lesson]
        again = next((f for f in self._failures if self._context.is_tried_again(f)), None)
        if again or not lessons:
            raise again or self._failures[-1]
        return lessons

    def result(self, lessons: list[JobLesson]) -> LessonResult:
        engine = self._calls.engine
        result = LessonResult(
            success=True,
            lessons=lessons,
            tokenUsage=self._calls.tokens,
            provider=engine.provider,
            model=engine.model,
        )
        remarks = (f"{what}: {count}." for what, count in sorted(self._remarks.items()))
        warnings = [
            *(warning for _, warning in sorted(self._warnings.items())),
            *remarks,
            *self._calls.remarks(),
        ]
        if self._calls.degraded:
            result["degraded"] = self._calls.degraded
        if warnings:
            result["warnings"] = list(dict.fromkeys(warnings))
        return result

    def _keyword_counts(self) -> tuple[int, int]:
        at_least, at_most = keyword_rules.wanted_count(len(self._content))
        if self._topic is None:
            return at_least, at_most
        return min(at_least, lesson_topics.AT_MOST_IN_TOPIC), lesson_topics.AT_MOST_IN_TOPIC

    def _keywords_of(self, number: int) -> Keywords | None:
        count = len(self._parts)
        at_least, at_most = self._keyword_counts()
        request = KeywordsRequest(
            content=self._parts[number - 1],
            topic=self._topic,
            **self._about,
            at_least=math.ceil(at_least / count),
            at_most=min(at_most, math.ceil(at_most / count) + SPARE),
        )
        step = f"keywords-{number}-of-{count}"
        try:
            return self._calls.ask(step, self._context.text.keywords, request, KEYWORDS)
        except (ContentRefused, UnusableInput) as failure:
            self._fail(step, failure, PART_SKIPPED.format(part=number, parts=count))
            return None

    def _lesson(self, number: int, count: int, topic: Topic, subject: str) -> JobLesson | None:
        step = f"{number}-of-{count}"
        try:
            entries = self._entries(step, topic)
        except (AttemptFailed, CallRefused) as failure:
            self._ensure_final(failure)
            reason = TOPIC_FAILED.format(topic=topic.name, reason=failure)
            self._fail(f"lesson-{step}", failure, reason)
            return None
        self._report(2 * count, f"Explained the terms of {topic.name}")
        conversation = self._conversation(step, topic, [entry.keyword for entry in entries])
        self._report(2 * count, f"Finished {topic.name}")
        is_same = topic.name.casefold() == subject.casefold()
        return lesson_of(
            self._inputs,
            entries,
            conversation,
            title=subject if is_same else f"{subject} - {topic.name}",
            topic_name=topic.name,
            steps=self._steps_of(entries, is_only=count == 1),
        )

    def _steps_of(self, entries: Sequence[Entry], is_only: bool) -> list[list[str]]:
        """The text's steps that speak of the vocabulary, or all for its only lesson."""
        keywords = [entry.keyword.lower() for entry in entries]
        runs = ((run, " ".join(run).lower()) for run in steps(self._text))
        return [run for run, told in runs if is_only or any(word in told for word in keywords)]

    def _entries(self, step: str, topic: Topic) -> list[Entry]:
        sentences = map(self._text.sentence_with, topic.keywords)
        request = VocabularyRequest(
            content=self._content,
            sentences=tuple(dict.fromkeys(filter(None, sentences))),
            topic=topic.name,
            keywords=topic.keywords,
            **self._about,
        )
        ask = self._context.text.vocabulary
        drafts = self._calls.ask(f"vocabulary-{step}", ask, request, VOCABULARY)
        remarks: Counter[str] = Counter()
        entries = vocabulary.checked(drafts, topic.keywords, self._text, remarks)
        if not entries:
            raise UnusableAnswer
        with self._lock:
            self._remarks.update(remarks)
        return entries

    def _conversation(self, step: str, topic: Topic, terms: Sequence[str]) -> Conversation:
        """Without a conversation a lesson is still one; so a failure leaves only that out."""
        name = f"conversation-{step}"
        request = ConversationRequest(
            topic=topic.name,
            terms=tuple(terms),
            **self._about,
        )

        def ask(request: ConversationRequest) -> list[Message]:
            step = f"{name}-again" if request.faults else name
            return self._calls.ask(step, self._context.text.conversation, request, CONVERSATION)

        try:
            conversation = best_conversation(ask, request)
        except UnusableInput as failure:
            return Conversation((), str(failure))
        except (AttemptFailed, CallRefused) as failure:
            self._ensure_final(failure)
            warning = CONVERSATION_FAILED.format(topic=topic.name, reason=failure)
            self._fail(name, failure, warning)
            return Conversation((), str(failure))
        if conversation.unused:
            unused = ", ".join(conversation.unused)
            self._warn(name, UNUSED_TERMS.format(topic=topic.name, terms=unused))
        elif conversation.reason == NOT_BY_THE_RULES:
            self._warn(
                name, CONVERSATION_FAILED.format(topic=topic.name, reason=conversation.reason)
            )
        return conversation

    def _subject_name(self, told: str) -> str:
        """In the learner's language: a language by its name there, else what the engine calls the subject."""
        name = languages.name_in(self._subject, self._native) or clean(told)
        name = name if 0 < len(name) <= SUBJECT_CHARACTERS else self._subject
        return capitalised(name)

    def _report(self, of: int, message: str) -> None:
        with self._lock:
            self._done += 1
            with suppress(DeadlineExceeded):
                self._context.progress(35 + 60 * self._done // of, shortened(message, 200))

    def _ensure_final(self, failure: AttemptFailed | CallRefused) -> None:
        """Raises a refusal that the job waits out."""
        if isinstance(failure, CallRefused) and self._context.is_tried_again(failure):
            raise failure

    def _fail(self, step: str, failure: AttemptFailed | CallRefused, warning: str) -> None:
        self._context.left_out(failure)
        with self._lock:
            self._failures.append(failure)
        self._warn(step, warning)

    def _warn(self, step: str, warning: str) -> None:
        with self._lock:
            self._warnings[step] = warning
