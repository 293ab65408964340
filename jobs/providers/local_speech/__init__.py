"""The embedded engine that judges readings aloud; it needs no network and no account."""

# Goes up with every change of data or code that changes an answer.
VERSION = "16"
LANGUAGES = frozenset({"en"})
