"""Plain text's own ways to mark a list, a heading and a table -> those of Markdown."""

import re
from collections.abc import Iterator, Sequence

from jobs.study_text.formulas import is_formula
from jobs.study_text.lines import Line
from jobs.study_text.pages import is_contents
from jobs.study_text.words import capitalised

# Dots, dashes, arrows, and all the geometric shapes, dingbats and signs that fonts of slides have.
BULLET = re.compile(r"\s*[•·‣∙⁃→⇒⇨–—>*+\u25a0-\u27bf\u2b00-\u2bff-]\s+(?=\S)")
_LETTER_O = re.compile(r"\s*o\s+(?=[A-Z])")
_LETTERED = re.compile(r"\s*([A-H])[.)]\s+(?=\S)")
_COUNTED = re.compile(r"\s*+(?:\(?\d{1,2}[.)]|\(\d{1,2}\)|\(?[a-z][.)]|\(?[ivx]{1,5}[.)])\s+(?=\S)")
_PARTS = (
    r"chapter|section|part|unit|slide|lecture|topic|week|module|article|lesson|kapitel|lektion|einheit|"
    r"artikel|chapitre|leçon|unité|capítulo|lección|unidad|tema|capitolo|lezione|unità|lição|unidade"
)
_NUMBERED = re.compile(
    rf"(?:(?:{_PARTS}|art\.|§)\s*)?"
    r"(?:\d{1,3}(?:\.\d{1,2}){0,4}[a-z]?|[IVX]{1,5}|[A-Z](?=[.)]))[.:)]?\s*[-–—:]?\s+(?=\S)",
    re.I,
)
_CHAPTER = re.compile(rf"(?:{_PARTS})\s+(?:\d|[IVX]+\b)", re.I)
_CODE = re.compile(
    r"\{\s*$|^[^{]*\}\s*$|^[^=()\[\]]*[=()\[\]].*;\s*$|^\s*(?:return|break|continue)\b[^.]*;\s*$|^\s*(?:#include|import [\w.]+;?$|from [\w.]+ import )"
    r"|^\s*(?:def|class|for|if|while|SELECT)\b[^.]*[:;{(]\s*$|^\s*(?:\$|>>>|%) \S|^\s*</?[a-z]+[^<>]*>\s*$|^\s*(?:sudo|apt|pip|npm|git|docker|curl|cd) [\w./-]"
)
# What reStructuredText links (`the guide <https://...>`_) and marks (:func:`open`).
_REFERENCE = re.compile(r"(?::[a-z:]{1,20}:)?`([^`<>\n]+)(?:<[^`<>\n]*>)?`(?:__?(?!\w))?")
_CAPITAL = re.compile(r"(?<=[a-z,;] )[A-Z][\w'’-]*|\b[A-Z][A-Z0-9]+s?\b")
_NUMERAL = re.compile(r"[IVX]{1,4}|(?=\w*\d)\w+")
_WORDS = re.compile(r"[\w'’-]+|[^\w'’-]+")
# Headings under which nothing is learned.
NO_STUDY = re.compile(
    r"(?:references?(?: and notes)?|bibliography|works cited|(?:(?:further|suggested|recommended|additional) )?readings?(?: (?:and|&) \w+)?|"
    r"literature(?: cited)?|sources|see also|"
    r"(?:normative|informative) references|external links|acknowledge?ments?|licen[cs]e|install(?:ation|ing)?|contributing|change ?log|citation|authors?|copyright|author'?s'? addresse?s?|footnotes|notes and references)",
    re.I,
)
HEADING_WORDS, HEADING_LENGTH, WRAPPED_AT = 9, 80, 45


def is_code(text: str) -> bool:
    return len(text) < 1000 and bool(_CODE.search(text))


def unnumbered(title: str) -> str:
    return _NUMBERED.sub("", title, count=1) if _NUMBERED.match(title) else title


def markdown(lines: Sequence[Line]) -> Iterator[Line]:
    """Line by line; between a heading or list and what stands around it comes an empty line."""
    capitals = _usual_capitals(lines)
    signs = _signs(lines)
    fenced = False
    for number, line in enumerate(lines):
        text = line.text
        if text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced or not text.strip() or text.lstrip().startswith("#"):
            yield line
        elif is_formula(text) and not text.lstrip().startswith(("|", "$")):
            yield from _alone(line, f"$${text.strip()}$$")
        elif _is_heading(lines, number):
            yield from _alone(line, f"# {_in_small_letters(text.strip(), capitals)}")
        else:
            marked = _marked(text, signs)
            yield line.with_text(marked)


def _alone(line: Line, text: str) -> Iterator[Line]:
    yield from (line.with_text(part) for part in ("", text, ""))


