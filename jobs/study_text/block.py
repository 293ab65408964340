"""What a study text consists of."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "definition", "row", "code", "formula"]

CONTENTS, REFERENCES, PAGE = "table of contents", "references", "running heads and page numbers"
CODE, FORMULA, NOTES = "program code", "formulas", "footnotes and captions"


@dataclass(frozen=True, slots=True)
class Block:
    """`text` is on one line and without mark-up; `start` and `end` are its lines in the text as handed in.

    A definition has a `term` and its `meaning`. `left_out`: why nothing is learned from the block. `set_off`: words that
    the author set in bold or italic type, in small letters.
    """

    kind: Kind
    text: str
    start: int
    end: int
    heading: str = ""
    term: str = ""
    meaning: str = ""
    left_out: str = ""
    set_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StudyBlocks:
    blocks: tuple[Block, ...]

    @property
    def learned_from(self) -> list[Block]:
        return [block for block in self.blocks if not block.left_out]

    @property
    def clean(self) -> str:
        """The text that is left, in a form that reads the same again."""
        return "\n\n".join(map(rendered, self.learned_from))


def rendered(block: Block) -> str:
    marks = {"heading": "# ", "item": "- ", "definition": "- "}
    # What stands alone and has no full stop would be taken for a heading.
    is_like_heading = len(block.text) <= 80 and not block.text.endswith((".", "!", "?"))
    return marks.get(block.kind, "> " if is_like_heading else "") + block.text
