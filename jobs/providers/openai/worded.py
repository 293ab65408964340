"""Cards in a message without JSON: in a table, member by member under names as YAML has them, or a pair in each line of a list.

What is said around them is no card; of a list of something else the study text has not the terms.
"""

import re
from collections.abc import Iterator
from itertools import product

from profiles.tables.layout import member_of
from profiles.tables.records import Record, records

_RULE = re.compile(r"[\s|:-]+")
_BAR = "\x00"  # one that is escaped
# At the start of a line, or behind what parts members; `Back:` within a line by its capital, too.
_NAME = re.compile(
    r"""(?:^[ \t>#*•\d.)(-]{0,20}|[|;,{*–—][ \t]{0,9}(?=\w\w)|\s(?=[*_"']{0,3}[^\W\d_a-zß-ÿ]\w))[*_"'`]{0,3}"""
    r"""([^\W\d_]{1,20}(?: \([\w ]{1,30}\))?)[*_"'`]{0,3} {0,3}[:：][*_]{0,3}""",
    re.MULTILINE,
)
_PAIR = re.compile(
    r"^[ \t]{0,9}(?:\d{1,3}[.)]|[-*•])[ \t]{1,9}(\S[^\n:]{0,119}?)(?::\*{0,2}[ \t]|[ \t][-–—=→][ \t])(\S[^\n]{0,999})$",
    re.MULTILINE,
)
_FEWEST_PAIRS = 3
_AROUND = " \t,;|*_{}–—-"
_QUOTED = re.compile(r"""(["'])(.+)\1""")


def cards_in(content: str) -> tuple[list[dict[str, str]], int]:
    """Cards by the names of their members, and how many began that have no two sides.

    A line that does not end may be cut, and is not read.
    """
    whole, _, _ = content.rpartition("\n")
    began = list(_of_table(whole)) or list(_of_names(whole)) or _of_pairs(whole)
    cards = [card for card in began if card.get("front") and card.get("back")]
    return cards, len(began) - len(cards)


def _of_table(text: str) -> Iterator[dict[str, str]]:
    """The rows below the first header, as long as it is."""
    lines = text.splitlines()
    for place, separator in product(range(len(lines)), "|\t;,"):
        names = list(map(member_of, _cells(lines[place], separator)))
        if "front" in names and "back" in names:
            rows = (
                _cells(line, separator) for line in lines[place + 1 :] if not _RULE.fullmatch(line)
            )
            yield from (
                dict(zip(names, row, strict=True)) for row in rows if len(row) == len(names)
            )
            return


def _cells(line: str, separator: str) -> list[str]:
    line = line.strip().strip("|").replace(r"\|", _BAR)
    found = next(records(line, separator), Record([]))
    return [cell.replace(_BAR, "|").strip() for cell in found.cells]


def _of_names(text: str) -> Iterator[dict[str, str]]:
    """A card begins with its front, of which it has one."""
    card: dict[str, str] = {}
    found = [name for name in _NAME.finditer(text) if member_of(name[1])]
    ends = [*(name.start() for name in found[1:]), len(text)]
    for name, end in zip(found, ends, strict=False):
        member = member_of(name[1])
        said = text[name.end() : end].partition("\n")[0].strip(_AROUND)
        quoted = _QUOTED.fullmatch(said)
        said = quoted[2] if quoted else said
        if member == "front" and card:
            yield card
            card = {}
        card.setdefault(member, said)
    if "front" in card:
        yield card


def _of_pairs(text: str) -> list[dict[str, str]]:
    found = _PAIR.finditer(text)
    cards = [{"front": pair[1].strip(_AROUND), "back": pair[2].strip(_AROUND)} for pair in found]
    return cards if len(cards) >= _FEWEST_PAIRS else []
