"""Pronunciation: how well a text was read aloud."""

from jobs.kind import Capability, Kind, Page, Queue
from jobs.kinds.pronunciation.expected import expected
from jobs.kinds.pronunciation.handler import PronunciationResult, assess_pronunciation

KIND = Kind(
    name="pronunciation",
    title="Pronunciation assessment",
    estimated_time="5-15 seconds",
    capability=Capability.SPEECH,
    queue=Queue.AUDIO,
    deadline_seconds=180,
    handler=assess_pronunciation,
    result=PronunciationResult,
    urls="jobs.kinds.pronunciation.api",
    expects=expected,
    titled_by="referenceText",
    page=Page("Reading aloud", "/api/pronunciation-assess", "reading"),
)
