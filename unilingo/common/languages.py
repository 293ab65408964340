"""Languages as people name them (`Spanish`, `español`) or as BCP-47 codes (`es`, `en-GB`), from Unicode's CLDR."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
# CLDR would guess one: undetermined, several, none, uncoded.
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
_WIDELY_SPOKEN = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa"),
    *("fi", "fil", "fr", "ga", "he", "hi", "hr", "hu", "id", "is", "it", "ja"),
    *("ko", "lt", "lv", "ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl"),
    *("sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh"),
)
_QUALIFIED = re.compile(r"([^(]+) \((.+)\)")


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP-47 code (`es`, `en-GB`) and the English name people read (`Spanish`)."""

    code: str
    name: str

    @property
    def base(self) -> str:
        """The code without region or script: `en` of `en-GB`."""
        return self.code.split("-")[0].lower()


@lru_cache(maxsize=1024)
def parse(text: str) -> Language | None:
    """The language that `text` names, or None when nobody speaks it."""
    wanted = " ".join(text.split())
    locale = _by_code(wanted) or _by_english_name(wanted) or _by_own_name(wanted)
    return _language(locale) if locale else None


def name_in(text: str, reader: Language) -> str:
    """What the language that `text` names (not by a code, which may be a word) is called by the reader; or nothing."""
    wanted = " ".join(text.split()).casefold()
    code = _english_names().get(wanted) or _own_names().get(wanted)
    locale = _by_code(reader.code)
    return locale.languages.get(code, "") if code and locale else ""


def _language(locale: Locale) -> Language:
    parts = [locale.language, locale.script, locale.territory]
    return Language(
        code="-".join(p for p in parts if p), name=locale.get_display_name("en") or locale.language
    )


def _by_code(text: str) -> Locale | None:
    if not _CODE.fullmatch(text):
        return None
    try:
        locale = Locale.parse(text.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
    return None if text[:3].lower() in _NO_LANGUAGE else locale


def _by_english_name(text: str) -> Locale | None:
    """`Spanish`, and with a script or a territory `Chinese (Simplified)`, `English (United Kingdom)`."""
    code = _english_names().get(text.casefold())
    if code:
        return _by_code(code)
    qualified = _QUALIFIED.fullmatch(text)
    base = _english_names().get(qualified[1].casefold()) if qualified else None
    if not qualified or not base:
        return None
    detail = _english_details().get(qualified[2].casefold())
    return _by_code(f"{base}-{detail}") if detail else None


@cache
def _english_names() -> dict[str, str]:
    return {name.casefold(): code for code, name in Locale("en").languages.items()}


@cache
def _english_details() -> dict[str, str]:
    english = Locale("en")
    names = {**english.territories, **english.scripts}
    details = {name.casefold(): code for code, name in names.items()}
    return details | {
        name.removesuffix(" han"): code for name, code in details.items() if name.endswith(" han")
    }


@cache
def _own_names() -> dict[str, str]:
    """What the most spoken languages are called by those who speak them."""
    return {(Locale(code).get_display_name() or code).casefold(): code for code in _WIDELY_SPOKEN}


def _by_own_name(text: str) -> Locale | None:
    code = _own_names().get(text.casefold())
    return _by_code(code) if code else None
