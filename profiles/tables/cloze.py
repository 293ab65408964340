"""Anki's notes with gaps, `{{c1::answer::hint}}`: the text with its gaps, the answers, and the whole text."""

import re
from dataclasses import dataclass, field

_MARKS = re.compile(r"(\{\{c[0-9]{1,3}(?:,[0-9]{1,3}){0,20}::|\}\}|::)")
_GAP = "…"


@dataclass
class Cloze:
    """`question` has a gap, or its hint, in brackets for each of `answers`; `whole` has no gaps."""

    question: str = ""
    whole: str = ""
    answers: list[str] = field(default_factory=list)


def cloze(text: str) -> Cloze | None:
    """None if there is no gap in the text, or one that never ends. A gap within another belongs to the outer one."""
    depth = hinted = 0
    answer: list[str] = []
    hint: list[str] = []
    question: list[str] = []
    whole: list[str] = []
    answers: list[str] = []
    for part in _MARKS.split(text):
        if part.startswith("{{c") and part.endswith("::"):
            depth += 1
        elif part == "}}" and depth:
            depth -= 1
            hinted = hinted if hinted <= depth else 0
            if not depth:
                answers.append("".join(answer).strip())
                question.append(f"[{''.join(hint).strip() or _GAP}]")
                answer, hint = [], []
        elif part == "::" and depth and not hinted:
            hinted = depth
        elif not depth:
            question.append(part)
            whole.append(part)
        elif hinted:
            hint += [part] if hinted == 1 else []
        else:
            answer.append(part)
            whole.append(part)
    if depth or not any(answers):
        return None
    return Cloze("".join(question), "".join(whole), list(dict.fromkeys(filter(None, answers))))
