"""Verbs with which a text says something of its subject."""

from jobs.providers.local_text.general import words_of

DETERMINERS = frozenset(("a", "an", "the", "its", "all", "each", "every"))
BE = frozenset(("is", "are", "was", "were"))
ADVERBS = words_of("adverbs.txt")
DEFINING = frozenset(
    ("means", "mean", "meant", "refers", "refer", "denotes", "denote", "signifies", "designates")
)
TELLING = words_of("telling.txt")
REPORTING = frozenset(("indicates", "shows", "tells"))
STATING = frozenset(
    (
        "describes",
        "measures",
        "states",
        "says",
        "holds",
        "equals",
        "explains",
        "quantifies",
    )
)
