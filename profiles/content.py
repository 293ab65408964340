"""What is learned, as jobs hand it over and as answers show it: lessons with their parts, and cards."""

from typing import Any, Literal, NotRequired, TypedDict

Difficulty = Literal["beginner", "intermediate", "expert"]


class VocabularyContent(TypedDict):
    keyword: str
    definition: str
    translation: str
    exampleTarget: str
    exampleNative: str


class MessageContent(TypedDict):
    speaker: str
    message: str


class LessonContent(TypedDict):
    """One lesson of a job's result. Languages are names; `exercises` are kept as they come.

    `conversationReason` says why there is no conversation, where there is none.
    """

    title: str
    subject: str
    topicName: str
    sourceFileName: str
    nativeLanguage: str
    targetLanguage: str
    vocabulary: list[VocabularyContent]
    conversation: list[MessageContent]
    conversationReason: NotRequired[str]
    exercises: NotRequired[list[dict[str, Any]]]


class CardContent(TypedDict):
    """`example` is in the language that is learned and contains `front`."""

    front: str
    back: str
    topic: str
    difficulty: Difficulty
    example: str
    pronunciation: str
