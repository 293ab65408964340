"""Which languages' words can be led back to their basic form."""

_CODES = {"bs": "hbs", "hr": "hbs", "sr": "hbs", "no": "nb", "fil": "tl"}


def code_of(language: str) -> str:
    """What simplemma calls the language, empty where it has no dictionary of it."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    code = _CODES.get(language, language)
    return code if code in SUPPORTED_LANGUAGES else ""
