"""Terms that are headings, each with its meaning in what stands first below."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jobs.study_text.block import Block
from jobs.study_text.glossary import is_meaning, is_term

_NAMED = re.compile(r"\b(?:glossary|terminology|key terms|vocabulary|definitions)\b", re.I)
# A sentence that has the heading for its subject (`It is a technique that ...`).
_GOES_ON = re.compile(
    r"(?:(?:It|This|These|They) (?:is|are) (?=(?:an?|the|any|one) \S+ \S)"
    r"|(?:Es|Das|Dies|Sie|Er) ist (?=(?:eine?|der|die|das) \S+ \S)|(?:Es|Son) (?=(?:una?|unos|unas|el|la|los|las) \S+ \S)"
    r"|(?:C['’]est|Ce sont|Il s['’]agit d['’](?=un)) ?(?=(?:une?|le|la|les|des|l['’]\w+) \S+ \S)"
    r"|(?:È|Sono) (?=(?:uno?|una|il|lo|la|i|gli|le|l['’]\w+|un['’]\w+) \S+ \S)|(?:É|São) (?=(?:uma?|os?|as?) \S+ \S)"
    r"|(?:Het|Dit|Dat) is (?=(?:een|de|het) \S+ \S)|Det (?:är|er) (?=(?:en|ett?|ei) \S+ \S)|(?:Это|Це|Jest to) (?=\S+ \S+ \S))"
)
_ASKED = re.compile(
    r"(?:What(?: is|['’]s| are) (?:meant by )?(?:an? |the )?|Was (?:ist|sind) (?:eine? |der |die |das )?"
    r"|¿Qué (?:es|son) (?:una? |el |la |los |las )?|Qu['’]est-ce qu(?:e |['’])(?:une? |le |la |les |l['’])?"
    r"|(?:Che )?[Cc]os['’](?:è|e['’]) (?:una? |il |lo |la |l['’])?|O que (?:é|são) (?:uma? |os? |as? )?"
    r"|Wat (?:is|zijn) (?:een |de |het )?|Vad är (?:en |ett )?|Hva(?:d)? er (?:en |et |ei )?"
    r"|Что такое |Що таке |Co to (?:jest )?|Apa itu )(?P<term>[^?,]{2,60}?)\s?\?",
    re.I,
)
# A noun that is narrowed, not a sentence (`The movement of water through ...`).
_GENUS = re.compile(
    r"(?:an?|the|any|one of the) (?:[\w-]+ ){1,5}?(?:of|to|that|which|who|whose|where|when|in|for|from|by|with|between|through|used|made|found|formed|given|\w+ing)\b",
    re.I,
)
_NO_PHRASE = re.compile(
    r"(?:it|this|these|they|he|she|we|you|i|there|here|if|to|when|after|before|in|on|at|by|for|from|with|since|as|while|although|because|under|during|what|why|how|most|many|some|all)\b",
    re.I,
)
_SAID = re.compile(r"\b(?:is|are|was|were|has|have|had|can|will|may|must|does|do|did)\b")
_NARROWING = re.compile(r"[.;:!?]\s|\b(?:that|which|who|whose|whom|where|when|how)\b")
FEWEST, IN_ORDER, WORDS = 4, 8, 60
LOOKED_AT = 4  # blocks at the beginning, one of which says that it is a glossary


def defined_by_headings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, first paragraphs below a heading as definitions: where the text calls itself a glossary or has its
    terms in alphabetical order, and where they are no sentence but a noun that is narrowed."""
    headed = [n for n in range(1, len(blocks)) if _is_below(*blocks[n - 1 : n + 1])]
    below = [n for n in headed if _is_entry(*blocks[n - 1 : n + 1])]
    going_on = {n for n in headed if _GOES_ON.match(blocks[n].text)}
    going_on.update(n for n in headed if _is_explained(*blocks[n - 1 : n + 1], is_title=n == 1))
    if not _is_glossary(blocks):
        below = _in_order(blocks, below)
    headings = sum(block.kind == "heading" for block in blocks)
    if len(below) < FEWEST or 2 * len(below) < headings:
        below = []
    entries = {*below, *going_on}
    return [_definition(block) if n in entries else block for n, block in enumerate(blocks)]


def _in_order(blocks: Sequence[Block], below: list[int]) -> list[int]:
    """The entries, without the title of the text, where all but a tenth are in alphabetical order; else none."""
    terms = [blocks[n].heading.casefold() for n in below]
    if terms[1:2] < terms[:1]:
        below, terms = below[1:], terms[1:]
    misplaced = sum(one > other for one, other in pairwise(terms))
    return below if len(terms) >= IN_ORDER and 10 * misplaced <= len(terms) else []


def _is_glossary(blocks: Sequence[Block]) -> bool:
    """A heading that calls itself one has no list of its own below."""
    opening = zip(blocks[:LOOKED_AT], blocks[1 : LOOKED_AT + 1], strict=False)
    return any(
        _NAMED.search(one.text) and following.kind in ("heading", "paragraph")
        for one, following in opening
    )


def _is_below(heading: Block, below: Block) -> bool:
    is_named = heading.kind == "heading" and not heading.left_out and is_term(_term(heading.text))
    is_said = below.kind in ("paragraph", "item") and not below.left_out and is_meaning(below.text)
    return is_named and is_said and 1 < len(below.text.split()) <= WORDS


def _is_entry(heading: Block, below: Block) -> bool:
    is_asked = _ASKED.fullmatch(heading.text) is not None
    return below.kind == "paragraph" and not is_asked and len(below.text.split()) > 3


def is_phrase(text: str) -> bool:
    """Whether it opens as a noun that is narrowed, and not as a sentence."""
    return not (_NO_PHRASE.match(text) or _SAID.search(_NARROWING.split(text, maxsplit=1)[0]))


def _is_explained(heading: Block, below: Block, *, is_title: bool) -> bool:
    """`Osmosis` or `What is osmosis?` above `The movement of water through ...`; below its title a text tells of itself."""
    text, term = below.text, _term(heading.text).lower()
    if heading.text != _term(heading.text) and heading.text.startswith("What"):
        return is_phrase(text) and term not in " ".join(text.lower().split()[:5])
    is_narrowed = below.kind == "paragraph" and bool(_GENUS.match(text))
    return is_phrase(text) and is_narrowed and term not in text.lower() and not is_title


def _term(heading: str) -> str:
    asked = _ASKED.fullmatch(heading)
    return asked["term"] if asked else heading


def _definition(block: Block) -> Block:
    term = _term(block.heading)
    subject = rf"(?:An? |The )?{re.escape(term)}s? (?:is|are|means|refers to) (?=\S+ \S)"
    meaning = _GOES_ON.sub("", re.sub(subject, "", block.text, count=1, flags=re.I), count=1)
    return replace(block, kind="definition", text=f"{term}: {meaning}", term=term, meaning=meaning)
