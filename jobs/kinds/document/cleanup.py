"""Text as it was before it was set on lines: words that were cut are whole again, letters set apart stand together."""

import re
from collections.abc import Sequence

from jobs.kinds.document.sandboxed.words import commonness

# Both halves are words, and together they are none that is used: such a hyphen was written.
A_WORD = 3.4
NO_WORD = 2.0
# Or together they are much rarer than the rarer half.
MUCH_RARER = 2.2
# In these, words are put together freely, so what nobody has written before may be one.
COMPOUNDING = {"de", "nl", "sv", "da", "nb", "fi", "hu", "is"}

MARK = "\x02"  # PDFium's hyphen at the end of a line
SOFT = "\u00ad"
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# What cannot be stored or shown.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
# A sign of a font of signs, without a meaning, before an item of a list.
_BULLET = re.compile(r"^[\ufffd\ue000-\uf8ff] +(?=[^\W_])")
_CUT = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-\u2010\x02\u00ad]$")
_SECOND_HALF = re.compile(r"([^\W_]+)(\S*)[ ]?")
_SYLLABLES = re.compile(r"\b[^\W\d_]{1,4}(?:-[^\W\d_]{1,4}){2,}\b")
_SET_APART = re.compile(r"(?<![^\W\d_])[^\W\d_](?: [^\W\d_]){4,}(?![^\W\d_])")
_SIGN = "[\u3040-\u30ff\u3400-\u9fff]"  # of Chinese and Japanese, which know no spaces
_SIGNS_APART = re.compile(rf"(?<!\w){_SIGN}(?: {_SIGN}){{2,}}(?!\w)")
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}
    | {"\ufb05": "st", "\ufb06": "st", "\u00a0": " ", "\t": " "}
)


def cleaned(text: str) -> list[str]:
    """Its lines, without what nobody can store, show or find."""
    whole = _LINE_END.sub("\n", text).translate(_LIGATURES)
    lines = (re.sub(r" {2,}", " ", line).rstrip() for line in whole.split("\n"))
    return [_BULLET.sub("- ", line) for line in lines]


def kept(text: str) -> str:
    """The same text, without what nobody can store or show."""
    lines = (line.rstrip() for line in _LINE_END.sub("\n", text).replace(SOFT, "").split("\n"))
    return _NO_TEXT.sub("", "\n".join(lines)).strip("\n")


def mended(lines: Sequence[str], language: str) -> str:
    """One text of lines that stand one below the other."""
    whole: list[str] = []
    for line in lines:
        line = _together(line, language)
        cut = _CUT.search(whole[-1]) if whole else None
        half = _SECOND_HALF.match(line.lstrip()) if cut else None
        if cut and half:
            is_soft = whole[-1][-1] == SOFT
            hyphen = "" if is_soft or is_cut(cut[1], half[1], language) else "-"
            whole[-1] = whole[-1][:-1] + hyphen + half[0].rstrip()
            line = line.lstrip()[half.end() :]
            if not line:
                continue
        elif whole and whole[-1].endswith((MARK, SOFT)):
            line = whole.pop()[:-1] + "-" + line.lstrip()
        whole.append(line)
    text = "\n".join(whole).replace(SOFT, "").replace(MARK, "-")
    return _NO_TEXT.sub("", text).strip()


def is_cut(first: str, second: str, language: str) -> bool:
    """Are these the halves of one word, with a hyphen that only the end of the line has put there?"""
    if not second[0].islower() or not first[-1].islower():
        return False
    if language in COMPOUNDING:
        return True
    joined = commonness(first + second, language)
    rarer = min(commonness(first, language), commonness(second, language))
    return not (rarer >= A_WORD and (joined < NO_WORD or rarer - joined > MUCH_RARER))


def _together(line: str, language: str) -> str:
    line = _SIGNS_APART.sub(lambda found: found[0].replace(" ", ""), line)
    line = _SET_APART.sub(lambda found: _one_word(found[0], " ", language), line)
    return _SYLLABLES.sub(lambda found: _one_word(found[0], "-", language), line)


def _one_word(text: str, between: str, language: str) -> str:
    """Without what is between, where that makes a word of what is none by itself."""
    parts = text.split(between)
    whole = "".join(parts)
    is_word = commonness(whole, language) >= NO_WORD
    are_words = min(commonness(part, language) for part in parts) >= A_WORD and between == "-"
    return whole if is_word and not are_words else text
