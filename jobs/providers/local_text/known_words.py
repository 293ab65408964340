"""Which language words are of, and how often they are used in it: of any language, so far as that can be told."""

import simplemma
from wordfreq import freq_to_zipf, get_frequency_dict, zipf_frequency

from unilingo.common.alphabets import alphabets, letters_of
from unilingo.common.languages import Language
from unilingo.common.lemmas import code_of

CANNOT_TELL = 0.5
USUAL = 4.0  # of a word that is neither common nor rare


def share(text: str, language: Language) -> float:
    """The part of the text that is in the language: of its words, where there is a dictionary of them, else of its letters."""
    code, own = code_of(language.base), alphabets(language)
    known = 0.0
    if code and text:
        known = simplemma.in_target_language(text, lang=code, low_memory=_is_frugal(code))
    letters = letters_of(text)
    if known or (code and "LATIN" in own) or not letters:
        return known
    if not own:
        return CANNOT_TELL
    written = sum(letter in own for letter in letters) / len(letters)
    # Many languages share these.
    return written * CANNOT_TELL if "LATIN" in own else written


def frequency(word: str, language: str, wordlist: str = "best") -> float:
    """On Zipf's scale, 0 for what is not listed; `USUAL` in languages whose words nobody has counted."""
    try:
        return zipf_frequency(word, language, wordlist)
    except LookupError:
        return USUAL
    except ModuleNotFoundError:
        # The packages that part words without spaces are not installed; this is one word.
        return freq_to_zipf(get_frequency_dict(language, wordlist).get(word, 1e-9))


def lemma(word: str, language: str) -> str:
    """Its basic form; the word itself in a language that has no dictionary of forms."""
    code = code_of(language)
    return simplemma.lemmatize(word, lang=code, low_memory=_is_frugal(code)) if code else word


def _is_frugal(code: str) -> bool:
    """Of English each word is looked up, so that is read whole. Others take up to 400 MB, so a tenth, and half the time."""
    return code != "en"
