"""The embedded engines, one file or a few for each capability; nothing here needs a network or an account."""

# Each goes up with every change of data or code that changes an answer.
TEXT_VERSION = "2"
SPEECH_VERSION = "1"
VISION_VERSION = "1"
SPEECH_LANGUAGES = frozenset({"en"})
