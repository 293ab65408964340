"""Study text as a learner pasted it -> its sentences, each with the heading it stands under."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "item", "sentence"]

BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|table|section|article|h[1-6])\b[^<>]{0,500}>", re.I
)
HEADING_TAG = re.compile(r"<h[1-6]\b[^<>]{0,500}>", re.I)
CELL_TAG = re.compile(r"</t[dh]>", re.I)
ANY_TAG = re.compile(r"</?[a-z][^<>]{0,500}>|<!--[^<>]{0,2000}-->", re.I)
SCRIPT = re.compile(r"<(script|style)\b.{0,20000}?</\1>", re.I | re.S)
FENCED = re.compile(r"^ {0,3}```.{0,20000}?^ {0,3}```", re.S | re.M)
CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
MARKUP = re.compile(r"(\*\*|__|`)(?=\S)(.{1,80}?)(?<=\S)\1")
BULLET = re.compile(r"\s*(?:[-–—*•·▪◦‣>o]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
NUMBERED = re.compile(
    r"^(?:(?:chapter|section|part|unit|slide|lecture|topic|week)\s+)?(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4})[.:)]?\s*[-–—:]?\s+",
    re.I,
)
CODE_LINE = re.compile(
    r"[{}]\s*$|^[^=()\[\]]*[=()\[\]].*;\s*$|^\s*(?:return|break|continue|import)\b[^.]*;\s*$"
    r"|^\s*(?:def|class|for|if|while|#include|SELECT)\b.*[:;{(]\s*$"
)
END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]?\w)")
ABBREVIATED = (
    "e.g i.e cf vs etc dr mr mrs ms prof st fig figs eq no vol pp al ca approx resp inc ltd jr sr"
)
ABBREVIATIONS = frozenset(ABBREVIATED.split())
OPENER = re.compile(
    r"(?:The|This|These|It|A|An|In|They|He|She|We|If|When|As|But|For|On|At|To|Its)\b"
)
HEADING_WORDS, HEADING_LENGTH, WRAPPED_AT, SENTENCE_LENGTH = 9, 80, 45, 450


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is as in the content, but on one line. `heading` is empty before the first one."""

    text: str
    kind: Kind
    heading: str
    block: int


def sentences(content: str) -> list[Sentence]:
    found: list[Sentence] = []
    heading = ""
    for number, (kind, text) in enumerate(blocks(plain(content))):
        if kind == "heading":
            heading = NUMBERED.sub("", text.lstrip("# ")).strip(" #:*_-–—") or heading
            continue
        found += [Sentence(part, kind, heading, number) for part in split(text)]
    return found


def plain(content: str) -> str:
    """Content without mark-up, program text and characters that nobody sees."""
    text = FENCED.sub("\n", content)
    if "</script" in text.lower() or "</style" in text.lower():
        text = SCRIPT.sub("\n", text)
    if BLOCK_TAG.search(text):
        text = BLOCK_TAG.sub("\n", CELL_TAG.sub("\t", HEADING_TAG.sub("\n\n# ", text)))
        text = html.unescape(ANY_TAG.sub("", text))
    text = CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", ""))
    return MARKUP.sub(r"\2", text)


def blocks(text: str) -> Iterator[tuple[Kind, str]]:
    """Headings, list items and paragraphs, each on one line."""
    lines = [line.rstrip() for line in text.split("\n")]
    gathered: list[str] = []
    kind: Kind = "sentence"
    for number, line in enumerate(lines):
        following = next((later for later in lines[number + 1 : number + 3] if later.strip()), "")
        starts = bool(BULLET.match(line)) or is_heading(line, following, gathered)
        is_left_out = not line.strip() or bool(CODE_LINE.search(line))
        is_row = "\t" in line.strip() or line.count("|") > 1
        if gathered and (starts or is_left_out or is_row or not continues(gathered[-1], line)):
            yield kind, joined(gathered)
            gathered, kind = [], "sentence"
        if is_left_out:
            continue
        if is_heading(line, following, gathered):
            yield "heading", joined([line])
        elif is_row:
            yield from (("item", cell) for cell in row(line))
        else:
            if not gathered:
                kind = "item" if starts else "sentence"
            gathered.append(BULLET.sub("", line, count=1) if starts else line)
    if gathered:
        yield kind, joined(gathered)


def joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def row(line: str) -> list[str]:
    """The cells of a table row; two cells are a term and what is said of it."""
    cells = [joined([cell]) for cell in re.split(r"\t+|\|", line)]
    cells = [cell for cell in cells if re.search(r"\w", cell)]
    return [": ".join(cells)] if len(cells) == 2 else cells


def continues(before: str, line: str) -> bool:
    """Whether `line` goes on with the paragraph, rather than being the next point on a slide."""
    wrapped = len(before) >= WRAPPED_AT or before.rstrip().endswith((",", "-"))
    return wrapped or line.lstrip()[:1].islower()


def is_heading(line: str, following: str, gathered: list[str]) -> bool:
    text = line.strip()
    if text.startswith("#"):
        return bool(text.strip("# "))
    if len(text) > HEADING_LENGTH or not following or (gathered and not NUMBERED.match(text)):
        return False
    body = NUMBERED.sub("", text)
    words = body.split()
    if (
        not 0 < len(words) <= HEADING_WORDS
        or not body[0].isupper()
        or BULLET.match(line)
        and body == text
    ):
        return False
    if text[-1] in ".!?;," or text.count("|") > 1 or "\t" in text or ": " in body:
        return False
    return len(following.split()) > len(words) or bool(BULLET.match(following))


def split(text: str) -> Iterator[str]:
    """The sentences of a paragraph. One that is endless is cut at a space."""
    start = 0
    for match in END.finditer(text):
        if ends_sentence(text, start, match):
            yield from pieces(text[start : match.end()].strip())
            start = match.end()
    yield from pieces(text[start:].strip())


def ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = text[match.end() :].lstrip("\"'“‘([")[:1]
    if not (following.isupper() or following.isdigit() or not following.isalpha()):
        return False
    if text[match.start()] != ".":
        return True
    if OPENER.match(text, match.end()):
        return True
    last = text[max(start, match.start() - 20) : match.start()].split(" ")[-1].lower().lstrip("(")
    return last not in ABBREVIATIONS and not (len(last) == 1 and last.isalpha() and last != "i")


def pieces(sentence: str) -> Iterator[str]:
    while len(sentence) > SENTENCE_LENGTH:
        at = sentence.rfind(" ", 0, SENTENCE_LENGTH)
        at = at if at > 0 else SENTENCE_LENGTH
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence
