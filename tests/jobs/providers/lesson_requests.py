"""One request of each kind that a lesson needs, all about the same text."""

from jobs.providers.base import (
    ConversationRequest,
    KeywordsRequest,
    Language,
    TextRequest,
    TopicsRequest,
    VocabularyRequest,
)

TEXT = (
    "Myocardial infarction damages the heart muscle. Thrombus formation blocks a coronary artery."
)
SPANISH, ENGLISH = Language("es", "Spanish"), Language("en", "English")
TERMS = ("thrombus", "coronary artery")

KEYWORDS = KeywordsRequest(
    content=TEXT,
    subject="Medicine",
    topic=None,
    native=SPANISH,
    target=ENGLISH,
    at_least=2,
    at_most=20,
)
TOPICS = TopicsRequest(
    content=TEXT,
    keywords=TERMS,
    subject="Medicine",
    native=SPANISH,
    target=ENGLISH,
    at_least=1,
    at_most=2,
)
VOCABULARY = VocabularyRequest(
    content=TEXT,
    sentences=("Thrombus formation blocks a coronary artery.",),
    topic="Corazón",
    keywords=TERMS,
    subject="Medicine",
    native=SPANISH,
    target=ENGLISH,
)
CONVERSATION = ConversationRequest(
    topic="Corazón", terms=TERMS, subject="Medicine", native=SPANISH, target=ENGLISH
)

# By the name of the call.
REQUESTS: dict[str, TextRequest] = {
    "keywords": KEYWORDS,
    "topics": TOPICS,
    "vocabulary": VOCABULARY,
    "conversation": CONVERSATION,
}