def _signs(lines: Sequence[Line]) -> list[re.Pattern[str]]:
    """What else points begin with: `o` for a bullet, and letters where several come in their order."""
    found = [_LETTER_O] if sum(bool(_LETTER_O.match(line.text)) for line in lines) > 1 else []
    letters = "".join(lettered[1] for line in lines if (lettered := _LETTERED.match(line.text)))
    return [*found, _LETTERED] if "AB" in letters else found


def _marked(text: str, signs: Sequence[re.Pattern[str]]) -> str:
    indent = len(text) - len(text.lstrip())
    text = _REFERENCE.sub(_linked, text)
    if re.fullmatch(r"\s*(?:[-*_=] ?){3,}\s*", text):
        return text.lstrip()
    if text.lstrip().startswith("> "):
        return text.lstrip()
    found = (sign.match(text) for sign in (BULLET, _COUNTED, *signs))
    bullet = next((match for match in found if match), None)
    if bullet:
        counted = _COUNTED.match(text, bullet.end())
        return f"{' ' * min(indent, 3)}- {text[counted.end() if counted else bullet.end() :]}"
    return text if text.lstrip().startswith(":") else text.lstrip(" ")


def _linked(found: re.Match[str]) -> str:
    """The words of a reference; what only stands between such marks is Markdown's program text."""
    return found[1].strip() if found[0][0] == ":" or found[0].endswith("_") else found[0]


def _is_heading(lines: Sequence[Line], number: int) -> bool:
    text = lines[number].text.strip()
    if (
        len(text) > HEADING_LENGTH
        or not text
        or text.startswith(("|", ">", ":", "[^", "**", "$", "`"))
    ):
        return False
    before = lines[number - 1].text.strip() if number else ""
    following = next(
        (later.text for later in lines[number + 1 : number + 3] if later.text.strip()), ""
    )
    after = lines[number + 1].text.strip() if number + 1 < len(lines) else ""
    if len(lines[number].text) - len(lines[number].text.lstrip()) > 1 and _COUNTED.match(text):
        return False
    if re.fullmatch(r"[=-]{3,}", after) or after.startswith(": ") or is_contents(text):
        return False
    if NO_STUDY.fullmatch(text.strip(" :")):
        return True
    if not following:
        return False
    if is_capitals(text):
        return not _is_shouted(lines, number)
    return not after[:1].islower() and _is_titled(text, before, following)


def _is_shouted(lines: Sequence[Line], number: int) -> bool:
    """Whether the line belongs to a whole paragraph in capitals."""
    near = [line.text.strip() for line in lines[max(0, number - 3) : number + 4]]
    at = min(number, 3)
    before = next((n for n in range(at) if not is_capitals(near[at - 1 - n])), at)
    after = next((n for n, text in enumerate(near[at + 1 :]) if not is_capitals(text)), 3)
    return before + after > 2


def is_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return (
        len(letters) > 3
        and text.upper() == text
        and len(text.split()) <= 12
        and text[-1] not in ".;,"
    )


def _is_title_case(text: str, before: str) -> bool:
    """Whether a line that follows another one at once is a heading all the same."""
    words = [word for word in text.strip("?").split() if len(word) > 3]
    ends = before.endswith((".", "!", "?")) or BULLET.match(before) is not None
    return (
        ends and len(text.split()) > 1 and bool(words) and all(word[0].isupper() for word in words)
    )


def _is_titled(text: str, before: str, following: str) -> bool:
    numbered = bool(_NUMBERED.match(text))
    if before and not numbered and not _CHAPTER.match(before) and not _is_title_case(text, before):
        return False
    body = unnumbered(text)
    words = body.split()
    is_title = bool(words) and (words[0] != words[0].lower() or bool(_CHAPTER.match(text)))
    if not is_title or len(words) > HEADING_WORDS:
        return False
    if (
        text[-1] in ".!;,:…–—"
        or "\t" in text
        or text.count("|") > 1
        or ": " in body
        or " = " in body
    ):
        return False
    if re.search(r"\s[-–—]\s|\s{3,}", body) or (BULLET.match(text) and body == text):
        return False
    follows_list = bool(BULLET.match(following) or _COUNTED.match(following))
    if numbered and _COUNTED.match(text) and _COUNTED.match(following) and not _CHAPTER.match(text):
        return False
    return len(following.split()) > len(words) or follows_list


def _usual_capitals(lines: Sequence[Line]) -> dict[str, str]:
    """How the text writes words that have capitals amid a sentence (`DNA`, `Vienna`)."""
    found: dict[str, str] = {}
    for line in lines:
        if not is_capitals(line.text.strip()):
            found.update({word.lower(): word for word in _CAPITAL.findall(line.text)})
    return found


def _in_small_letters(title: str, capitals: dict[str, str]) -> str:
    if not is_capitals(title):
        return title
    words = [
        word if _NUMERAL.fullmatch(word) else capitals.get(word.lower(), word.lower())
        for word in _WORDS.findall(title)
    ]
    text = "".join(words)
    return capitalised(text)
