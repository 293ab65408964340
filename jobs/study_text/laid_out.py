"""Lists of terms that the layout of plain text alone tells: by indents, by lines in turns, by numbers within a line.

What is found is written as Markdown has it (`term`, `: meaning`), for the parser that follows.
"""

import re
from collections.abc import Sequence

from jobs.study_text.glossary import is_meaning, is_term, sign_of
from jobs.study_text.lines import Line
from jobs.study_text.plain import BULLET, is_capitals

_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s+(?=[A-Z])")
_MARKED = re.compile(r"\s*(?:[-*+#>|:$`]|\d{1,3}[.)]|\(?[a-z][.)])")
_BOLD_TERM = re.compile(r"(?<=[.;])\s(?=\*\*[^*:]{1,60}(?::\*\*|\*\*:)\s)")
_OF_MANUALS = frozenset(
    (
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "OPTIONS",
        "FILES",
        "ENVIRONMENT",
        "EXIT STATUS",
        "EXAMPLES",
    )
    + ("NOTES", "BUGS", "SEE ALSO", "AUTHOR", "AUTHORS", "RETURN VALUE", "ERRORS", "HISTORY")
)
INDENTED, IN_TURNS = 2, 4  # fewest entries of a list
WORDS_OF_TERM, WORDS_OF_MEANING = 5, (3, 40)


def with_lists(lines: Sequence[Line]) -> list[Line]:
    split = [part for line in lines for one in _numbered(line) for part in _in_bold(one)]
    return _in_turns(_indented(split))


def _numbered(line: Line) -> list[Line]:
    """A line that holds several numbered points (`1. Sociology- ... 2. Culture- ...`), one line for each."""
    if len(line.text) > 20_000:
        return [line]
    found = list(_NUMBER.finditer(line.text))
    numbers = [int(number[1]) for number in found]
    if len(found) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return [line]
    if line.text[: found[0].start()].strip():
        return [line]
    ends = [*(number.start() for number in found[1:]), len(line.text)]
    return [
        line.with_text(line.text[number.start() : end].strip())
        for number, end in zip(found, ends, strict=True)
    ]


def _in_bold(line: Line) -> list[Line]:
    """A line with several terms in bold, each with its meaning, one line for each."""
    if not line.text.startswith("**"):
        return [line]
    return [line.with_text(part) for part in _BOLD_TERM.split(line.text)]


def _indented(lines: list[Line]) -> list[Line]:
    """A term, and under it its meaning further to the right, as in the terminology of a protocol."""
    found = [n for n in range(len(lines) - 1) if _is_above_indent(lines, n)]
    if len(found) < INDENTED:
        return lines
    return _as_definitions(lines, found)


def _is_above_indent(lines: Sequence[Line], number: int) -> bool:
    text, following = lines[number].text, lines[number + 1].text
    if not text.strip() or not following.strip() or _is_marked(following):
        return False
    above = lines[number - 1].text if number else ""
    is_below_head = is_capitals(above.strip()) and _indent(above) < _indent(text)
    if above.strip() and not is_below_head and _indent(above) <= _indent(text):
        return False
    if text.strip() in _OF_MANUALS:
        return False
    return _indent(following) > _indent(text) + 1 and _is_named(text) and is_meaning(following)


def _in_turns(lines: list[Line]) -> list[Line]:
    """A line with a term, then one with its meaning, several times: as cards are copied from a page."""
    found: list[int] = []
    at = 0
    while at < len(lines):
        run = []
        while at + 1 < len(lines) and _is_turn(lines[at].text, lines[at + 1].text):
            run.append(at)
            at += 2
            while at < len(lines) and not lines[at].text.strip():
                at += 1
        found += run if len(run) >= IN_TURNS else []
        at += not run
    return _as_definitions(lines, found) if found else lines


def _is_turn(term: str, meaning: str) -> bool:
    least, most = WORDS_OF_MEANING
    if not least < len(meaning.split()) <= most or re.search(r"[.!?]\s+[A-Z]", meaning):
        return False
    is_said = not _is_marked(meaning) and is_meaning(meaning) and not meaning.endswith((":", "?"))
    return is_said and _is_named(term) and not meaning.lower().startswith(term.strip().lower())


def _is_marked(text: str) -> bool:
    return bool(_MARKED.match(text) or BULLET.match(text))


def _is_named(text: str) -> bool:
    term = text.strip()
    is_short = 0 < len(term.split()) <= WORDS_OF_TERM and term[-1] not in ".:,;?!"
    return is_short and not _is_marked(text) and not sign_of(text.strip()) and is_term(term)


def _as_definitions(lines: list[Line], terms: Sequence[int]) -> list[Line]:
    made: list[Line] = []
    starts = set(terms)
    for number, line in enumerate(lines):
        if number in starts:
            made += [line.with_text(""), line.with_text(line.text.strip())]
        elif number - 1 in starts:
            made.append(line.with_text(f": {line.text.strip()}"))
        else:
            made.append(line)
    return made


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
