"""The locales in which Azure assesses pronunciation; known without its SDK, since requests are judged by them.

https://learn.microsoft.com/azure/ai-services/speech-service/language-support?tabs=pronunciation-assessment
"""

from jobs.providers.base import Language

ASSESSMENT_VERSION = "2"  # goes up with every change of ours that changes an answer

# The first of a language stands for it where no region is given.
_LOCALES = (
    *("ar-EG", "ar-SA", "ca-ES", "da-DK", "de-DE", "en-US", "en-AU", "en-CA", "en-GB", "en-IN"),
    *("es-ES", "es-MX", "fi-FI", "fr-FR", "fr-CA", "hi-IN", "it-IT", "ja-JP", "ko-KR", "ms-MY"),
    *("nb-NO", "nl-NL", "pl-PL", "pt-PT", "pt-BR", "ru-RU", "sv-SE", "ta-IN", "th-TH", "vi-VN"),
    *("zh-CN", "zh-HK", "zh-TW"),
)


def locale_of(language: Language) -> str | None:
    """The locale that Azure is asked for; None when it does not judge this language."""
    base, region = language.base, language.code.split("-")[-1].upper()
    spoken = [locale for locale in _LOCALES if locale.startswith(f"{base}-")]
    exact = [locale for locale in spoken if locale.endswith(f"-{region}")]
    return next(iter(exact or spoken), None)
