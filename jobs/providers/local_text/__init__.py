"""The embedded engine for study text; it needs no network and no account."""

# Goes up with every change of data or code that changes an answer.
VERSION = "23"
