"""How models of a family want to be asked: those that think before they answer need room for it."""

import re
from dataclasses import dataclass, replace

THINKING_TOKENS = 4000


@dataclass(frozen=True, slots=True)
class Family:
    """`thinking_tokens`: room in the limit beside the answer. `effort`: sent as `reasoning_effort`, if not empty."""

    names: str
    thinking_tokens: int = 0
    effort: str = ""
    takes_temperature: bool = True


# The first that a name fits. An effort of "low" is known to every model of its family.
FAMILIES = (
    Family(r"gpt-[5-9][\w.-]*-chat", takes_temperature=False),
    Family(r"(?:gpt-[5-9]|o\d)[\w.-]*-pro", 4 * THINKING_TOKENS, takes_temperature=False),
    Family(r"gpt-[5-9]|o\d", THINKING_TOKENS, "low", takes_temperature=False),
    Family(r"gpt-oss", THINKING_TOKENS, "low"),
    Family(
        r"deepseek-(?:r\d|reasoner)|q[wv]q|qwen3(?!.*instruct)|magistral|seed-oss|smollm3|exaone-deep"
        r"|gemini-(?:2\.5|[3-9])|grok-(?:[4-9]|3-mini)(?!.*non-reason)|glm-(?:4\.[5-9]|[5-9])|minimax-m\d"
        r"|(?!.*non-?(?:think|reason)).*(?:think|reason|[-.]r1\b)",
        THINKING_TOKENS,
    ),
)


def family_of(model: str, effort: str = "", thinking_tokens: int | None = None) -> Family:
    """By the last part of the name, since servers put paths before it; an operator's word goes before ours."""
    name = re.split(r"[/\\]", model.lower().rstrip("/\\"))[-1]
    family = next((family for family in FAMILIES if re.match(family.names, name)), Family(""))
    if effort:
        family = replace(family, effort="" if effort == "none" else effort)
    if thinking_tokens is not None:
        family = replace(family, thinking_tokens=thinking_tokens)
    return family
